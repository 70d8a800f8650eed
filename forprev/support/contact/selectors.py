"""Reading contact requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, QuerySet, Value, When

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.organisations.models import NetworkRole, held_now
from forprev.people.models import Person
from forprev.support.contact.models import ContactRequest
from forprev.support.contact.workflow import OPEN, ContactAction, ContactState


def visible_to(acting: Acting) -> QuerySet[ContactRequest]:
    """All of them for the hotline; none for anybody else."""
    everything = ContactRequest.objects.all()
    return everything if acting.role == Role.SUPPORT_AGENT else everything.none()


def awaiting(acting: Acting) -> QuerySet[ContactRequest]:
    """What waits for an answer and is this agent's, or nobody's."""
    unanswered = visible_to(acting).filter(state__in=OPEN)
    return unanswered.filter(assigned_to=None) | unanswered.filter(assigned_to=acting.person)


def for_list(requests: QuerySet[ContactRequest]) -> QuerySet[ContactRequest]:
    """What waits for the hotline first, the oldest first; then what waits for others; what is resolved last."""
    turn = Case(
        *(When(state=state, then=Value(turn)) for turn, state in enumerate(ContactState)), output_field=IntegerField()
    )
    return requests.select_related("assigned_to", "person").order_by(turn, "created_at", "pk")


def agents() -> QuerySet[Person]:
    """Who may be put in charge."""
    held = NetworkRole.objects.filter(held_now(), role=Role.SUPPORT_AGENT)
    return Person.objects.filter(pk__in=held.values("person")).order_by("search_last_name", "search_first_name")


@dataclass(frozen=True)
class Event:
    """One action of one actor, as `core/parts/timeline.html` shows it."""

    at: datetime
    actor: str
    role: str
    action: str
    before: str
    after: str


def history_of(contact: ContactRequest) -> list[Event]:
    """The latest first, in one query."""
    events: list[Event] = []
    state = ""
    rows = contact.events.select_related("pgh_context").order_by("pgh_id")  # type: ignore[attr-defined]
    for row in rows:
        context = row.pgh_context.metadata if row.pgh_context else {}
        action = context.get("action", "")
        moved = state != row.state
        events.append(
            Event(
                at=row.pgh_created_at,
                actor=context.get("actor", ""),
                role=context.get("role", ""),
                action=str(ContactAction(action).label) if action in ContactAction.values else "Fusion de deux fiches",
                before=str(ContactState(state).label) if state and moved else "",
                after=str(ContactState(row.state).label) if moved else "",
            )
        )
        state = row.state
    return events[::-1]
