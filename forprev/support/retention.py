"""How long what people brought to the hotline is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, QuerySet

from forprev.core import uploads
from forprev.core.dates import start_of
from forprev.core.history import events_of
from forprev.people.retention.kinds import HISTORY
from forprev.people.retention.persons import OF_PERSON, anchors_person, on_anonymise, still_needed
from forprev.people.retention.registry import Kind, Part, register, removed_history
from forprev.people.retention.rewriting import forget, rewrite
from forprev.support.contact.workflow import OPEN, ContactState
from forprev.support.models import Consultation, ConsultedPage, ContactMessage, ContactRequest, CorrectionRequest
from forprev.support.workflow import CLOSED

_NO_DOCUMENT = {"document": "", "document_name": "", "document_type": "", "document_digest": ""}


@still_needed
def open_requests(limit: date) -> Iterable[Exists]:
    yield Exists(CorrectionRequest.objects.filter(person=OF_PERSON).exclude(state__in=CLOSED))
    for field in ("person", "writer"):
        yield Exists(ContactRequest.objects.filter(**{field: OF_PERSON}, state__in=OPEN))


@anchors_person
def what_requests_tell(limit: date) -> Iterable[Exists]:
    """A thread names its people in words, as long as it is kept."""
    for field in ("person", "writer"):
        yield Exists(ContactRequest.objects.filter(**{field: OF_PERSON}))


@on_anonymise
def forget_corrections(ids: Sequence[int]) -> None:
    """They are names and nothing else."""
    corrections = CorrectionRequest.objects.filter(person__in=ids)
    for key in corrections.exclude(document="").values_list("document", flat=True):
        uploads.discard(key)
    forget(CorrectionRequest, corrections.values_list("pk", flat=True))


def _with_document(limit: date) -> QuerySet[CorrectionRequest]:
    closed = CorrectionRequest.objects.filter(state__in=CLOSED, closed_at__lt=start_of(limit))
    return closed.exclude(document="", document_name="")


def _forget_documents(pks: list[Any]) -> None:
    for key in CorrectionRequest.objects.filter(pk__in=pks).exclude(document="").values_list("document", flat=True):
        uploads.discard(key)
    rewrite(CorrectionRequest, pks, **_NO_DOCUMENT)


def _contacts(limit: date) -> QuerySet[ContactRequest]:
    """Answered or resolved, and silent since: who was answered and never wrote again has none that closes it."""
    return ContactRequest.objects.filter(
        state__in=[ContactState.RESOLVED, ContactState.WAITING], modified_at__lt=start_of(limit)
    ).exclude(pk__in=Consultation.objects.exclude(contact=None).values("contact"))


def _forget_contacts(pks: list[Any]) -> None:
    messages = ContactMessage.objects.filter(request__in=pks)
    for key in messages.exclude(document="").values_list("document", flat=True):
        uploads.discard(key)
    messages.delete()
    forget(ContactRequest, pks)


def _seen(limit: date) -> QuerySet[Consultation]:
    return Consultation.objects.filter(begun_at__lt=start_of(limit))


def _forget_seen(pks: list[Any]) -> None:
    ConsultedPage.objects.filter(consultation__in=pks).delete()
    Consultation.objects.filter(pk__in=pks).delete()


def register_kinds() -> None:
    uploads.holds_documents("contact", ContactMessage, "document")
    uploads.holds_documents("corrections", CorrectionRequest, "document")
    register(
        Kind(
            "contacts",
            "Demandes de contact",
            holds="Nom, e-mail, messages et pièces jointes de qui a écrit à l’assistance.",
            purpose="Répondre, et retrouver ce qui a été répondu.",
            starts="Dernier échange d’une demande résolue ou sans nouvelles",
            becomes="Effacées, fichiers compris",
            recipients="L’assistance",
            months=36,
            least=6,
            most=60,
            parts=(Part(ContactRequest, _contacts, _forget_contacts),),
            covers=(ContactMessage, events_of(ContactRequest).model),
        )
    )
    register(
        Kind(
            "seen_by_the_hotline",
            "Consultations de l’assistance (« Voir comme l’utilisateur »)",
            holds="Qui, à l’assistance, a vu comme un utilisateur, pourquoi, quand, et les pages ouvertes.",
            purpose="Savoir qui a vu ce que voit une personne, et le lui dire.",
            starts="Début de la consultation",
            becomes="Effacées",
            recipients="La personne concernée ; l’administration nationale",
            months=12,
            least=6,
            most=36,
            parts=(Part(Consultation, _seen, _forget_seen),),
            covers=(ConsultedPage,),
        )
    )
    register(
        Kind(
            "correction_documents",
            "Justificatifs des corrections d’identité",
            holds="La copie d’une pièce d’identité ou d’un acte, jointe à une demande de correction.",
            purpose="Prouver que la correction était fondée.",
            starts="Clôture de la demande",
            becomes="Effacés, fichier compris ; la demande part avec la personne",
            recipients="L’assistance",
            months=12,
            least=1,
            most=36,
            parts=(Part(CorrectionRequest, _with_document, _forget_documents),),
            covers=(events_of(CorrectionRequest).model,),
        )
    )
    HISTORY.extend(removed_history(model) for model in (ContactRequest, CorrectionRequest))
