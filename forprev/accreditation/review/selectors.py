"""Reading dossiers for those who review them: what waits for whom, who may review what, what a page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Case, CharField, F, Prefetch, Q, QuerySet, Value, When

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.selectors import Demand, demands_of, visible_to
from forprev.accreditation.models import Candidate, Dossier, DossierLine, DossierMessage, LineKind, PieceState, Track
from forprev.accreditation.workflow import CLOSED, NETWORK, State
from forprev.core.dates import today
from forprev.organisations.models import NetworkRole, Organisation, OrganisationKind, held_now
from forprev.people.models import Person

TO_REVIEW = (State.SUBMITTED, State.UNDER_REVIEW)
TO_DECIDE = (State.OPINION_GIVEN, State.AWAITING_DECISION)
RENEWED = " (renouvellement)"


class Assignment:
    """To whom a dossier is assigned, as seen by the actor."""

    ME, NOBODY, ANOTHER = "me", "nobody", "another"
    choices = ((ME, "Moi"), (NOBODY, "Personne"), (ANOTHER, "Quelqu’un d’autre"))


def awaiting(acting: Acting) -> QuerySet[Dossier]:
    """Those that wait for the actor's role: for a review, or for what prepares and makes a decision (B03)."""
    visible = visible_to(acting)
    match acting.role:
        case Role.FUND_OFFICER:
            return visible.filter(state__in=TO_REVIEW)
        case Role.NATIONAL_ADMINISTRATOR:
            reviewed_here = Q(track=Track.OTHER, state__in=TO_REVIEW)
            return visible.filter(reviewed_here | Q(state__in=(*TO_DECIDE, State.ADJOURNED)))
        case Role.COMMITTEE:
            return visible.filter(state__in=TO_DECIDE)
        case _:
            return visible.none()


def reviewed_by(acting: Acting) -> QuerySet[Dossier]:
    """Everything that the network's desks see, closed ones included."""
    visible = visible_to(acting)
    return visible if acting.role in NETWORK else visible.none()


def for_queue(dossiers: QuerySet[Dossier], acting: Acting) -> QuerySet[Dossier]:
    """With what a list shows of each, in two queries; the most urgent first, `assignment` as `Assignment` has it."""
    assignment = Case(
        When(assigned_to=acting.person_id, then=Value(Assignment.ME)),
        When(assigned_to=None, then=Value(Assignment.NOBODY)),
        default=Value(Assignment.ANOTHER),
        output_field=CharField(),
    )
    return (
        dossiers.select_related("assigned_to")
        .prefetch_related(Prefetch("lines", queryset=DossierLine.objects.select_related("level__scheme")))
        .annotate(assignment=assignment)
        .order_by(F("due_on").asc(nulls_last=True), "pk")
    )


def next_after(dossier: Dossier, acting: Acting) -> Dossier | None:
    """Of those that wait for the actor's role, the one that follows in the order of their terms."""
    if dossier.due_on is None:
        return None
    later = Q(due_on__gt=dossier.due_on) | Q(due_on=dossier.due_on, pk__gt=dossier.pk)
    return awaiting(acting).filter(later).order_by("due_on", "pk").first()


def object_of(dossier: Dossier) -> str:
    """`SST / 1, Catec / 2 (renouvellement)`: what a dossier asks for, its lines being read."""
    if dossier.track == Track.DATA:
        return "Actualisation"
    lines = sorted(dossier.lines.all(), key=lambda line: (line.level.scheme.name, line.level.number))
    return ", ".join(f"{line.level}{RENEWED if line.kind == LineKind.RENEWAL else ''}" for line in lines)


def is_late(dossier: Dossier, day: date) -> bool:
    """Past its term, whoever has the next word."""
    return dossier.due_on is not None and dossier.due_on < day and dossier.state not in CLOSED


def reviewers_of(dossier: Dossier) -> QuerySet[Person]:
    """Who may have a dossier to review: the officers of its fund, or the national administrators, by name."""
    held = NetworkRole.objects.filter(held_now())
    if dossier.track == Track.OTHER:
        held = held.filter(role=Role.NATIONAL_ADMINISTRATOR)
    else:
        held = held.filter(role=Role.FUND_OFFICER, fund_id=dossier.fund_id)
    return Person.objects.filter(pk__in=held.values("person")).order_by("search_last_name", "search_first_name", "pk")


def label_of(demand: Demand) -> str:
    """`Programme du stage initial, SST / 2`."""
    return f"{demand.rule.label}, {demand.line.level}" if demand.line else demand.rule.label


def not_conforming(dossier: Dossier) -> list[str]:
    """The pieces required that stand in the way of a favourable opinion, with what is wrong: `Programme (Reçue)`."""
    found = []
    for demand in demands_of(dossier):
        state = demand.piece.state_label if demand.piece else "Manquante"
        if demand.rule.is_required and state != PieceState.CONFORMING.label:
            found.append(f"{label_of(demand)} ({state})")
    return found


def remarks_of(dossier: Dossier) -> str:
    """What a request for completion starts from: one line a piece to correct, and those that are missing."""
    lines = []
    for demand in demands_of(dossier):
        if demand.is_missing:
            lines.append(f"{label_of(demand)} : pièce manquante")
        elif demand.piece is not None and demand.piece.state == PieceState.TO_CORRECT:
            lines.append(f"{label_of(demand)} : {demand.piece.remark}")
    return "\n".join(lines)


@dataclass(frozen=True)
class Line:
    """One line of the request: what is asked, and for a renewal of which accreditation, until when."""

    label: str
    number: str = ""
    ends_on: date | None = None
    is_over: bool = False


def lines_of(dossier: Dossier) -> list[Line]:
    """What is asked for, in one query."""
    lines = dossier.lines.select_related("level__scheme", "accreditation")
    return [
        Line(
            str(line),
            line.accreditation.number if line.accreditation else "",
            line.accreditation.ends_on if line.accreditation else None,
            line.accreditation is not None and line.accreditation.ends_on < today(),
        )
        for line in lines.order_by("level__scheme__name", "level__number")
    ]


def identity_of(dossier: Dossier, candidate: Candidate | None) -> list[tuple[str, str]]:
    """What the organisation is, as `(label, value)`: as it would be for a first request, as it is for an entity."""
    told = candidate or dossier.organisation
    if told is None:
        return []
    place = f"{told.address}\n{told.postal_code} {told.city}".strip()
    signatory = ", ".join(filter(None, (told.signatory_name, told.signatory_title)))
    rows = [
        ("Type", told.get_kind_display()),
        ("Régime", told.get_regime_display()),
        ("SIRET", told.siret),
        ("Adresse", place),
        ("Signataire", signatory),
        ("Activités", told.activities),
    ]
    if told.kind == OrganisationKind.TRAINING_BODY:
        rows.insert(3, ("Déclaration d’activité", told.nda))
    return rows


class Said(NamedTuple):
    """One message of the thread, or one internal note."""

    author: str
    role: str
    at: datetime
    text: str


def said(messages: Iterable[DossierMessage], *, internal: bool) -> list[Said]:
    """Those of one kind, apart from the others."""
    return [
        Said(message.author.display_name, str(Role(message.author_role).label), message.written_at, message.text)
        for message in messages
        if message.is_internal == internal
    ]


def candidate_of(dossier: Dossier) -> Candidate | None:
    return getattr(dossier, "candidate", None)


def already_known(candidate: Candidate | None) -> Organisation | None:
    """The entity that has the SIRET of a first request: it should have been asked by its managers."""
    if candidate is None or not candidate.siret:
        return None
    return Organisation.objects.filter(siret=candidate.siret).first()
