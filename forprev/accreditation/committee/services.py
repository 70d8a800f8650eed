"""Preparing a meeting of the national committee, and closing it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from forprev.accounts.acting import Acting
from forprev.accreditation.committee.decisions import Verdict, decide
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.dossiers.selectors import visible_to
from forprev.accreditation.models import CommitteeMeeting, Dossier, DossierState, MeetingState
from forprev.accreditation.workflow import SECRETARIAT, Action
from forprev.core import dates, history
from forprev.core.dates import french
from forprev.core.errors import Conflict, DomainError
from forprev.core.text import clean_lines
from forprev.core.workflow import NotAllowed

CLOSED = "Cette commission est close : elle ne change plus."
ATTENDANCE_LENGTH = 2000


def plan_meeting(acting: Acting, held_on: date) -> CommitteeMeeting:
    """Give a meeting its day; the same day again is the same meeting. DomainError for a day that is over."""
    _check_secretariat(acting)
    if held_on < dates.today():
        raise DomainError("La date de la commission ne peut pas être passée.", code="past", field="held_on")
    with history.action(acting, "plan_meeting"):
        return CommitteeMeeting.objects.get_or_create(held_on=held_on)[0]


def move_meeting(meeting_id: int, acting: Acting, version: int, held_on: date) -> CommitteeMeeting:
    """Give it another day. DomainError for a day that is over, or that of another meeting."""
    if held_on < dates.today():
        raise DomainError("La date de la commission ne peut pas être passée.", code="past", field="held_on")
    try:
        with (
            _meeting(meeting_id, acting, "move_meeting", version) as meeting,
            history.action(acting, "move_meeting"),
        ):
            meeting.held_on = held_on
            meeting.save()
    except IntegrityError as error:
        raise DomainError(
            f"Une commission est déjà prévue le {french(held_on)}.", code="taken", field="held_on"
        ) from error
    return meeting


def schedule(meeting_id: int, acting: Acting, dossiers: Collection[int]) -> None:
    """Put these dossiers at the end of the agenda, all of them or none; those that stand there already stay."""
    with _meeting(meeting_id, acting, "schedule") as meeting:
        rank = meeting.dossiers.aggregate(last=Max("agenda_rank"))["last"] or 0
        standing = set(meeting.dossiers.values_list("pk", flat=True))
        for pk in sorted(set(dossiers) - standing):
            rank += 1
            with acting_on(pk, acting, Action.SCHEDULE, comment=str(meeting)) as dossier:
                dossier.meeting, dossier.agenda_rank, dossier.due_on = meeting, rank, meeting.held_on


def unschedule(meeting_id: int, acting: Acting, dossier_id: int, version: int) -> None:
    """Take a dossier off the agenda: it waits for another meeting."""
    with (
        _meeting(meeting_id, acting, "unschedule") as meeting,
        acting_on(dossier_id, acting, Action.UNSCHEDULE, version=version) as dossier,
    ):
        if dossier.meeting != meeting:
            raise Conflict()
        dossier.meeting, dossier.agenda_rank = None, 0


def reorder(meeting_id: int, acting: Acting, version: int, dossier_id: int, step: int) -> None:
    """Move a dossier of the agenda up (-1) or down (1) by one place; at either end it stays."""
    with _meeting(meeting_id, acting, "reorder", version) as meeting, history.action(acting, "reorder"):
        order = list(meeting.dossiers.order_by("agenda_rank", "pk").values_list("pk", flat=True))
        if dossier_id not in order:
            raise Conflict()
        place = order.index(dossier_id)
        other = min(max(place + step, 0), len(order) - 1)
        order[place], order[other] = order[other], order[place]
        for rank, pk in enumerate(order, start=1):
            Dossier.objects.filter(pk=pk).exclude(agenda_rank=rank).update(agenda_rank=rank)


class SittingRefused(DomainError):
    """What stood in the way of one of the decisions; `dossier_id` says of which."""

    def __init__(self, dossier_id: int, error: DomainError) -> None:
        super().__init__(error.message, code=error.code, field=error.field)
        self.dossier_id = dossier_id
        self.is_conflict = isinstance(error, Conflict | NotAllowed)


def sit(meeting_id: int, acting: Acting, verdicts: Mapping[int, tuple[int, Verdict]]) -> None:
    """Decide on these dossiers of the agenda, by id, each with the version that was read; all of them or none.

    What was decided by the same form already is passed over. SittingRefused says what is in the way of one.
    """
    with _meeting(meeting_id, acting, "sit") as meeting:
        for pk, (version, verdict) in verdicts.items():
            if meeting.decisions.filter(dossier_id=pk).exists():
                continue
            try:
                if not visible_to(acting).filter(pk=pk, meeting=meeting).exists():
                    raise Conflict("Cette demande n’est plus à l’ordre du jour.")
                decide(pk, acting, version, verdict)
            except DomainError as error:
                raise SittingRefused(pk, error) from error


def close_meeting(meeting_id: int, acting: Acting, version: int, attendance: str) -> CommitteeMeeting:
    """Nothing is decided there any more, and its minutes can be drawn. DomainError while a dossier waits."""
    attendance = clean_lines(attendance)
    if not attendance:
        raise DomainError("Nommez les membres présents, un par ligne.", code="attendance", field="attendance")
    if len(attendance) > ATTENDANCE_LENGTH:
        raise DomainError(
            f"Ce texte ne peut pas dépasser {ATTENDANCE_LENGTH} caractères.", code="too_long", field="attendance"
        )
    with _meeting(meeting_id, acting, "close_meeting", version) as meeting, history.action(acting, "close_meeting"):
        if meeting.held_on > dates.today():
            raise DomainError("Une commission se clôt le jour où elle se tient, ou après.", code="not_yet")
        if meeting.dossiers.filter(state=DossierState.AWAITING_DECISION).exists():
            raise DomainError(
                "Des demandes attendent encore une décision : décidez, ou retirez-les de l’ordre du jour.",
                code="undecided",
            )
        meeting.state, meeting.attendance, meeting.closed_at = MeetingState.CLOSED, attendance, dates.now()
        meeting.save()
    return meeting


def _check_secretariat(acting: Acting) -> None:
    if acting.role not in SECRETARIAT:
        raise NotAllowed("Seuls la commission nationale et l’INRS préparent les commissions.")


@contextmanager
def _meeting(meeting_id: int, acting: Acting, action: str, version: int | None = None) -> Iterator[CommitteeMeeting]:
    """One action on one meeting that is not closed, locked; Conflict if `version` is not the current one.

    What the block does to dossiers bears the name of what is done to each, hence no action around it.
    """
    _check_secretariat(acting)
    with transaction.atomic():
        with history.action(acting, action):
            meeting = CommitteeMeeting.objects.select_for_update(no_key=True).get(pk=meeting_id)
            if meeting.state == MeetingState.CLOSED:
                raise DomainError(CLOSED, code="closed")
            if version is not None and version != meeting.version:
                raise Conflict()
            meeting.version += 1
            meeting.save(update_fields=["version"])
        yield meeting
