"""Reading dossiers: who sees which, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import (
    Accreditation,
    Dossier,
    DossierLine,
    DossierState,
    Piece,
    PieceRule,
    Track,
)
from forprev.accreditation.workflow import APPLICANTS, NETWORK, SENT_AND_OPEN, WITH_APPLICANT
from forprev.organisations.models import Organisation
from forprev.people.models import Person


def applicant(person: Person) -> Acting:
    """The quality in which a person acts on its first requests, whatever its roles, or without any."""
    return Acting(person=person, role=Role.APPLICANT)


def visible_to(acting: Acting) -> QuerySet[Dossier]:
    """Applicants: their first requests; managers: their entity's; the network: those sent, funds their region's.

    The INRS and the committee have no part in those that change an entity's data.
    """
    everything = Dossier.objects.select_related("organisation", "fund")
    sent = everything.exclude(state=DossierState.DRAFT)
    match acting.role:
        case Role.APPLICANT:
            return everything.filter(applicant=acting.person, candidate__isnull=False)
        case Role.MANAGER:
            return everything.filter(organisation_id=acting.organisation_id)
        case Role.FUND_OFFICER:
            return sent.filter(fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR | Role.COMMITTEE:
            return sent.exclude(track=Track.DATA)
        case _:
            return everything.none()


def with_entity(acting: Acting) -> QuerySet[Dossier]:
    """What waits for a manager: drafts of its entity, and what it is asked to complete."""
    return visible_to(acting).filter(state__in=WITH_APPLICANT)


def reads_internal_notes(acting: Acting) -> bool:
    """Internal notes are the network's own."""
    return acting.role in NETWORK


def is_applicant(acting: Acting) -> bool:
    return acting.role in APPLICANTS


def open_dossiers(organisation: Organisation) -> QuerySet[Dossier]:
    """Those of an entity that were sent and are not closed (B04)."""
    return Dossier.objects.filter(organisation=organisation, state__in=SENT_AND_OPEN)


def dossiers_about(accreditation: Accreditation, acting: Acting) -> QuerySet[Dossier]:
    """Those that asked for this accreditation or its renewal, and that the actor sees; the latest first."""
    asked = DossierLine.objects.filter(accreditation=accreditation).values("dossier_id")
    return visible_to(acting).filter(pk__in=asked).order_by("-created_at", "-pk")


def lines_of(dossier: Dossier) -> list[DossierLine]:
    """What a dossier asks for, with all that its pages show of it, in one query."""
    return list(dossier.lines.select_related("level__scheme", "accreditation__level__scheme").order_by("pk"))


@dataclass(frozen=True)
class Demand:
    """A piece that a dossier owes, or may have: `line` is None where it is the organisation's own."""

    rule: PieceRule
    line: DossierLine | None
    piece: Piece | None

    @property
    def is_missing(self) -> bool:
        return self.rule.is_required and self.piece is None

    @property
    def key(self) -> str:
        """Names it in addresses: `12` or `12-7`, the ids of the rule and of the line."""
        return f"{self.rule.pk}-{self.line.pk}" if self.line else str(self.rule.pk)


def demands_of(dossier: Dossier) -> list[Demand]:
    """The pieces demanded of a dossier (B05), common ones first, then line by line, with what was sent; four queries.

    A piece that was sent stays demanded even if its rule is not in use any more.
    """
    candidate = getattr(dossier, "candidate", None)
    kind = candidate.kind if candidate else dossier.organisation.kind if dossier.organisation else ""
    sent = {(piece.rule_id, piece.line_id): piece for piece in dossier.pieces.select_related("rule")}
    lines = list(dossier.lines.select_related("level__scheme").order_by("level__scheme__name", "level__number"))
    rules = PieceRule.objects.filter(Q(is_active=True) | Q(pk__in=[rule for rule, _ in sent]))
    demands = []
    for line in (None, *lines):
        for rule in rules:
            key = (rule.pk, line.pk if line else None)
            if key in sent or (_applies(rule, line, kind) and (line is not None or candidate is not None)):
                demands.append(Demand(rule, line, sent.get(key)))
    return demands


def _applies(rule: PieceRule, line: DossierLine | None, kind: str) -> bool:
    if rule.kind and rule.kind != kind:
        return False
    if line is None or rule.scheme_id is None:
        return line is None and rule.scheme_id is None
    return rule.scheme_id == line.level.scheme_id and rule.level_number in (None, line.level.number)
