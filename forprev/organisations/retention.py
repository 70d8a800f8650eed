"""How long roles and what entities asked to change are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from forprev.core import uploads
from forprev.core.dates import start_of
from forprev.core.history import events_of
from forprev.organisations.models import (
    DataChange,
    FundAttachment,
    Membership,
    NetworkRole,
    Organisation,
    held_now,
)
from forprev.organisations.updating.workflow import CLOSED
from forprev.people.retention.kinds import HISTORY
from forprev.people.retention.persons import OF_PERSON, on_anonymise, still_needed
from forprev.people.retention.registry import Kind, Part, kept, register, removed_history
from forprev.people.retention.rewriting import replace_words, rewrite

ERASED = "Motif effacé"


@still_needed
def roles_and_requests(limit: date) -> Iterable[Exists]:
    """Roles held now, or until `limit` or later; requests that nobody has answered."""
    since = Q(ended_at__gte=start_of(limit)) | Q(ended_at=None, ends_on__gte=limit)
    for role in (Membership, NetworkRole):
        yield Exists(role._default_manager.filter(held_now() | since, person=OF_PERSON))
    yield Exists(DataChange.objects.filter(sent_by=OF_PERSON).exclude(state__in=CLOSED))


@on_anonymise
def forget_descriptions(ids: Sequence[int]) -> None:
    rewrite(Membership, Membership.objects.filter(person__in=ids).values_list("pk", flat=True), description="")


def _with_document(limit: date) -> QuerySet[DataChange]:
    closed = DataChange.objects.filter(state__in=CLOSED, closed_at__lt=start_of(limit))
    return closed.exclude(urssaf="", urssaf_name="")


def _forget_documents(pks: list[Any]) -> None:
    for key in DataChange.objects.filter(pk__in=pks).exclude(urssaf="").values_list("urssaf", flat=True):
        uploads.discard(key)
    rewrite(DataChange, pks, urssaf="", urssaf_name="", urssaf_type="", urssaf_digest="")


def _with_values(limit: date) -> QuerySet[DataChange]:
    closed = DataChange.objects.filter(state__in=CLOSED, closed_at__lt=start_of(limit))
    return closed.exclude(fields={"erased": ["", ""]})


def _forget_values(pks: list[Any]) -> None:
    """That something was asked stays, and what became of it."""
    gone = {"fields": {"erased": ["", ""]}, "sites": []}
    rewrite(DataChange, pks, **gone)
    replace_words(DataChange, pks, ERASED, "reason")


_PAST = events_of(Organisation).model


def _signatories(limit: date) -> QuerySet[Any]:
    """What the history of entities tells of signatories, but for its last word, which is the present."""
    later = _PAST._base_manager.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__gt=OuterRef("pgh_id"))
    return _PAST._base_manager.filter(Exists(later), pgh_created_at__lt=start_of(limit)).exclude(
        signatory_name="", signatory_title=""
    )


def _forget_signatories(pks: list[Any]) -> None:
    _PAST._base_manager.filter(pk__in=pks).update(signatory_name="", signatory_title="")


def register_kinds() -> None:
    uploads.holds_documents("urssaf", Organisation, "urssaf")
    uploads.holds_documents("urssaf", DataChange, "urssaf")
    register(
        Kind(
            "data_change_files",
            "Documents des demandes d’actualisation closes",
            holds="L’attestation URSSAF d’une demande refusée ; celle d’une demande appliquée est à l’entité.",
            purpose="Répondre à une contestation du refus.",
            starts="Clôture de la demande",
            becomes="Effacés, fichier compris",
            months=12,
            least=1,
            most=60,
            parts=(Part(DataChange, _with_document, _forget_documents),),
        )
    )
    register(
        Kind(
            "data_changes",
            "Contenu des demandes d’actualisation closes",
            holds="Les informations d’une entité avant et après, dont le nom de son signataire.",
            purpose="Prouver ce qui a été demandé et décidé.",
            starts="Clôture de la demande",
            becomes="Effacé ; la demande, son auteur et sa décision restent",
            months=60,
            least=12,
            most=120,
            parts=(
                Part(DataChange, _with_values, _forget_values),
                Part(_PAST, _signatories, _forget_signatories),
            ),
            covers=(events_of(DataChange).model,),
        )
    )
    HISTORY.extend(removed_history(model) for model in (DataChange, Membership))
    kept(
        "Ne porte que la clé de la personne, que son anonymisation laisse sans nom ; sa description part avec le nom.",
        Membership,
        NetworkRole,
        FundAttachment,
        *(events_of(model).model for model in (Membership, NetworkRole, FundAttachment)),
    )
    kept("Le signataire et le document en vigueur sont ceux de l’entité, tant qu’elle existe.", Organisation)
