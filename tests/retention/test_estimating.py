"""What a delay would make go, in its size."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from forprev.core.dates import now
from forprev.people.models import Person
from forprev.people.retention import estimating
from forprev.people.retention.estimating import Estimate, estimate
from forprev.people.retention.registry import kind_of
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def old() -> None:
    PersonFactory.create_batch(4)
    Person.objects.update(created_at=now() - timedelta(days=365 * 4))


def test_little_is_counted(old: None) -> None:
    persons = kind_of("persons")
    assert persons
    assert estimate(persons, 36) == Estimate(4)
    assert estimate(persons, 60) == Estimate(0)


def test_much_is_counted_up_to_a_bound(old: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "MOST", 3)
    persons = kind_of("persons")
    assert persons
    assert estimate(persons, 36) == Estimate(3, is_more=True)


def test_what_takes_too_long_is_sampled_and_no_setting_stays(old: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "_counted", lambda part, limit: None)
    persons = kind_of("persons")
    assert persons
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person")
        assert estimate(persons, 36) == Estimate(4, is_sampled=True)
        cursor.execute("SHOW enable_seqscan")
        assert cursor.fetchone()[0] == "on"


def test_a_count_that_takes_too_long_is_given_up(old: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimating, "PATIENCE", "1ms")
    persons = kind_of("persons")
    assert persons
    part = persons.parts[0]
    slow = type(part)(part.model, lambda limit: part.due(limit).extra(where=["pg_sleep(0.1) IS NOT NULL"]), list)
    assert estimating._counted(slow, estimating.limit_of(36)) is None
    assert Person.objects.count() == 4


def test_in_words() -> None:
    assert str(Estimate(12)) == "12"
    assert str(Estimate(10_000, is_more=True)) == "plus de 10\u202f000"
    assert str(Estimate(3_600_000, is_sampled=True)) == "environ 3\u202f600\u202f000, d’après un échantillon"
    assert estimating._two_digits(3_642_118) == 3_600_000
    assert estimating._two_digits(7) == 7
