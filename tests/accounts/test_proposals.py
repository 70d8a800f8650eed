"""A12 and security.md, item 27: what is shown of people proposed to whoever types somebody's papers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from forprev.accounts.proposals import picked, propose, propose_many
from forprev.core.errors import DomainError
from forprev.people.models import Identity, Lookup
from forprev.people.services import LOOKUPS_A_DAY, LOOKUPS_AN_HOUR
from tests.factories.accounts import AccountFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

BORN = date(1980, 4, 7)
TYPED = Identity("Leveque", "Camile", BORN)


def test_item27_only_what_lets_one_recognise() -> None:
    person = PersonFactory(last_name="LÉVÊQUE", first_name="Camille", birth_date=BORN)
    AccountFactory(person=person, email="camille.leveque@demo.test")
    [proposal] = propose(PersonFactory(), TYPED)
    assert asdict(proposal) == {
        "person_id": person.pk,
        "initials": "C. L.",
        "birth_year": 1980,
        "email": "c…e@demo.test",
        "reason": "même nom, prénom à une lettre près, même date de naissance",
        "same": False,
        "likely": True,
    }


def test_item27_nothing_to_show_is_not_counted() -> None:
    by = PersonFactory()
    assert propose(by, Identity("Personne", "Odile", date(1955, 11, 23))) == []
    assert not Lookup.objects.exists()


def test_item27_the_same_question_again_is_free_and_the_next_too_many() -> None:
    PersonFactory(last_name="LÉVÊQUE", first_name="Camille", birth_date=BORN)
    by = PersonFactory()
    propose(by, TYPED)
    for n in range(LOOKUPS_AN_HOUR - 1):
        Lookup.objects.create(by=by, subject=f"{n:064}")
    assert propose(by, TYPED)
    with pytest.raises(DomainError) as refusal:
        propose(by, TYPED._replace(first_name="Camill"))
    assert refusal.value.code == "too_many_lookups"


def test_item27_many_at_once_have_a_limit_of_their_own(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = PersonFactory(last_name="LÉVÊQUE", first_name="Camille", birth_date=BORN)
    by = PersonFactory()
    typed = [TYPED, Identity("Personne", "Odile", date(1955, 11, 23)), person.identity]
    with django_assert_num_queries(6):
        found = propose_many(by, typed)
    assert [[p.person_id for p in proposals] for proposals in found] == [[person.pk], [], [person.pk]]
    assert [p.same for proposals in found for p in proposals] == [False, True]
    Lookup.objects.create(by=by, count=LOOKUPS_A_DAY - 3)
    with pytest.raises(DomainError):
        propose_many(by, typed)


def test_item27_only_somebody_proposed_can_be_picked() -> None:
    person = PersonFactory(last_name="LÉVÊQUE", first_name="Camille", birth_date=BORN)
    stranger = PersonFactory(birth_date=date(1955, 11, 23))
    assert picked(str(person.pk), TYPED) == person
    for posted in (str(stranger.pk), "none", "", "x", "9" * 30):
        assert picked(posted, TYPED) is None
