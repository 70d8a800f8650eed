"""Recalling the dossiers on which nobody did anything for days."""

from __future__ import annotations

from forprev.accreditation.dossiers.mails import to_applicants, to_reviewers
from forprev.accreditation.models import Dossier
from forprev.accreditation.review.selectors import TO_REVIEW
from forprev.accreditation.workflow import DossierState
from forprev.core.dates import day_of, french
from forprev.notices.services import Reminders

TO_COMPLETE = (DossierState.TO_COMPLETE, DossierState.ADJOURNED)


def remind_of_waiting() -> int:
    """Each of those it waits for, once: the applicants for a completion, else the reviewers; how many dossiers."""
    reminders, count = Reminders.of_today(), 0
    waiting = Dossier.objects.filter(state__in=(*TO_COMPLETE, *TO_REVIEW), modified_at__date__range=reminders.touched)
    for dossier in waiting.select_related("organisation").iterator():
        key = reminders.key(f"dossier/{dossier.pk}", dossier.modified_at)
        send, template = (to_applicants, "to_complete") if dossier.state in TO_COMPLETE else (to_reviewers, "to_review")
        send(dossier, f"still_{template}", key=key, since=french(day_of(dossier.modified_at)))
        count += 1
    return count
