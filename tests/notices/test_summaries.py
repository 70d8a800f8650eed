"""One mail a day, at seven in Paris, for those who prefer that."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account
from forprev.accounts.services.profile import save_preferences
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services.summaries import summarise
from tests.factories.accounts import AccountFactory
from tests.notices.conftest import told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A winter evening: Paris is one hour ahead."""
    with time_machine.travel("2026-01-14 20:00:00+01:00", tick=False) as traveller:
        yield traveller


def daily() -> Account:
    account = AccountFactory()
    save_preferences(account, {"mail_rhythm": "daily"})
    account.refresh_from_db()
    return account


def test_it_leaves_at_seven_and_names_what_came_before(clock: time_machine.Traveller) -> None:
    account = daily()
    told(account, name="122")
    told(account, Notice.Kind.ALERT, name="123")
    clock.move_to("2026-01-15 06:59:59+01:00", tick=False)
    assert summarise() == 0
    clock.move_to("2026-01-15 07:10:00+01:00", tick=False)
    told(account, name="124")
    assert summarise() == 1
    mail = OutgoingMail.objects.get()
    assert mail.recipient == account.email
    assert mail.subject == "[FORPREV] 2 messages du 15/01/2026"
    for notice in Notice.objects.exclude(subject="Session de 124"):
        for words in (mail.text, mail.html):
            assert notice.subject in words
            assert f"/messages/{notice.pk}" in words
    assert "124" not in mail.text.partition("\n--")[0].replace(str(notice.pk), "")
    assert "Un seul e-mail par jour" in mail.text


def test_in_summer_too_seven_is_that_of_paris(clock: time_machine.Traveller) -> None:
    clock.move_to("2026-07-14 20:00:00+02:00", tick=False)
    told(daily())
    clock.move_to("2026-07-15 06:59:00+02:00", tick=False)
    assert summarise() == 0
    clock.move_to("2026-07-15 07:00:00+02:00", tick=False)
    assert summarise() == 1


def test_once_a_day_and_person_however_often_it_runs(clock: time_machine.Traveller) -> None:
    accounts = [daily(), daily()]
    for account in accounts:
        told(account)
    clock.move_to("2026-01-15 07:00:00+01:00", tick=False)
    assert [summarise() for _ in range(3)] == [2, 0, 0]
    Notice.objects.update(awaits_summary=True)  # as if the worker had died before it noted so
    assert summarise() == 0
    clock.move_to("2026-01-16 07:00:00+01:00", tick=False)
    assert summarise() == 2


def test_an_outage_is_made_up_for_by_one_mail(clock: time_machine.Traveller) -> None:
    account = daily()
    for day in (15, 16, 17):
        told(account, name=f"session {day}")
        clock.move_to(f"2026-01-{day} 12:00:00+01:00", tick=False)
    clock.move_to("2026-01-18 15:00:00+01:00", tick=False)
    assert summarise() == 1
    assert OutgoingMail.objects.get().subject == "[FORPREV] 3 messages du 18/01/2026"


def test_whoever_was_told_nothing_gets_nothing(clock: time_machine.Traveller) -> None:
    daily()
    clock.move_to("2026-01-15 08:00:00+01:00", tick=False)
    assert summarise() == 0
    assert not OutgoingMail.objects.exists()


def test_what_is_not_wanted_any_more_is_left_out(clock: time_machine.Traveller) -> None:
    account = daily()
    told(account, Notice.Kind.MESSAGE)
    save_preferences(account, {"wants_messages": False})
    clock.move_to("2026-01-15 07:00:00+01:00", tick=False)
    assert summarise() == 0
    assert not Notice.objects.filter(awaits_summary=True).exists()


def test_whoever_changes_to_mail_at_once_still_gets_what_waited(clock: time_machine.Traveller) -> None:
    account = daily()
    told(account)
    save_preferences(account, {"mail_rhythm": "immediate"})
    clock.move_to("2026-01-15 07:00:00+01:00", tick=False)
    assert summarise() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_one(clock: time_machine.Traveller) -> None:
    for _ in range(5):
        told(daily())
    clock.move_to("2026-01-15 07:00:00+01:00", tick=False)

    def work(_: int) -> int:
        try:
            return summarise()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 5
    assert OutgoingMail.objects.count() == 5


def test_as_many_queries_for_thirty_people_as_for_one(clock: time_machine.Traveller) -> None:
    counts = []
    for day, people in ((15, 1), (16, 30)):
        for _ in range(people):
            told(daily())
        clock.move_to(f"2026-01-{day} 07:00:00+01:00", tick=False)
        with CaptureQueriesContext(connection) as queries:
            assert summarise() == people
        counts.append(len(queries))
    assert counts[0] == counts[1]
