"""Telling people before a limit falls (B45), that a session waits for them, that a certificate of theirs ends."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from forprev.accounts.models import Account
from forprev.certification import mails
from forprev.certification.models import Certificate, CertificationSettings, TrainingSession
from forprev.certification.rules.deadlines import generation_deadline
from forprev.certification.selectors.certificates import trainer_certificates
from forprev.certification.workflow import OPEN, State
from forprev.core.dates import add_months, french, running_term, today
from forprev.notices.models import Notice
from forprev.notices.services import Reminders

CHUNK = 1_000


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


def remind_of_waiting() -> int:
    """Recall the sessions on which nobody did anything for days: how many.

    They wait for the trainer, or for the entity that its trainer sent them back to; what the entity has not sent yet
    is its own affair.
    """
    reminders, count = Reminders.of_today(), 0
    waiting = TrainingSession.objects.filter(
        Q(state__in=(State.TRAINER, State.ENTITY)) | Q(state=State.DRAFT) & ~Q(comment=""),
        modified_at__date__range=reminders.touched,
    )
    for session in waiting.select_related("organisation", "qualification").iterator():
        mails.session_waits(session, reminders)
        count += 1
    return count


def warn_of_ending_certificates() -> int:
    """Tell trainers, three times, that a qualification of theirs ends; how many were told.

    Once a certificate, term and person, whatever the number of runs; after a missed run the last term begun alone is
    told of, and nothing of what a later certificate of the same qualification prolongs.
    """
    day, terms, told = today(), CertificationSettings.current().alert_months, 0
    holders = Account.objects.filter(is_active=True).order_by("pk").values_list("person", flat=True)
    people = holders.iterator(chunk_size=CHUNK)
    while chunk := list(islice(people, CHUNK)):
        told += _warn(chunk, day, terms)
    return told


def _warn(people: list[int], day: date, terms: tuple[int, ...]) -> int:
    """Two queries for so many people, and a few for each certificate of which somebody is still to be told."""
    later = Certificate.objects.standing().filter(
        person=OuterRef("person"), qualification=OuterRef("qualification"), expires_on__gt=OuterRef("expires_on")
    )
    ending = (
        trainer_certificates()
        .standing()
        .filter(
            ~Exists(later),
            person__in=people,
            expires_on__range=(day, add_months(day, max(terms)) + timedelta(days=3)),  # `running_term` decides
        )
    )
    due = {
        f"certificate_ends/{each.pk}/{months}": (each, months)
        for each in ending.order_by("expires_on", "pk")
        if (months := running_term(day, each.expires_on, terms))
    }
    told = set(Notice.objects.filter(person__in=people, key__in=due).values_list("key", flat=True))
    return sum(
        mails.certificate_ends(certificate, months, key)
        for key, (certificate, months) in due.items()
        if key not in told
    )
