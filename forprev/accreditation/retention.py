"""How long dossiers are kept: the fact of a decision stays, what it was taken on goes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from forprev.accreditation.models import (
    Accreditation,
    Candidacy,
    Candidate,
    CommitteeMeeting,
    Delegation,
    Dossier,
    DossierLine,
    DossierMessage,
    Piece,
)
from forprev.accreditation.workflow import CLOSED
from forprev.core import uploads
from forprev.core.dates import start_of
from forprev.core.history import events_of
from forprev.people.retention.kinds import HISTORY
from forprev.people.retention.persons import OF_PERSON, anchors_person, still_needed
from forprev.people.retention.registry import OPERATORS, Kind, Part, kept, register, removed_history
from forprev.people.retention.rewriting import forget, replace_words, rewrite

ERASED = "Motif effacé"
"""What stands where the database wants a reason."""

_OF_DOSSIER = OuterRef("pk")
_CANDIDATE = {name: "" for name in ("signatory_name", "signatory_title", "activities", "address", "nda")}


@still_needed
def dossiers(limit: date) -> Iterable[Exists]:
    """Whoever asks or reviews, as long as the dossier is open, and its applicant as long after it."""
    own = Q(applicant=OF_PERSON) | Q(assigned_to=OF_PERSON)
    yield Exists(Dossier.objects.filter(own).exclude(state__in=CLOSED))
    yield Exists(Dossier.objects.filter(applicant=OF_PERSON, modified_at__gte=start_of(limit)))


@anchors_person
def what_dossiers_tell(limit: date) -> Iterable[Exists]:
    """As long as it is kept, it names people in words."""
    yield Exists(Dossier.objects.filter(Q(messages__isnull=False) | Q(pieces__isnull=False), applicant=OF_PERSON))
    yield Exists(DossierMessage.objects.filter(author=OF_PERSON))


def _told(limit: date) -> QuerySet[Dossier]:
    """Closed ones whose accreditations have ended, and that still tell something."""
    lasting = DossierLine.objects.filter(dossier=_OF_DOSSIER, accreditation__ends_on__gte=limit)
    old = Dossier.objects.filter(~Exists(lasting), state__in=CLOSED, modified_at__lt=start_of(limit))
    told = (
        Exists(Piece.objects.filter(dossier=_OF_DOSSIER))
        | Exists(DossierMessage.objects.filter(dossier=_OF_DOSSIER))
        | Exists(DossierLine.objects.filter(dossier=_OF_DOSSIER).exclude(outcome_reason__in=("", ERASED)))
        | Exists(Candidate.objects.filter(dossier=_OF_DOSSIER).exclude(**_CANDIDATE))
        | ~Q(completion="", opinion_reason="", decision_reason__in=("", ERASED))
    )
    return old.filter(told)


def _forget_dossiers(pks: list[Any]) -> None:
    pieces = Piece.objects.filter(dossier__in=pks)
    for key in pieces.values_list("document", flat=True):
        uploads.discard(key)
    forget(Piece, pieces.values_list("pk", flat=True))
    forget(DossierMessage, DossierMessage.objects.filter(dossier__in=pks).values_list("pk", flat=True))
    rewrite(Candidate, pks, **_CANDIDATE)
    rewrite(Dossier, pks, completion="", opinion_reason="")
    replace_words(Dossier, pks, ERASED, "decision_reason")
    lines = DossierLine.objects.filter(dossier__in=pks)
    replace_words(DossierLine, lines.values_list("pk", flat=True), ERASED, "outcome_reason")


def _attended(limit: date) -> QuerySet[CommitteeMeeting]:
    return CommitteeMeeting.objects.filter(held_on__lt=limit).exclude(attendance="")


def _forget_attendance(pks: list[Any]) -> None:
    rewrite(CommitteeMeeting, pks, attendance="")


def _ended_with_reason(limit: date) -> QuerySet[Accreditation]:
    return Accreditation.objects.filter(ends_on__lt=limit).exclude(status_reason__in=("", ERASED))


def _forget_reasons(pks: list[Any]) -> None:
    replace_words(Accreditation, pks, ERASED, "status_reason")


def register_kinds() -> None:
    uploads.holds_documents("demandes", Piece, "document")
    register(
        Kind(
            "dossiers",
            "Demandes d’habilitation",
            holds="Les pièces jointes, les échanges, les avis et leurs motifs ; les membres présents d’une commission.",
            purpose="Instruire une demande, et prouver ce sur quoi elle a été décidée.",
            starts="Fin de l’habilitation accordée, ou clôture de la demande",
            becomes="Effacés, fichiers compris ; la décision et sa date restent",
            months=60,
            least=12,
            most=120,
            parts=(
                Part(Dossier, _told, _forget_dossiers),
                Part(CommitteeMeeting, _attended, _forget_attendance),
                Part(Accreditation, _ended_with_reason, _forget_reasons),
            ),
            covers=(
                Piece,
                DossierMessage,
                Candidate,
                DossierLine,
                *(
                    events_of(model).model
                    for model in (
                        Dossier,
                        Piece,
                        DossierMessage,
                        Candidate,
                        DossierLine,
                        CommitteeMeeting,
                        Accreditation,
                    )
                ),
            ),
        )
    )
    register(
        Kind(
            "dossier_drafts",
            "Brouillons de demandes",
            holds="Ce qui a été saisi et joint sans être transmis.",
            purpose="Reprendre la saisie.",
            starts="Dernière modification",
            becomes="Supprimés, fichiers compris, un mois après un e-mail qui l’annonce",
            recipients="Le demandeur",
            elsewhere="Délais de l’habilitation (12 mois par défaut)",
            covers=(Dossier,),
        )
    )
    register(
        Kind(
            "candidacies",
            "Premières demandes à confirmer",
            holds="Nom, prénom, date de naissance et e-mail de qui veut présenter une première demande.",
            purpose="Vérifier l’adresse avant d’ouvrir un compte.",
            starts="Saisie",
            recipients=OPERATORS,
            elsewhere="72 heures",
            covers=(Candidacy,),
        )
    )
    HISTORY.extend(removed_history(model) for model in (Dossier, Candidate, DossierLine, DossierMessage, Piece))
    kept("Ne porte que des clés.", Delegation, events_of(Delegation).model)
