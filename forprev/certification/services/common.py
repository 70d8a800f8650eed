"""What every use case of a session starts and ends with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from forprev.accounts.acting import Acting
from forprev.certification.models import TrainingSession
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.workflow import SESSION_WORKFLOW, Action
from forprev.core import dates, history
from forprev.core.errors import Conflict


@contextmanager
def acting_on(
    session_id: int, acting: Acting, action: Action, *, version: int | None = None, comment: str = ""
) -> Iterator[TrainingSession]:
    """One action on one session: locked, allowed, recorded, and written when the block ends without an error.

    The block changes the session it is given (and what belongs to it); state, version, last actor and date follow.
    Raises TrainingSession.DoesNotExist for a session that the actor does not see, NotAllowed where the workflow has no
    such action, Conflict if `version` is not the current one.
    """
    with history.action(acting, action.value, comment=comment):
        visible = visible_to(acting).filter(pk=session_id).values("pk")
        session = TrainingSession.objects.select_for_update(no_key=True).get(pk__in=visible)
        transition = SESSION_WORKFLOW.check(action, session.state, acting.role)
        if version is not None and version != session.version:
            raise Conflict()
        yield session
        session.state = transition.target or session.state
        session.version += 1
        session.last_actor = acting.person
        session.modified_at = dates.now()
        session.save()
