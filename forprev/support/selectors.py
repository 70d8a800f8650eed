"""Reading the requests for correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.people.matching import Match, find
from forprev.people.models import Person
from forprev.support.models import CorrectionRequest
from forprev.support.workflow import Action, State


def visible_to(acting: Acting) -> QuerySet[CorrectionRequest]:
    """All of them for the hotline, which answers to everybody; none for anybody else."""
    everything = CorrectionRequest.objects.all()
    return everything if acting.role == Role.SUPPORT_AGENT else everything.none()


def awaiting(acting: Acting) -> QuerySet[CorrectionRequest]:
    """Those that this actor may treat: waiting, and not its own."""
    return visible_to(acting).filter(state=State.OPEN).exclude(person=acting.person)


def for_list(corrections: QuerySet[CorrectionRequest]) -> QuerySet[CorrectionRequest]:
    """Those that wait first, the oldest first; then those treated, the latest first."""
    return corrections.select_related("person").order_by(F("closed_at").desc(), "created_at", "pk")


def own(person: Person) -> QuerySet[CorrectionRequest]:
    """Those that the person made, the one that waits first, then the latest treated."""
    return for_list(CorrectionRequest.objects.filter(person=person))


def namesakes(correction: CorrectionRequest) -> list[Match]:
    """Others who are likely of the identity asked for: perhaps the same person, recorded twice."""
    return [m for m in find(correction.new_identity) if m.likely and m.person.pk != correction.person_id]


@dataclass(frozen=True)
class Event:
    """One action of one actor; `before` is empty for the first."""

    at: datetime
    actor: str
    role: str
    action: str
    before: str
    after: str
    comment: str


def history_of(correction: CorrectionRequest) -> list[Event]:
    """What happened to the request, the latest first, in one query."""
    events: list[Event] = []
    state = ""
    rows = correction.events.select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    for row in rows:
        context = row.pgh_context.metadata if row.pgh_context else {}
        action = context.get("action", "")
        events.append(
            Event(
                at=row.pgh_created_at,
                actor=context.get("actor", ""),
                role=context.get("role", ""),
                action=str(Action(action).label) if action in Action.values else "Fusion de deux fiches",
                before=str(State(state).label) if state and state != row.state else "",
                after=str(State(row.state).label) if state != row.state else "",
                comment=context.get("comment", ""),
            )
        )
        state = row.state
    return events[::-1]
