"""The register of people: numbers, identities, likeness, the limit of look-ups."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
import time_machine
from django.db import DatabaseError, transaction

from forprev.core.errors import DomainError
from forprev.people import services
from forprev.people.models import Identity, IssuedNumber, Person
from forprev.people.selectors import by_number, same_identity
from forprev.people.services import (
    LOOKUPS_A_DAY,
    LOOKUPS_AN_HOUR,
    create_person,
    find_or_create,
    note_lookup,
    note_lookups,
)
from tests.concurrency import together
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

BORN = date(1980, 4, 7)
IDENTITY = {"last_name": "Lévêque", "first_name": "Jean-François", "birth_date": BORN}


def test_a03_a_number_is_three_capitals_and_five_digits() -> None:
    numbers = {create_person(**IDENTITY).number for _ in range(20)}
    assert len(numbers) == 20
    for number in numbers:
        assert number[:3].isalpha()
        assert number[:3].isascii()
        assert number[:3].isupper()
        assert len(number) == 8
        assert number[3:].isdigit()


@pytest.mark.parametrize("number", ["JEJ4689", "jej46894", "JEJ468940", "JE946894", "JÉJ46894", ""])
def test_a03_the_database_takes_no_other_shape(number: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Person.objects.create(number=number, **IDENTITY)


def test_a03_a_number_is_given_once_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even one that leads to somebody else since a merge is never drawn again."""
    kept = PersonFactory()
    IssuedNumber.objects.create(number="AAA00001", person=kept)
    drawn = iter(["AAA00001", kept.number, "AAA00002"])
    monkeypatch.setattr(services, "_new_number", lambda: next(drawn))
    assert create_person(**IDENTITY).number == "AAA00002"


def test_a03_an_issued_number_cannot_be_taken_back() -> None:
    person = PersonFactory()
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        person.issued_numbers.all().delete()
    assert by_number(person.number) == person


def test_a_person_is_found_by_number_however_it_is_typed() -> None:
    person = PersonFactory()
    assert by_number(f" {person.number[:3].lower()} {person.number[3:]}\t") == person
    for nobody in ("", "ZZZ", "ZZZ99999x", "' OR 1=1"):
        assert by_number(nobody) is None


@pytest.mark.parametrize(
    ("last_name", "first_name"),
    [("LEVEQUE", "JEAN FRANCOIS"), ("lévêque", "jean-françois"), (" Leveque ", "Jean  François")],
)
def test_a44_one_identity_whatever_its_spelling(last_name: str, first_name: str) -> None:
    person = create_person(**IDENTITY)
    assert list(same_identity(last_name, first_name, BORN)) == [person]
    with transaction.atomic():
        assert find_or_create([Identity(last_name, first_name, BORN)]) == [person]


@pytest.mark.parametrize(
    "other", [{"last_name": "Levesque"}, {"first_name": "Jean"}, {"birth_date": BORN + timedelta(days=1)}]
)
def test_a44_another_identity_is_another_person(other: dict[str, object]) -> None:
    person = create_person(**IDENTITY)
    with transaction.atomic():
        assert find_or_create([person.identity._replace(**other)]) != [person]


def test_a44_many_at_once_are_recognised_or_recorded_each_once() -> None:
    known = create_person(**IDENTITY)
    new = Identity("Durand", "Zoé", BORN)
    with transaction.atomic():
        found = find_or_create([new, Identity("LEVEQUE", "JEAN FRANCOIS", BORN), new._replace(last_name="DURAND")])
    assert found[1] == known
    assert found[0] == found[2]
    assert found[0].identity == new
    assert by_number(found[0].number) == found[0]
    assert Person.objects.count() == 2
    assert find_or_create([]) == []


@pytest.mark.django_db(transaction=True)
def test_a44_recorded_once_by_eight_at_the_same_moment() -> None:
    def record() -> Person:
        with transaction.atomic():
            return find_or_create([Identity(**IDENTITY)])[0]

    people = together(*[partial(record)] * 8)
    assert [p.number for p in Person.objects.all()] == list({getattr(p, "number", p) for p in people})


def test_looking_people_up_one_by_one_ends() -> None:
    reader = PersonFactory()
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False) as clock:
        for rank in range(LOOKUPS_AN_HOUR):
            note_lookup(reader, f"AAA{rank:05}")
        note_lookup(reader, " aaa00003 ")
        with pytest.raises(DomainError) as refusal:
            note_lookup(reader, "AAA99999")
        assert refusal.value.code == "too_many_lookups"
        note_lookup(PersonFactory(), "AAA99999")
        clock.shift(timedelta(hours=1, seconds=1))
        note_lookup(reader, "AAA99999")


def test_item27_looking_people_up_by_spreadsheets_ends_too() -> None:
    reader = PersonFactory()
    with time_machine.travel(datetime(2026, 3, 16, 12, tzinfo=UTC), tick=False) as clock:
        note_lookups(reader, LOOKUPS_A_DAY - 1)
        note_lookups(reader, 1)
        note_lookup(reader, "AAA00001")
        with pytest.raises(DomainError) as refusal:
            note_lookups(reader, 1)
        assert refusal.value.code == "too_many_lookups"
        note_lookups(PersonFactory(), LOOKUPS_A_DAY)
        clock.shift(timedelta(days=1, seconds=1))
        note_lookups(reader, LOOKUPS_A_DAY)


def test_names_are_kept_as_typed_but_for_what_nobody_sees() -> None:
    person = create_person(last_name=" d’Œuf\u200b ", first_name="E\u0301lodie", birth_date=BORN)
    assert (person.last_name, person.first_name) == ("d’Œuf", "Élodie")
    assert person.display_name == "D’ŒUF Élodie"
