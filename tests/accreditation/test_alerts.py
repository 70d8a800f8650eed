"""A25: managers are told that an accreditation ends, day by day."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from forprev.accounts.models import Role
from forprev.accreditation.alerts import warn_of_ends
from forprev.accreditation.jobs import tell_of_ends
from forprev.accreditation.models import Accreditation, AccreditationStatus
from forprev.core.dates import add_months
from forprev.notices.models import Notice, OutgoingMail
from forprev.organisations.models import Membership, Organisation
from forprev.people.models import Person
from tests.clock import PARIS, days, in_the_morning
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.organisations import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
ENDS = date(2028, 6, 30)


def manager_of(place: Organisation, role: str = Role.MANAGER) -> Person:
    return AccountFactory(person=MembershipFactory(organisation=place, role=role).person).person


def ending(ends_on: date = ENDS) -> Accreditation:
    return accredit(OrganisationFactory(), starts_on=add_months(ends_on, -60), ends_on=ends_on)


def told(person: Person) -> list[tuple[date, str]]:
    """When, and of what."""
    notices = Notice.objects.filter(person=person, kind=Notice.Kind.ALERT).order_by("created_at")
    return [(each.created_at.astimezone(PARIS).date(), each.key.rpartition("/")[2]) for each in notices if each.key]


def run_on(day: date) -> int:
    with in_the_morning(day):
        return warn_of_ends()


def test_a25_day_by_day_to_the_end_and_after() -> None:
    accreditation = ending()
    one, other = manager_of(accreditation.organisation), manager_of(accreditation.organisation)
    delegate, stranger = manager_of(accreditation.organisation, Role.DELEGATE), manager_of(OrganisationFactory())
    around = [days(ENDS - timedelta(days=n), ENDS - timedelta(days=m)) for n, m in ((369, 360), (187, 178), (3, -3))]
    for day in [day for part in around for day in part]:
        run_on(day)
        run_on(day)
    for person in (one, other):
        assert told(person) == [(date(2027, 6, 30), "12"), (date(2027, 12, 30), "6")]
    assert told(delegate) == told(stranger) == []
    assert OutgoingMail.objects.count() == 4
    mail = OutgoingMail.objects.filter(person=one).order_by("created_at")[0]
    assert "30/06/2028" in mail.subject
    assert "même si une demande de renouvellement est en cours" in mail.text


def test_a_missed_run_is_caught_up_the_nearer_term_alone() -> None:
    first, both = ending(), ending(date(2028, 1, 10))
    one, other = manager_of(first.organisation), manager_of(both.organisation)
    run_on(date(2026, 12, 1))
    run_on(date(2027, 7, 20))
    assert told(one) == [(date(2027, 7, 20), "12")]
    assert told(other) == [(date(2027, 7, 20), "6")]
    run_on(ENDS + timedelta(days=1))
    assert len(told(one)) == 1, "what ended is not announced"


def test_a_manager_who_comes_later_is_told_once_too() -> None:
    accreditation = ending()
    one = manager_of(accreditation.organisation)
    run_on(date(2027, 7, 1))
    late = manager_of(accreditation.organisation)
    run_on(date(2027, 7, 2))
    run_on(date(2027, 7, 3))
    assert told(one) == [(date(2027, 7, 1), "12")]
    assert told(late) == [(date(2027, 7, 2), "12")]


def test_a_manager_who_left_is_not_told() -> None:
    accreditation = ending()
    gone = manager_of(accreditation.organisation)
    Membership.objects.filter(person=gone).update(ends_on=date(2027, 6, 29))
    run_on(date(2027, 7, 1))
    assert told(gone) == []


def test_renewed_meanwhile_its_new_end_counts() -> None:
    accreditation = ending()
    person = manager_of(accreditation.organisation)
    run_on(date(2027, 7, 1))
    Accreditation.objects.filter(pk=accreditation.pk).update(ends_on=add_months(ENDS, 60))
    run_on(date(2028, 1, 1))
    assert told(person) == [(date(2027, 7, 1), "12")]
    run_on(date(2032, 7, 1))
    assert told(person) == [(date(2027, 7, 1), "12"), (date(2032, 7, 1), "12")]


def test_what_another_one_takes_over_is_not_announced() -> None:
    accreditation = ending()
    person = manager_of(accreditation.organisation)
    accredit(accreditation.organisation, starts_on=date(2027, 1, 1), ends_on=date(2032, 1, 1))
    run_on(date(2027, 7, 1))
    assert told(person) == []


@pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
def test_what_does_not_serve_is_not_announced(status: str) -> None:
    accreditation = ending()
    person = manager_of(accreditation.organisation)
    Accreditation.objects.filter(pk=accreditation.pk).update(
        status=status, status_since=date(2027, 1, 1), status_reason="Effectifs dépassés."
    )
    run_on(date(2027, 7, 1))
    assert told(person) == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2027, 3, 28, 0, 59, tzinfo=UTC),  # a minute before the clock jumps from 2 to 3
        datetime(2027, 3, 28, 1, 1, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # 2:30 in Paris, for the first time
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),  # and for the second
    ],
)
def test_the_nights_when_the_clock_changes(moment: datetime) -> None:
    day = moment.astimezone(PARIS).date()
    accreditation = ending(add_months(day, 12))
    person = manager_of(accreditation.organisation)
    with time_machine.travel(moment - timedelta(hours=24), tick=False):
        tell_of_ends(0)
    assert told(person) == []
    for again in (0, 30, 90):
        with time_machine.travel(moment + timedelta(minutes=again), tick=False):
            tell_of_ends(0)
    assert told(person) == [(day, "12")]


def test_what_ends_on_a_leap_day() -> None:
    accreditation = ending(date(2028, 2, 29))
    person = manager_of(accreditation.organisation)
    for day in (*days(date(2027, 2, 26), date(2027, 3, 2)), *days(date(2027, 8, 27), date(2027, 9, 1))):
        run_on(day)
    assert told(person) == [(date(2027, 2, 28), "12"), (date(2027, 8, 29), "6")]


def test_as_many_queries_once_all_are_told_whatever_the_number(
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    for _ in range(30):
        manager_of(ending().organisation)
    assert run_on(date(2027, 7, 1)) == 30
    with django_assert_num_queries(4):
        assert run_on(date(2027, 7, 2)) == 0
