"""A12, A35: who of the register may be the person typed, and why."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from forprev.core.text import letters_of
from forprev.people import matching
from forprev.people.matching import SHOWN, find, find_many, inverted, is_called
from forprev.people.models import Identity, NameCount, Person
from forprev.people.services import count_names, create_person

pytestmark = pytest.mark.django_db

BORN = date(1980, 4, 7)
SAME_DAY = "même date de naissance"


def record(last_name: str = "Lévêque", first_name: str = "Jean-François", birth_date: date = BORN) -> Person:
    return create_person(last_name=last_name, first_name=first_name, birth_date=birth_date)


@pytest.mark.parametrize(
    ("known", "typed", "reasons"),
    [
        (("Lévêque", "Zoé", BORN), ("LEVEQUE", "ZOE", BORN), f"même nom, même prénom, {SAME_DAY}"),
        (
            ("Lévêque", "Zoé", BORN),
            ("Levequue", "Zoé", BORN),
            f"nom à une lettre près, même prénom, {SAME_DAY}",
        ),
        (
            ("Lévêque", "Zoé", BORN),
            ("Lévêque", "Zoée", BORN),
            f"même nom, prénom à une lettre près, {SAME_DAY}",
        ),
        (
            ("Lévêque", "Amandine", BORN),
            ("Leevque", "Amendine", BORN),
            f"nom à une lettre près, prénom à une lettre près, {SAME_DAY}",
        ),
        (
            ("Lévêque", "Zoé", BORN),
            ("Lavoque", "Zoé", BORN),
            f"nom à deux lettres près, même prénom, {SAME_DAY}",
        ),
        (("Roy", "Jean-Luc", BORN), ("Roy", "Jean Luc", BORN), f"même nom, même prénom, {SAME_DAY}"),
        (("Le Goff", "Yann", BORN), ("LEGOFF", "Yann", BORN), f"même nom, même prénom, {SAME_DAY}"),
        (("de La Tour", "Yann", BORN), ("Tour", "Yann", BORN), f"même nom, même prénom, {SAME_DAY}"),
        (("Lévêque", "Zoé", BORN), ("Zoé", "Lévêque", BORN), f"nom et prénom inversés, {SAME_DAY}"),
        (
            ("Lévêque", "Zoé", BORN),
            ("Zoé", "Levequ", BORN),
            f"nom et prénom inversés, prénom à une lettre près, {SAME_DAY}",
        ),
        (("Roy", "Zoé", BORN), ("Roy-Lambert", "Zoé", BORN), f"nom composé, même prénom, {SAME_DAY}"),
        (("Roy", "Zoé", BORN), ("Lambert", "Zoé", BORN), f"nom différent, même prénom, {SAME_DAY}"),
        (
            ("Dupont", "Stéphanie", BORN),
            ("Dupond", "Stefanie", BORN),
            f"nom à une lettre près, prénom qui se prononce de même, {SAME_DAY}",
        ),
        (("Roy", "Mickaël", BORN), ("Roy", "Micael", BORN), f"même nom, prénom à une lettre près, {SAME_DAY}"),
        (("Gauthier", "Zoé", BORN), ("Gotier", "Zoé", BORN), f"nom qui se prononce de même, même prénom, {SAME_DAY}"),
        (("Roy", "Christophe", BORN), ("Roy", "Christ", BORN), f"même nom, prénom abrégé, {SAME_DAY}"),
        (("Roy", "Jean-Luc", BORN), ("Roy", "Jean", BORN), f"même nom, prénom composé, {SAME_DAY}"),
        (("Roy", "Zoé", BORN), ("Roy", "Z", BORN), f"même nom, prénom réduit à l’initiale, {SAME_DAY}"),
        (("Roy", "Zoé", BORN), ("Roy", "Zoé", date(1980, 7, 4)), "même nom, même prénom, jour et mois inversés"),
        (
            ("Roy", "Zoé", BORN),
            ("Roy", "Zoé", date(1989, 4, 7)),
            "même nom, même prénom, un chiffre de la date diffère",
        ),
        (
            ("Lévêque", "Amandine", BORN),
            ("Leveque", "Amndine", date(1980, 4, 17)),
            "même nom, prénom à une lettre près, un chiffre de la date diffère",
        ),
        (
            ("Lévêque", "Amandine", BORN),
            ("Levque", "Amandine", date(1980, 7, 4)),
            "nom à une lettre près, même prénom, jour et mois inversés",
        ),
        (("Roy", "Zoé", BORN), ("Roy", "Zoé", date(1971, 12, 25)), "même nom, même prénom, autre date de naissance"),
    ],
)
def test_a12_found_however_the_papers_were_typed(
    known: tuple[str, str, date], typed: tuple[str, str, date], reasons: str
) -> None:
    person = record(*known)
    record("Ferrand", "Odile", BORN)
    [match] = find(Identity(*typed))
    assert match.person == person
    assert ", ".join(match.reasons) == reasons


@pytest.mark.parametrize(
    "typed",
    [
        ("Lévêque", "Jean-François", BORN),
        ("Leveqe", "Jean François", BORN),
        ("Jean-François", "Lévêque", BORN),
        ("Lévêque-Martin", "Jean-François", BORN),
        ("Lévêque", "Jean-François", date(1980, 7, 4)),
        ("Lévêque", "Jean-François", date(1981, 4, 7)),
    ],
)
def test_a12_what_is_likely(typed: tuple[str, str, date]) -> None:
    person = record()
    [match] = find(Identity(*typed))
    assert (match.person, match.likely) == (person, True)
    assert match.same == (typed == ("Lévêque", "Jean-François", BORN))


@pytest.mark.parametrize(
    "typed",
    [
        ("Martin", "Claire", BORN),
        ("Lévêque", "Claire", BORN),
        ("Lévêque", "Jean-François", date(1962, 11, 30)),
        ("Leveqe", "Jean-François", date(1962, 11, 30)),
        ("Martin", "Jean-François", BORN),
    ],
)
def test_a12_what_is_not(typed: tuple[str, str, date]) -> None:
    record()
    assert not any(match.likely for match in find(Identity(*typed)))


def test_a12_a_name_that_people_have_is_not_a_slip() -> None:
    """MARTEN is not MARTIN typed wrong, where people are called so."""
    typed = Identity("Marten", "Claire", BORN)
    record("Martin", "Claire", BORN)
    [slip] = find(typed)
    for n in range(200):
        record("Marten", "Paul", date(1950 + n % 50, 1 + n % 12, 1))
    count_names()
    [name] = find(typed)
    assert slip.likely
    assert name.score < slip.score


def test_a12_rare_names_weigh_more() -> None:
    for n in range(300):
        record("Martin", f"Anne {n}", date(1950 + n % 50, 1 + n % 12, 1))
    common, rare = record("Martin", "Claire", BORN), record("Kerguelen", "Claire", BORN)
    count_names()
    [of_common, *_] = find(Identity("Martin", "Claire", date(1981, 4, 7)))
    [of_rare, *_] = find(Identity("Kerguelen", "Claire", date(1981, 4, 7)))
    assert (of_common.person, of_rare.person) == (common, rare)
    assert of_rare.score > of_common.score


def test_a12_the_likeliest_comes_first_and_few_are_shown() -> None:
    alike = {record(f"Lévêque{letter}", "Jean").pk for letter in "abcdefg"}
    exact = record("Lévêque", "Jean")
    first, *others = find(Identity("LEVEQUE", "Jean", BORN))
    assert first.person == exact
    assert len(others) == SHOWN - 1
    assert {match.person.pk for match in others} < alike


def test_a12_many_are_found_as_one_by_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for n in range(30):
        record(f"Roy{chr(65 + n % 5)}", f"Zoé{chr(65 + n % 7)}", date(1980, 1 + n % 12, 1 + n % 9))
    typed = [Identity("Roya", f"Zoé{chr(65 + n)}", date(1980, 1 + n, 2)) for n in range(9)]
    with django_assert_num_queries(3):
        together = find_many(typed)
    assert together == [find(identity) for identity in typed]
    assert any(together)
    assert find_many([]) == []


@pytest.mark.django_db(transaction=True)
def test_a12_a_spreadsheet_is_looked_for_by_two_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "_MANY", 2)
    people = [record(f"Roy{chr(65 + n)}", "Zoé", date(1980, 1 + n, 2 + n)) for n in range(7)]
    typed = [Identity(f"Roy{chr(65 + n)}", "Zoée", date(1980, 1 + n, 2 + n)) for n in range(7)]
    found = find_many(typed)
    assert [matches[0].person for matches in found] == people
    assert found == [find(identity) for identity in typed]


def test_a12_names_of_other_scripts_and_odd_ones_find_themselves() -> None:
    for name in ("Ли", "'", "O", "’’"):
        person = record(name, name)
        assert person in [match.person for match in find(Identity(name, name, BORN))]


@given(
    names=st.tuples(*[st.text(alphabet="ABCDE É-’", min_size=1, max_size=12)] * 4),
    day=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
)
def test_a12_whatever_is_typed_has_an_answer(names: tuple[str, str, str, str], day: date) -> None:
    with transaction.atomic():
        person = record(*names[:2], day)
        found = find(Identity(*names[2:], day))
        assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)
        assert [match.person for match in find(person.identity) if match.same] == [person]
        transaction.set_rollback(True)


def test_names_are_counted() -> None:
    for _ in range(3):
        record("Roy", "Zoé")
    record("Unique", "Zoé")
    count_names()
    count_names()
    counts = {(c.part, c.name): c.count for c in NameCount.objects.all()}
    assert counts == {("L", ""): 4, ("F", ""): 4, ("L", "ROY"): 3, ("F", "ZOE"): 4}
    record("Roy", "Zoé")
    count_names()
    assert NameCount.objects.get(part="L", name="ROY").count == 4


def test_item27_a_number_goes_with_a_name() -> None:
    person = record()
    for name in ("LEVEQUE", "leveqe", "Lévêque-Martin"):
        assert is_called(name, person)
    for name in ("Martin", "", "L", "Jean-François", "Lev"):
        assert not is_called(name, person)


def test_letters_and_dates() -> None:
    assert letters_of("BAC", "AB") == 0b111
    assert letters_of("ZA Z'") == (1 << 25) + 1
    assert letters_of("", "李") == 0
    assert inverted(date(1980, 4, 7)) == date(1980, 7, 4)
    assert inverted(date(1980, 4, 4)) is None
    assert inverted(date(1980, 4, 13)) is None
