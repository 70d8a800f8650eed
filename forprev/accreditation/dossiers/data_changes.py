"""Each request for a change of an entity's data is a dossier of its regional fund (B03); both go together."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.dispatch import receiver

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.common import workflow_of
from forprev.accreditation.dossiers.mails import to_reviewers
from forprev.accreditation.dossiers.numbers import next_number
from forprev.accreditation.models import AccreditationSettings, Dossier, Track
from forprev.accreditation.workflow import SENT_AND_OPEN, Action, State
from forprev.core import dates
from forprev.organisations.funds.services import hold_departments
from forprev.organisations.models import DataChange, Department
from forprev.organisations.updating.services import drop_data_change
from forprev.organisations.updating.signals import data_change_dropped, data_change_sent

# The entity is locked here, and the history bears the name of what its manager did: nothing below opens an action.


@receiver(data_change_sent)
def follow(*, request: DataChange, acting: Acting, **_: Any) -> None:
    """A new dossier, or a new version of the one under way: what was to be completed is, by being sent anew.

    The fund is told of what it has to answer.
    """
    today = dates.today()
    due_on = today + timedelta(days=AccreditationSettings.current().review_days)
    dossier = _open_dossier(request)
    if dossier is None:
        organisation = request.organisation
        hold_departments()
        dossier = Dossier.objects.create(
            track=Track.DATA,
            number=next_number(today),
            applicant=acting.person,
            organisation=organisation,
            organisation_name=organisation.name,
            fund_id=Department.objects.get(pk=organisation.department_id).fund_id,
            data_change=request,
            state=State.SUBMITTED,
            creation_key=uuid.uuid4(),
            modified_at=dates.now(),
            submitted_on=today,
            due_on=due_on,
        )
        to_reviewers(dossier, "data_sent")
    elif dossier.state == State.TO_COMPLETE:
        dossier.completion, dossier.due_on = "", due_on
        _move(dossier, acting, Action.COMPLETE)
        to_reviewers(dossier, "data_sent")
    else:
        _save(dossier)


@receiver(data_change_dropped)
def withdraw(*, request: DataChange, acting: Acting, **_: Any) -> None:
    dossier = _open_dossier(request)
    if dossier is not None:
        _move(dossier, acting, Action.WITHDRAW)


def drop_with(dossier: Dossier, acting: Acting) -> None:
    """Take back the request that a dossier is about, if it is about one, in the action that withdraws the dossier."""
    if dossier.data_change is not None:
        drop_data_change(dossier.data_change.pk, acting)
        dossier.refresh_from_db()


def _open_dossier(request: DataChange) -> Dossier | None:
    found = Dossier.objects.select_for_update(no_key=True).filter(data_change=request, state__in=SENT_AND_OPEN)
    return found.first()


def _move(dossier: Dossier, acting: Acting, action: Action) -> None:
    transition = workflow_of(dossier).check(action, dossier.state, acting.role)
    dossier.state = transition.target or dossier.state
    _save(dossier)


def _save(dossier: Dossier) -> None:
    dossier.version += 1
    dossier.modified_at = dates.now()
    dossier.save()
