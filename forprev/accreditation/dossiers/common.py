"""What every use case of a dossier starts and ends with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.selectors import visible_to
from forprev.accreditation.models import Dossier, Track
from forprev.accreditation.workflow import WORKFLOWS, Action
from forprev.core import dates, history
from forprev.core.errors import Conflict
from forprev.core.workflow import Transition, Workflow
from forprev.organisations.models import Organisation


def workflow_of(dossier: Dossier) -> Workflow:
    return WORKFLOWS[Track(dossier.track)]


def available(dossier: Dossier, acting: Acting) -> dict[str, Transition]:
    """What the actor may do with the dossier now, by action."""
    return {each.action: each for each in workflow_of(dossier).available(dossier.state, acting.role)}


@contextmanager
def acting_on(
    dossier_id: int, acting: Acting, action: Action, *, version: int | None = None, comment: str = ""
) -> Iterator[Dossier]:
    """One action on one dossier: locked, allowed, recorded, and written when the block ends without an error.

    The block changes the dossier that it is given and what belongs to it; state, version and date follow. Raises
    Dossier.DoesNotExist for one that the actor does not see, NotAllowed where the workflow has no such action, Conflict
    if `version` is not the current one.
    """
    with history.action(acting, action.value, comment=comment):
        visible = visible_to(acting).filter(pk=dossier_id).values("pk")
        _hold_entity(dossier_id)
        dossier = Dossier.objects.select_for_update(no_key=True).get(pk__in=visible)
        transition = workflow_of(dossier).check(action, dossier.state, acting.role)
        if version is not None and version != dossier.version:
            raise Conflict()
        yield dossier
        dossier.state = transition.target or dossier.state
        dossier.version += 1
        dossier.modified_at = dates.now()
        dossier.save()


def _hold_entity(dossier_id: int) -> None:
    """Lock the entity whose data would change, before the dossier: so does whoever sends the change."""
    entities = Dossier.objects.filter(pk=dossier_id, track=Track.DATA).values("organisation")
    Organisation.objects.select_for_update(no_key=True).filter(pk__in=entities).first()
