"""What happened to a session, for people to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forprev.certification.models import Trainee, TrainingSession
from forprev.certification.workflow import Action, State


@dataclass(frozen=True)
class Event:
    """One action of one actor; `before` is empty for the first and where the state stayed."""

    at: datetime
    actor: str
    role: str
    action: str
    before: str
    after: str
    comment: str

    def continues(self, earlier: Event) -> bool:
        """Whether it is more of the same: same actor, same action, the state staying."""
        return (self.actor, self.role, self.action, self.after) == (
            earlier.actor,
            earlier.role,
            earlier.action,
            "",
        ) and (not self.comment)


def history_of(session: TrainingSession) -> list[Event]:
    """The session's events, the latest first, in one query; what one person entered in a row is one event."""
    events: list[Event] = []
    state = ""
    rows = session.events.select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    for row in rows:
        context = row.pgh_context.metadata if row.pgh_context else {}
        after = "" if row.state == state else str(State(row.state).label)
        event = Event(
            at=row.pgh_created_at,
            actor=context.get("actor", ""),
            role=context.get("role", ""),
            action=str(Action(context["action"]).label) if context.get("action") in Action.values else "",
            before=str(State(state).label) if state and after else "",
            after=after,
            comment=context.get("comment", ""),
        )
        if events and event.continues(events[-1]):
            events.pop()
        events.append(event)
        state = row.state
    return events[::-1]


def was_taken_off(session: TrainingSession, trainee_id: int) -> bool:
    """Whether this trainee was in the session once, and is there no more."""
    was_there = Trainee.pgh_event_model.objects.filter(pgh_obj_id=trainee_id, session_id=session.pk).exists()  # type: ignore[attr-defined]
    return was_there and not session.trainees.filter(pk=trainee_id).exists()
