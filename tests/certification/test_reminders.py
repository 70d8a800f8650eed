"""B45: the entity is reminded of both limits, each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from forprev.accounts.models import Account
from forprev.certification.models import TrainingSession
from forprev.certification.services.exchange import delete_session, reopen_session
from forprev.certification.services.issuing import record_download
from forprev.certification.services.reminders import remind_of_limits
from forprev.core.dates import add_months
from forprev.notices.models import OutgoingMail
from tests.certification.common import TODAY, go_to
from tests.factories.accounts import AccountFactory
from tests.factories.certification import answered_session, draft_session, entity_of, issued_session
from tests.factories.organisations import acting_manager, acting_officer

pytestmark = pytest.mark.django_db


def reminded(clock: time_machine.Traveller, day: date) -> list[str]:
    """The subjects of the reminders that leave on a day."""
    go_to(clock, day)
    OutgoingMail.objects.update(subject="")
    remind_of_limits()
    return sorted(OutgoingMail.objects.exclude(subject="").values_list("subject", flat=True))


def told(session: TrainingSession) -> Account:
    """The address of who created the session."""
    return AccountFactory(person=session.created_by)


@pytest.mark.parametrize("stage", [draft_session, answered_session])
def test_b45_before_the_limit_of_generation(clock: time_machine.Traveller, stage: object) -> None:
    session = stage(trainees=1)  # type: ignore[operator]
    account = told(session)
    deadline = add_months(TODAY, 3)
    assert reminded(clock, deadline - timedelta(days=16)) == []
    assert len(reminded(clock, deadline - timedelta(days=15))) == 1
    mail = OutgoingMail.objects.latest("created_at")
    assert mail.recipient == account.email
    assert "16/06/2026" in mail.text
    for days in (15, 14, 1, 0, -1):
        assert reminded(clock, deadline - timedelta(days=days)) == []


@pytest.mark.parametrize("ended_on", [date(2025, 11, 28), date(2025, 11, 29), date(2025, 11, 30), date(2025, 12, 1)])
def test_b45_months_of_all_lengths(clock: time_machine.Traveller, ended_on: date) -> None:
    go_to(clock, ended_on)
    told(draft_session(trainees=1))
    first = add_months(ended_on, 3) - timedelta(days=15)
    assert reminded(clock, first - timedelta(days=1)) == []
    assert len(reminded(clock, first)) == 1


def test_b45_a_missed_morning_is_made_up_for(clock: time_machine.Traveller) -> None:
    told(draft_session(trainees=1))
    assert len(reminded(clock, add_months(TODAY, 3) - timedelta(days=2))) == 1


def test_b45_a_new_limit_is_a_new_reminder(clock: time_machine.Traveller) -> None:
    session = answered_session(trainees=1)
    told(session)
    assert len(reminded(clock, date(2026, 6, 10))) == 1
    reopen_session(session.pk, acting_officer(), date(2026, 7, 31), "Formateur malade")
    assert reminded(clock, date(2026, 6, 12)) == []
    assert len(reminded(clock, date(2026, 7, 16))) == 1
    assert reminded(clock, date(2026, 7, 17)) == []


def test_b45_nobody_is_reminded_of_what_is_done_or_deleted(clock: time_machine.Traveller) -> None:
    done, deleted = issued_session(trainees=1, failures=1), draft_session(trainees=1)
    for session in (done, deleted):
        told(session)
    delete_session(deleted.pk, entity_of(deleted))
    assert reminded(clock, date(2026, 6, 10)) == []


def test_b45_before_the_end_of_downloads(clock: time_machine.Traveller) -> None:
    session = issued_session(trainees=1)
    told(session)
    assert session.download_until == date(2026, 3, 31)
    assert reminded(clock, date(2026, 3, 27)) == []
    assert len(reminded(clock, date(2026, 3, 28))) == 1
    assert reminded(clock, date(2026, 3, 30)) == []


def test_b45_not_of_what_was_fetched(clock: time_machine.Traveller) -> None:
    session = issued_session(trainees=1)
    told(session)
    record_download(session, entity_of(session))
    assert reminded(clock, date(2026, 3, 29)) == []


def test_b45_managers_are_told_where_the_creator_has_left(clock: time_machine.Traveller) -> None:
    session = draft_session(trainees=1)
    gone = told(session)
    manager = AccountFactory(person=acting_manager(session.organisation).person)
    session.created_by.memberships.update(ended_at=session.modified_at)
    assert len(reminded(clock, date(2026, 6, 10))) == 1
    assert OutgoingMail.objects.filter(recipient=manager.email).exists()
    assert not OutgoingMail.objects.filter(recipient=gone.email).exists()
