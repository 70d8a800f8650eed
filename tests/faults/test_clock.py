"""Clocks: the nights on which Paris changes its hour, and one that is set back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.periodic import PeriodicDeferrer, PeriodicRegistry

from forprev.accounts.models import Account
from forprev.accounts.services import factors
from forprev.accounts.services.profile import save_preferences
from forprev.certification.jobs import remind
from forprev.certification.selectors.history import history_of
from forprev.core.dates import add_months, now, today
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services.summaries import summarise
from tests.accounts.second_factors import Application
from tests.clock import PARIS
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import answered_session, trainer
from tests.factories.organisations import acting_manager
from tests.faults.conftest import Happened
from tests.notices.conftest import delivery, templates, told  # noqa: F401 (fixtures)

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""At two, Paris has three; at three, Paris has two."""
TURNS = pytest.mark.parametrize("day", [SPRING, AUTUMN], ids=["spring", "autumn"])
WORKERS = 3


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2026, 3, 16, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """Without jobs, before and after: Django, whose tables they are not, leaves them there."""
    empty = "TRUNCATE procrastinate_jobs CASCADE"
    with connection.cursor() as cursor:
        cursor.execute(empty)
    yield
    with connection.cursor() as cursor:
        cursor.execute(empty)


def seldom() -> PeriodicRegistry:
    """Our periodic tasks that run once an hour at most."""
    found = PeriodicRegistry()
    found.periodic_tasks = {
        key: each for key, each in app.periodic_registry.periodic_tasks.items() if each.cron.split()[0].isdigit()
    }
    return found


def defer(deferrer: PeriodicDeferrer, at: datetime) -> None:
    """What a worker does when it looks at the clock."""
    async_to_sync(deferrer.defer_jobs)(list(deferrer.get_previous_tasks(at.timestamp())))


def do_them() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'")


def rounds() -> Counter[tuple[str, datetime]]:
    """How often each periodic task was to be done, by the moment of its round."""
    jobs = ProcrastinateJob.objects.values_list("task_name", "args")
    return Counter((name, datetime.fromtimestamp(args["timestamp"], UTC)) for name, args in jobs)


@pytest.mark.fault("F2.7", "Three workers in the nights when the clock changes", "each round of each task once")
@pytest.mark.usefixtures("queue")
@TURNS
def test_periodic_tasks_run_once_in_the_nights_when_the_clock_changes(day: date, happened: Happened) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
    tasks = seldom()
    workers = [PeriodicDeferrer(tasks) for _ in range(WORKERS)]
    hours = 23 if day == SPRING else 25
    for minute in range(0, hours * 60, 10):
        for worker in workers:
            defer(worker, start + timedelta(minutes=minute, seconds=1))
        do_them()
    found = rounds()
    assert set(found.values()) == {1}
    daily = [each for each in tasks.periodic_tasks.values() if re.fullmatch(r"\d+ \d+ \* \* \*", each.cron)]
    assert daily
    for each in daily:
        days = [at.astimezone(PARIS).date() for name, at in found if name == each.task.name]
        assert days == [day], each.task.name
    happened(f"{day}: {len(found)} rounds of {len(tasks.periodic_tasks)} tasks within {hours} hours, each once")


@pytest.mark.fault(27, "The clock of Paris goes an hour forth, or back", "the mail of seven leaves once, at seven")
@pytest.mark.django_db
@TURNS
def test_the_daily_summary_leaves_once_on_the_day_when_the_clock_changes(
    day: date, clock: time_machine.Traveller, happened: Happened
) -> None:
    clock.move_to(datetime(day.year, day.month, day.day, 0, 1, tzinfo=PARIS), tick=False)
    account = AccountFactory()
    save_preferences(account, {"mail_rhythm": "daily"})
    account.refresh_from_db()
    told(account)
    seven = datetime(day.year, day.month, day.day, 7, tzinfo=PARIS).astimezone(UTC)
    left = []
    start = now()
    for minutes in range(0, 25 * 60, 10):
        clock.move_to(start + timedelta(minutes=minutes), tick=False)
        left += [now()] * summarise()
    assert [moment - seven < timedelta(minutes=10) for moment in left] == [True]
    assert left[0] >= seven
    assert OutgoingMail.objects.filter(person=account.person).count() == 1
    happened(f"{day}: one mail, at {left[0].astimezone(PARIS):%H:%M}")


@pytest.mark.fault(28, "The server's clock is set back", "nothing that ended comes back to life, nothing is done twice")
class TestSetBack:
    @pytest.fixture
    def account(self, db: None) -> Account:
        return AccountFactory(person=acting_manager().person)

    def test_a_session_that_ended_stays_so(self, account: Account, clock: time_machine.Traveller) -> None:
        asleep, left = browser_of(account), browser_of(account)
        key = left.session.session_key
        left.post("/deconnexion")
        clock.shift(settings.SESSION_IDLE)
        assert asleep.get("/tableau-de-bord").status_code == 302
        clock.shift(-settings.SESSION_IDLE)
        left.cookies[settings.SESSION_COOKIE_NAME] = key
        for browser in (asleep, left):
            assert browser.get("/tableau-de-bord").headers["Location"].startswith("/connexion")

    @pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=365)])
    def test_a_session_of_the_future_lasts_no_longer_than_another(
        self, account: Account, clock: time_machine.Traveller, back: timedelta
    ) -> None:
        """Begun while the clock was ahead."""
        sleeps, works = browser_of(account), browser_of(account)
        clock.shift(-back)
        assert {browser.get("/tableau-de-bord").status_code for browser in (sleeps, works)} == {200}
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert works.get("/tableau-de-bord").status_code == 200
        assert sleeps.get("/tableau-de-bord").status_code == 302
        clock.shift(timedelta(minutes=30))
        assert works.get("/tableau-de-bord").status_code == 302

    def test_a_proof_of_the_future_proves_nothing(self, account: Account, clock: time_machine.Traveller) -> None:
        browser = browser_of(account)
        assert browser.get("/mon-profil/mot-de-passe").status_code == 200
        clock.shift(timedelta(hours=-1))
        assert browser.get("/mon-profil/mot-de-passe").headers["Location"] == "/confirmation-identite"

    def test_a_code_that_served_does_not_serve_again(self, account: Account, clock: time_machine.Traveller) -> None:
        application = Application(account)
        code = application.code()
        assert factors.prove_by_code(account, code, "192.0.2.1")
        for _ in range(3):
            clock.shift(timedelta(seconds=-30))
            assert not factors.prove_by_code(account, code, "192.0.2.1")

    def test_history_is_told_in_the_order_of_what_happened(self, db: None) -> None:
        session = answered_session(trainees=1)
        before = [each.action for each in history_of(session)]
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                "UPDATE certification_trainingsessionevent SET pgh_created_at = now() - pgh_id * interval '1 minute'"
            )
        told = history_of(session)
        assert [each.action for each in told] == before
        assert [each.at for each in told] == sorted(each.at for each in told)

    @pytest.mark.usefixtures("queue")
    def test_a_worker_does_no_round_again(self, happened: Happened) -> None:
        """One that is started again may, where rounds came after it: hence what the next test asserts."""
        tasks, moment = seldom(), datetime(2026, 3, 16, 3, 0, 1, tzinfo=UTC)
        worker = PeriodicDeferrer(tasks)
        for minute in (*range(0, 240, 5), *range(120, 240, 5)):
            defer(worker, moment + timedelta(minutes=minute))
            do_them()
        assert set(rounds().values()) == {1}
        happened(f"no session, proof or code comes back; {len(rounds())} rounds of periodic tasks, none again")

    def test_a_reminder_leaves_once(self, db: None, clock: time_machine.Traveller) -> None:
        person = AccountFactory(person=trainer(expires_on=add_months(today(), 12))).person
        for hours in (0, -2, -24, 1, 24):
            clock.shift(timedelta(hours=hours))
            remind(0)
        assert Notice.objects.filter(person=person, kind=Notice.Kind.ALERT).count() == 1
