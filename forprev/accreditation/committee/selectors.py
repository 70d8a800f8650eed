"""Reading meetings: which there are, what stands on an agenda, what may be put there."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.selectors import visible_to
from forprev.accreditation.models import CommitteeMeeting, Dossier, DossierState, MeetingState
from forprev.accreditation.workflow import SECRETARIAT
from forprev.core.dates import today

TO_SCHEDULE = (DossierState.OPINION_GIVEN, DossierState.ADJOURNED)


def meetings_visible_to(acting: Acting) -> QuerySet[CommitteeMeeting]:
    """All of them to the committee and the INRS, none to anybody else; with `agenda` and `decided`, their sizes."""
    if acting.role not in SECRETARIAT:
        return CommitteeMeeting.objects.none()
    waiting = Count("dossiers", filter=Q(dossiers__state=DossierState.AWAITING_DECISION), distinct=True)
    return CommitteeMeeting.objects.annotate(agenda=waiting, decided=Count("decisions", distinct=True))


def next_meeting(acting: Acting) -> CommitteeMeeting | None:
    """The nearest that is not closed."""
    return meetings_visible_to(acting).filter(state=MeetingState.PLANNED).order_by("held_on").first()


def agenda_of(meeting: CommitteeMeeting) -> QuerySet[Dossier]:
    """The dossiers that wait for this meeting, in their order, with what they ask for; three queries."""
    waiting = meeting.dossiers.filter(state=DossierState.AWAITING_DECISION)
    return waiting.prefetch_related("lines__level__scheme", "lines__accreditation").order_by("agenda_rank", "pk")


def to_schedule(acting: Acting) -> QuerySet[Dossier]:
    """What may be put on an agenda, the longest waiting first."""
    found = visible_to(acting).filter(state__in=TO_SCHEDULE).prefetch_related("lines__level__scheme")
    return found.order_by("submitted_on", "pk")


def may_be_closed(meeting: CommitteeMeeting) -> bool:
    """On its day or later, once nothing waits."""
    waiting = meeting.dossiers.filter(state=DossierState.AWAITING_DECISION).exists()
    return meeting.state == MeetingState.PLANNED and meeting.held_on <= today() and not waiting
