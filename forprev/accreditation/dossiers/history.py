"""What happened to a dossier, for people to read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.selectors import reads_internal_notes
from forprev.accreditation.models import Dossier, DossierState
from forprev.accreditation.workflow import Action
from forprev.organisations.updating.workflow import Action as DataAction

OWN_OF_THE_NETWORK = (Action.ASSIGN, Action.EXAMINE, Action.GIVE_OPINION, Action.SEND_BACK, Action.ORDER)
"""Actions of which the applicant does not read what was said, nor that they happened where the state stayed."""


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
        """Whether it is more of the same: same actor, same action, the state staying, nothing said."""
        return (self.actor, self.role, self.action, self.after) == (
            earlier.actor,
            earlier.role,
            earlier.action,
            "",
        ) and (not self.comment)


def history_of(dossier: Dossier, acting: Acting) -> list[Event]:
    """The dossier's events that the actor may read, the latest first, in one query."""
    events: list[Event] = []
    state = ""
    for row in dossier.events.select_related("pgh_context").order_by("pgh_id"):  # type: ignore[attr-defined]
        context = row.pgh_context.metadata if row.pgh_context else {}
        action, comment = context.get("action", ""), context.get("comment", "")
        after = "" if row.state == state else str(DossierState(row.state).label)
        hidden = action in OWN_OF_THE_NETWORK and not reads_internal_notes(acting)
        if after or (_told(action) and not hidden):
            event = Event(
                at=row.pgh_created_at,
                actor=context.get("actor", ""),
                role=context.get("role", ""),
                action=_told(action),
                before=str(DossierState(state).label) if state and after else "",
                after=after,
                comment="" if hidden else comment,
            )
            if events and event.continues(events[-1]):
                event = replace(event, before=events[-1].before, after=events.pop().after)
            events.append(event)
        state = row.state
    return events[::-1]


def _told(action: str) -> str:
    """An action on the dossier, on its department, or on the request for a change of data that it is about."""
    if action == "move_departments":
        return "Transmise à une autre caisse"
    return next((str(known(action).label) for known in (Action, DataAction) if action in known.values), "")
