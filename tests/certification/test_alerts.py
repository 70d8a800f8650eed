"""Trainers are told 12, 6 and 3 months before that their certificate ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from forprev.certification.jobs import remind
from forprev.certification.services.reminders import warn_of_ending_certificates
from forprev.core.dates import add_months, day_of
from forprev.notices.models import Notice, OutgoingMail
from forprev.people.models import Person
from tests.clock import PARIS, days, in_the_morning
from tests.factories.accounts import AccountFactory
from tests.factories.certification import taken_over, trainer
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
ENDS = date(2028, 2, 29)


def trainer_until(day: date, code: str = "SST-2") -> Person:
    return AccountFactory(person=trainer(code, expires_on=day)).person


def told(person: Person) -> list[tuple[date, str]]:
    found = Notice.objects.filter(person=person, kind=Notice.Kind.ALERT).order_by("created_at")
    return [(day_of(each.created_at), each.key.rpartition("/")[2]) for each in found if each.key]


def run_on(day: date) -> int:
    with in_the_morning(day):
        return warn_of_ending_certificates()


def test_day_by_day_around_the_three_terms_and_the_end_on_a_leap_day() -> None:
    person = trainer_until(ENDS)
    around = (date(2027, 2, 28), date(2027, 8, 29), date(2027, 11, 29), ENDS)
    for day in [day for term in around for day in days(term - timedelta(days=4), term + timedelta(days=4))]:
        run_on(day)
        run_on(day)
    assert told(person) == [(date(2027, 2, 28), "12"), (date(2027, 8, 29), "6"), (date(2027, 11, 29), "3")]
    mail = OutgoingMail.objects.filter(person=person).latest("created_at")
    assert "29/02/2028" in mail.subject
    assert "mise à jour de vos compétences" in mail.text


def test_an_outage_is_caught_up_by_the_last_term_alone() -> None:
    person = trainer_until(ENDS)
    run_on(date(2027, 1, 1))
    run_on(date(2028, 1, 10))
    assert told(person) == [(date(2028, 1, 10), "3")]
    run_on(ENDS + timedelta(days=1))
    assert len(told(person)) == 1


def test_what_a_later_certificate_prolongs_is_not_announced() -> None:
    person = trainer_until(ENDS)
    taken_over(person, "SST-2", issued_on=date(2027, 1, 10), expires_on=date(2029, 1, 10))
    run_on(date(2027, 3, 1))
    assert told(person) == []
    run_on(date(2028, 1, 10))
    assert told(person) == [(date(2028, 1, 10), "12")]


def test_each_qualification_for_itself_and_trainees_none() -> None:
    person = trainer_until(ENDS)
    taken_over(person, "PRAPIBC-2", issued_on=date(2026, 1, 10), expires_on=date(2028, 1, 10))
    trainee = AccountFactory(person=PersonFactory()).person
    taken_over(trainee, "SST-1", issued_on=date(2026, 2, 28), expires_on=ENDS)
    without_account = trainer(expires_on=ENDS)
    assert run_on(date(2027, 3, 1)) == 2
    assert [term for _, term in told(person)] == ["12", "12"]
    assert told(trainee) == told(without_account) == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 1, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    ],
)
def test_the_nights_when_the_clock_changes(moment: datetime) -> None:
    day = moment.astimezone(PARIS).date()
    person = trainer_until(add_months(day, 12))
    for hours in (-24, 0, 0.5, 1, 24):
        with time_machine.travel(moment + timedelta(hours=hours), tick=False):
            remind(0)
    assert told(person) == [(day, "12")]


def test_as_many_queries_once_all_are_told_whatever_the_number(
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    for _ in range(20):
        trainer_until(ENDS)
    assert run_on(date(2027, 3, 1)) == 20
    with django_assert_num_queries(4):
        assert run_on(date(2027, 3, 2)) == 0
