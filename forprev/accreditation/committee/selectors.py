"""Reading the meetings of the national committee: their agenda, what could join it, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.selectors import visible_to as dossiers_visible_to
from forprev.accreditation.models import (
    CommitteeMeeting,
    Dossier,
    DossierLine,
    DossierState,
    LineKind,
    MeetingState,
    Opinion,
    Outcome,
)
from forprev.accreditation.workflow import SECRETARIAT, Action
from forprev.core.dates import day_of

ELIGIBLE = (DossierState.OPINION_GIVEN, DossierState.ADJOURNED)
RESULTS = {
    Action.ACCEPT: DossierState.ACCEPTED,
    Action.REFUSE: DossierState.REFUSED,
    Action.ADJOURN: DossierState.ADJOURNED,
    Action.WITHDRAW: DossierState.CANCELLED,
}
"""What takes a dossier off an agenda for good, and where it leads."""
DECIDED = (DossierState.ACCEPTED, DossierState.REFUSED, DossierState.ADJOURNED)
LINES = DossierLine.objects.select_related("level__scheme", "accreditation").order_by(
    "level__scheme__name", "level__number"
)


def visible_to(acting: Acting) -> QuerySet[CommitteeMeeting]:
    """The committee and the INRS see every meeting; nobody else any."""
    return CommitteeMeeting.objects.all() if acting.role in SECRETARIAT else CommitteeMeeting.objects.none()


def for_list(meetings: QuerySet[CommitteeMeeting]) -> QuerySet[CommitteeMeeting]:
    """With `left`, the number of dossiers to decide; those planned first, the next one leading, then the latest."""
    return meetings.annotate(
        left=Count("dossiers", filter=Q(dossiers__state=DossierState.AWAITING_DECISION)),
        planned_on=Case(When(state=MeetingState.PLANNED, then=F("held_on"))),
    ).order_by(F("planned_on").asc(nulls_last=True), "-held_on")


def next_meeting(acting: Acting) -> CommitteeMeeting | None:
    return for_list(visible_to(acting).filter(state=MeetingState.PLANNED)).first()


def agenda(meeting: CommitteeMeeting) -> QuerySet[Dossier]:
    """The dossiers that wait for the decision of this meeting, in order, with their lines; two queries."""
    waiting = Dossier.objects.filter(meeting=meeting, state=DossierState.AWAITING_DECISION)
    return (
        waiting.select_related("organisation", "fund")
        .prefetch_related(Prefetch("lines", queryset=LINES))
        .order_by("agenda_rank", "pk")
    )


def eligible(acting: Acting) -> QuerySet[Dossier]:
    """Those that may join an agenda: an opinion is given, or an earlier meeting adjourned them; the oldest first."""
    return dossiers_visible_to(acting).filter(state__in=ELIGIBLE).order_by("submitted_on", "pk")


@dataclass(frozen=True)
class DecidedLine:
    """`number` is that of the accreditation granted, empty if none was."""

    level: str
    kind: str
    outcome: str
    reason: str
    number: str


@dataclass(frozen=True)
class Result:
    """What came of one dossier at one meeting, as it was then; without lines where nothing was accepted or refused."""

    dossier_id: int
    number: str
    organisation_name: str
    opinion: str
    opinion_reason: str
    state: str
    label: str
    decided_on: date
    decided_by: str
    reason: str
    lines: Sequence[DecidedLine]


def results(meeting: CommitteeMeeting) -> list[Result]:
    """What came of the dossiers of a meeting, in the order of its agenda; two queries.

    Read from their history, so that it stays what it was: a dossier adjourned goes on, to another meeting perhaps.
    """
    decisions = {}
    events = Dossier.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        meeting=meeting, pgh_context__metadata__action__in=list(RESULTS), state__in=list(RESULTS.values())
    )
    for event in events.select_related("pgh_context").order_by("pgh_id"):
        action = event.pgh_context.metadata["action"]
        if action == Action.WITHDRAW and event.pgh_obj_id in decisions:
            continue  # what was adjourned here, then withdrawn
        decisions[event.pgh_obj_id] = event
    lines: dict[int, list[DecidedLine]] = {}
    final = [pk for pk, event in decisions.items() if event.state in (DossierState.ACCEPTED, DossierState.REFUSED)]
    for line in LINES.filter(dossier__in=final):
        lines.setdefault(line.dossier_id, []).append(_decided(line, decisions[line.dossier_id].state))
    return [
        Result(
            dossier_id=pk,
            number=event.number,
            organisation_name=event.organisation_name,
            opinion=str(Opinion(event.opinion).label) if event.opinion else "",
            opinion_reason=event.opinion_reason,
            state=event.state,
            label=str(DossierState(event.state).label),
            decided_on=event.decided_on if event.state in DECIDED else day_of(event.pgh_created_at),
            decided_by=event.pgh_context.metadata.get("actor", ""),
            reason=event.decision_reason if event.state in DECIDED else "",
            lines=lines.get(pk, []),
        )
        for pk, event in sorted(decisions.items(), key=lambda pair: (pair[1].agenda_rank, pair[0]))
    ]


def _decided(line: DossierLine, state: str) -> DecidedLine:
    """Without a reason where the whole dossier is refused: it is the dossier's."""
    granted = line.accreditation if line.outcome == Outcome.GRANTED else None
    return DecidedLine(
        level=str(line.level),
        kind=str(LineKind(line.kind).label),
        outcome=str(Outcome(line.outcome).label) if line.outcome else "",
        reason=line.outcome_reason if state == DossierState.ACCEPTED else "",
        number=granted.number if granted else "",
    )
