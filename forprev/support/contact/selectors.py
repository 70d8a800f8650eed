"""Reading contact requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.core.text import normalise
from forprev.organisations.models import Membership, NetworkRole, Organisation, held_now
from forprev.people.models import Person
from forprev.support.contact.models import TURN, ContactRequest
from forprev.support.contact.workflow import OPEN, ContactAction, ContactState

MOST_FOUND, MOST_SHOWN = 20, 10
"""Entities that a search gives; requests that a sheet names."""


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
    return requests.select_related("assigned_to", "person", "organisation").order_by(TURN, "created_at", "pk")


def agents() -> QuerySet[Person]:
    """Who may be put in charge."""
    held = NetworkRole.objects.filter(held_now(), role=Role.SUPPORT_AGENT)
    return Person.objects.filter(pk__in=held.values("person")).order_by("search_last_name", "search_first_name")


def organisations_like(text: str) -> list[Organisation]:
    """Those of this SIRET, or whose name holds these words; the first twenty by name."""
    siret = "".join(text.split())
    if siret.isdecimal():
        return list(Organisation.objects.filter(siret__startswith=siret).order_by("search_name")[:MOST_FOUND])
    words = normalise(text).split()
    found = Organisation.objects.all()
    for word in words:
        found = found.filter(search_name__contains=word)
    return list(found.order_by("search_name")[:MOST_FOUND]) if words else []


def others_of(contact: ContactRequest) -> list[ContactRequest]:
    """What else the same person asked, the latest first."""
    same = ContactRequest.objects.filter(person=contact.person_id).exclude(pk=contact.pk)
    return list(same.order_by("-created_at")[:MOST_SHOWN]) if contact.person_id else []


def requests_about(organisation: Organisation) -> QuerySet[ContactRequest]:
    """The latest first."""
    return ContactRequest.objects.filter(organisation=organisation).order_by("-created_at")[:MOST_SHOWN]


def users_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who works there now: managers first."""
    held = Membership.objects.filter(held_now(), organisation=organisation).select_related("person__account")
    return held.order_by("-role", "person__search_last_name", "person__search_first_name")


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
