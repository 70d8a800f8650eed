"""B45: telling the entity before a limit falls."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from forprev.certification import mails
from forprev.certification.models import Certificate, CertificationSettings, TrainingSession
from forprev.certification.rules.deadlines import generation_deadline
from forprev.certification.workflow import OPEN, State
from forprev.core.dates import add_months, french, today


def remind_of_limits() -> int:
    """Remind of both limits that are near today; each once, whatever the number of runs. Returns how many sessions."""
    return _remind_of_generation() + _remind_of_downloads()


def _remind_of_generation() -> int:
    settings, day = CertificationSettings.current(), today()
    until = day + timedelta(days=settings.generation_reminder_days)
    earliest_end, latest_end = (add_months(bound, -settings.generation_months) for bound in (day, until))
    wider = timedelta(days=3)  # months differ by so much: the deadline itself decides below
    near = TrainingSession.objects.filter(state__in=OPEN).filter(
        Q(end_date__range=(earliest_end - wider, latest_end + wider)) | Q(reopened_until__range=(day, until))
    )
    count = 0
    for session in near.select_related("organisation", "qualification"):
        deadline = generation_deadline(session, settings)
        if deadline is not None and day <= deadline <= until:
            mails.generation_deadline_near(session, french(deadline))
            count += 1
    return count


def _remind_of_downloads() -> int:
    settings, day = CertificationSettings.current(), today()
    near = TrainingSession.objects.filter(
        state=State.ISSUED,
        first_downloaded_at=None,
        download_until__range=(day, day + timedelta(days=settings.download_reminder_days)),
        certificates__in=Certificate.objects.standing(),
    ).distinct()
    for session in near.select_related("organisation", "qualification"):
        mails.download_ends_soon(session)
    return near.count()
