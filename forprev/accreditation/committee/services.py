"""Meetings of the national committee: planned, filled, held, closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import structlog
from django.db import transaction

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.committee.selectors import RESULTS, agenda, visible_to
from forprev.accreditation.decisions import LineDecision, decide
from forprev.accreditation.dossiers.common import acting_on, workflow_of
from forprev.accreditation.dossiers.thread import checked_text
from forprev.accreditation.models import CommitteeMeeting, Dossier, DossierState, MeetingState
from forprev.accreditation.workflow import SECRETARIAT, Action
from forprev.core import dates, history
from forprev.core.dates import french, today
from forprev.core.errors import Conflict, DomainError
from forprev.core.text import clean_lines
from forprev.core.workflow import NotAllowed

logger = structlog.get_logger(__name__)


# Before the sitting


def plan(acting: Acting, held_on: date) -> CommitteeMeeting:
    """A meeting to come; DomainError for a day that is past or that has a meeting already."""
    if acting.role not in SECRETARIAT:
        raise NotAllowed("Votre rôle ne permet pas de prévoir une commission.")
    if held_on < today():
        raise DomainError("Cette date est passée.", code="past", field="held_on")
    with history.action(acting, "plan_meeting"):
        meeting, is_new = CommitteeMeeting.objects.get_or_create(held_on=held_on)
        if not is_new:
            raise DomainError("Une commission est déjà prévue ce jour-là.", code="day_taken", field="held_on")
    return meeting


def schedule(meeting_id: int, acting: Acting, dossier_ids: Iterable[int]) -> int:
    """Put dossiers at the end of the agenda, together or not at all; how many were not there already.

    Raises NotAllowed for one that may not join it (any more).
    """
    with transaction.atomic():
        meeting = _hold(meeting_id, acting)
        there = {dossier.pk: dossier.agenda_rank for dossier in agenda(meeting)}
        rank = max(there.values(), default=0)
        joining = sorted(set(dossier_ids) - there.keys())
        for dossier_id in joining:
            with acting_on(dossier_id, acting, Action.SCHEDULE) as dossier:
                rank += 1
                dossier.meeting, dossier.agenda_rank = meeting, rank
                dossier.decided_on, dossier.decision_reason = None, ""
    return len(joining)


def unschedule(meeting_id: int, acting: Acting, dossier_id: int) -> None:
    """Take a dossier off the agenda, its opinion staying; nothing happens to one that is not on it any more."""
    with transaction.atomic():
        meeting = _hold(meeting_id, acting)
        if agenda(meeting).filter(pk=dossier_id).exists():
            with acting_on(dossier_id, acting, Action.UNSCHEDULE) as dossier:
                dossier.meeting, dossier.agenda_rank = None, 0


def move(meeting_id: int, acting: Acting, dossier_id: int, places: int) -> None:
    """Change the place of a dossier on the agenda: -1 is one up; at an end, or gone, it stays.

    Its version does not change: nobody's page of the sitting grows stale.
    """
    with history.action(acting, Action.ORDER.value):
        waiting = list(agenda(_hold(meeting_id, acting)))
        place = next((i for i, dossier in enumerate(waiting) if dossier.pk == dossier_id), None)
        if place is None or not 0 <= place + places < len(waiting):
            return
        waiting.insert(place + places, waiting.pop(place))
        for rank, dossier in enumerate(waiting, start=1):
            workflow_of(dossier).check(Action.ORDER, dossier.state, acting.role)
            if dossier.agenda_rank != rank:
                dossier.agenda_rank = rank
                dossier.save(update_fields=["agenda_rank"])


# The sitting


@dataclass(frozen=True)
class Decision:
    """What a member entered for one dossier, as it was shown in `version`; see `decide`."""

    dossier_id: int
    version: int
    verdict: Action
    reason: str = ""
    lines: Mapping[int, LineDecision] = field(default_factory=dict)


class SittingRefused(DomainError):
    """Nothing was entered: `by_dossier` says what stands against which of the decisions, by the dossier's id."""

    def __init__(self, by_dossier: Mapping[int, DomainError]) -> None:
        self.by_dossier = by_dossier
        super().__init__("Rien n’est enregistré : corrigez ce qui est signalé.", code="sitting_refused")


def sit(meeting_id: int, acting: Acting, decisions: Sequence[Decision]) -> int:
    """Enter the decisions of one sitting, all or none; how many were not entered already by the same page.

    SittingRefused if one of them is not possible; DomainError before the day of the meeting or once it is closed.
    """
    if acting.role != Role.COMMITTEE:
        raise NotAllowed("Seule la commission nationale décide d’une demande.")
    with transaction.atomic():
        meeting = _hold(meeting_id, acting)
        _check_day(meeting)
        there = Dossier.objects.filter(meeting=meeting).in_bulk([decision.dossier_id for decision in decisions])
        refused: dict[int, DomainError] = {}
        entered = 0
        for decision in sorted(decisions, key=lambda each: each.dossier_id):
            dossier = there.get(decision.dossier_id)
            if _is_entered(dossier, decision):
                continue
            try:
                _enter(dossier, acting, decision)
            except DomainError as error:
                refused[decision.dossier_id] = error
            entered += 1
        if refused:
            raise SittingRefused(refused)
    logger.info("committee_sat", meeting=meeting_id, entered=entered, by=acting.person_id)
    return entered


def _enter(dossier: Dossier | None, acting: Acting, decision: Decision) -> None:
    """`dossier` is what was read once the agenda was held; what happened to it since, `decide` finds as it locks it."""
    try:
        if dossier is None or dossier.state != DossierState.AWAITING_DECISION:
            raise NotAllowed("")
        decide(
            decision.dossier_id,
            acting,
            decision.version,
            decision.verdict,
            lines=decision.lines,
            reason=decision.reason,
        )
    except NotAllowed:
        raise _meanwhile(decision.dossier_id) from None
    except Conflict:
        raise Conflict("Cette demande a changé depuis son affichage : relisez-la, puis enregistrez.") from None


def _meanwhile(dossier_id: int) -> DomainError:
    """What happened to a dossier that the meeting cannot decide any more."""
    dossier = Dossier.objects.filter(pk=dossier_id).first()
    state = DossierState(dossier.state) if dossier else DossierState.CANCELLED
    if state == DossierState.CANCELLED:
        what = "Cette demande a été retirée par son demandeur entre-temps"
    elif state in RESULTS.values():
        what = f"Cette demande a été décidée entre-temps par un autre membre (état : {state.label})"
    else:
        what = f"Cette demande n’est plus à l’ordre du jour (état : {state.label})"
    return DomainError(
        f"{what}. Laissez-la sans décision pour enregistrer les autres.", code="meanwhile", field="verdict"
    )


def _is_entered(dossier: Dossier | None, decision: Decision) -> bool:
    """Whether this very decision stands already: the page was sent twice."""
    if dossier is None or dossier.version != decision.version + 1 or dossier.state != RESULTS[decision.verdict]:
        return False
    if dossier.decision_reason != clean_lines(decision.reason):
        return False
    wanted = {pk: line.outcome for pk, line in decision.lines.items()}
    return decision.verdict != Action.ACCEPT or wanted == dict(dossier.lines.values_list("pk", "outcome"))


# After it


def close(meeting_id: int, acting: Acting, attendance: str) -> CommitteeMeeting:
    """End a meeting of which nothing is left to decide; `attendance` names a member a line. Twice is once."""
    attendance = checked_text(attendance, "attendance", "Les membres présents doivent être renseignés.")
    with history.action(acting, "close_meeting"):
        meeting = _find(meeting_id, acting)
        if meeting.state == MeetingState.CLOSED:
            return meeting
        _check_day(meeting)
        if agenda(meeting).exists():
            raise DomainError(
                "Des demandes de l’ordre du jour restent à décider : décidez-les ou retirez-les.", code="not_decided"
            )
        meeting.state, meeting.closed_at = MeetingState.CLOSED, dates.now()
        meeting.attendance = attendance
        meeting.version += 1
        meeting.save()
    return meeting


def _hold(meeting_id: int, acting: Acting) -> CommitteeMeeting:
    """A meeting to come, locked: what is done to its agenda is done one after the other; NotAllowed once closed."""
    meeting = _find(meeting_id, acting)
    if meeting.state == MeetingState.CLOSED:
        raise NotAllowed("Cette commission est close : son ordre du jour et ses décisions ne changent plus.")
    return meeting


def _find(meeting_id: int, acting: Acting) -> CommitteeMeeting:
    return visible_to(acting).select_for_update(no_key=True).get(pk=meeting_id)


def _check_day(meeting: CommitteeMeeting) -> None:
    if meeting.held_on > today():
        raise DomainError(
            f"Cette commission se tient le {french(meeting.held_on)} : rien ne se décide avant.",
            code="too_early",
        )
