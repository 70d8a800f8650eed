"""Drafts that nobody takes up again: announced, then deleted."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from forprev.accounts.acting import System
from forprev.accreditation.dossiers import mails
from forprev.accreditation.dossiers.services import delete_draft
from forprev.accreditation.models import AccreditationSettings, Dossier, DossierState
from forprev.accreditation.workflow import Action
from forprev.core import history
from forprev.core.dates import add_months, day_of, french, today


def kept_until(dossier: Dossier, settings: AccreditationSettings) -> date:
    """The last day of a draft that nobody changes any more."""
    return add_months(day_of(dossier.modified_at), settings.draft_months)


def look_after_drafts() -> None:
    """Announce those that are to go soon, delete those whose last day is over: each once, run after run."""
    settings, day = AccreditationSettings.current(), today()
    # Months differ by three days at the most: the last day of each draft decides below.
    until = add_months(day, settings.draft_warning_months - settings.draft_months) + timedelta(days=3)
    for dossier in Dossier.objects.filter(state=DossierState.DRAFT, modified_at__date__lte=until):
        last_day = kept_until(dossier, settings)
        if last_day < day:
            _delete(dossier.pk, settings)
        elif add_months(last_day, -settings.draft_warning_months) <= day:
            with transaction.atomic():
                key = f"draft_ending:{dossier.pk}:{last_day}"
                mails.to_applicants(dossier, "draft_ending", key=key, last_day=french(last_day))


def _delete(dossier_id: int, settings: AccreditationSettings) -> None:
    """Unless somebody took it up meanwhile."""
    with history.action(System(), Action.DISCARD.value):
        dossier = Dossier.objects.select_for_update().filter(pk=dossier_id, state=DossierState.DRAFT).first()
        if dossier is not None and kept_until(dossier, settings) < today():
            delete_draft(dossier)
