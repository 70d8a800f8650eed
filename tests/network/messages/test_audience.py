"""Whom an audience is: against the same said in plain Python, and case by case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from forprev.accounts.models import Account, Role
from forprev.accreditation.models import Delegation
from forprev.core.dates import add_months, now, today
from forprev.network.messages.selectors import Audience, people, sample
from forprev.organisations.models import FundAttachment, Membership, NetworkRole, Organisation
from forprev.people.models import Person
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.catalogue import level
from tests.factories.certification import taken_over, trainer
from tests.factories.messages import crowd
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_manager, fund
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

LEVELS = (("SST", 1), ("SST", 2), ("PRAP2S", 1))
TEACHES = {
    "SST-2": {("SST", 1)},
    "SST-3": {("SST", 1), ("SST", 2)},
    "PRAP2S-2": {("PRAP2S", 1)},
    "SST-1": set(),
}
"""Of LEVELS, what the holder of a certificate trains in (B22: SST 1 is trained by SST 2 or 3)."""
FUNDS = {"26": "rhone-alpes", "35": "bretagne"}
MAKES_TRAINERS = ("SST-2", "SST-3", "PRAP2S-2")
_emails = count()


@dataclass(frozen=True)
class Entity:
    department: str
    kind: str
    accreditations: tuple[tuple[tuple[str, int], str], ...]
    """Levels, each with how it stands: serving, over or suspended."""


@dataclass(frozen=True)
class Role_:
    role: str
    entity: int
    held: bool
    delegated: frozenset[int]


@dataclass(frozen=True)
class Somebody:
    account: str
    roles: tuple[Role_, ...]
    certificates: tuple[tuple[str, bool], ...]
    fund: str


ENTITIES = st.tuples(
    *[
        st.builds(
            Entity,
            department=st.sampled_from([*FUNDS]),
            kind=st.sampled_from("OEC"),
            accreditations=st.lists(
                st.tuples(st.sampled_from(LEVELS), st.sampled_from(["serving", "over", "suspended"])), max_size=3
            ).map(tuple),
        )
    ]
    * 2
)
PEOPLE = st.lists(
    st.builds(
        Somebody,
        account=st.sampled_from(["active", "active", "active", "closed", ""]),
        roles=st.lists(
            st.builds(
                Role_,
                role=st.sampled_from(["manager", "delegate"]),
                entity=st.integers(0, 1),
                held=st.sampled_from([True, True, False]),
                delegated=st.frozensets(st.integers(0, 2), max_size=2),
            ),
            max_size=2,
            unique_by=lambda each: (each.role, each.entity),
        ).map(tuple),
        certificates=st.lists(
            st.tuples(st.sampled_from([*TEACHES]), st.booleans()), max_size=2, unique_by=lambda each: each[0]
        ).map(tuple),
        fund=st.sampled_from(["", *FUNDS.values()]),
    ),
    min_size=1,
    max_size=5,
)
WANTED = st.tuples(
    st.frozensets(st.sampled_from(["manager", "delegate", "trainer"]), min_size=1),
    st.frozensets(st.sampled_from(LEVELS), max_size=2),
    st.frozensets(st.sampled_from([*FUNDS.values()]), max_size=1),
    st.frozensets(st.sampled_from("OEC"), max_size=2),
)


def expected(entities: tuple[Entity, ...], who: Somebody, wanted: tuple[frozenset, ...]) -> bool:  # type: ignore[type-arg]
    """The rule, as one would say it."""
    roles, levels, funds, kinds = wanted
    if who.account != "active":
        return False
    for held in who.roles:
        entity = entities[held.entity]
        serving = [(n, what) for n, (what, how) in enumerate(entity.accreditations) if how == "serving"]
        if held.role == "delegate":
            serving = [(n, what) for n, what in serving if n in held.delegated]
        if (
            held.role in roles
            and held.held
            and (not levels or any(what in levels for _, what in serving))
            and (not funds or FUNDS[entity.department] in funds)
            and (not kinds or entity.kind in kinds)
        ):
            return True
    return (
        "trainer" in roles
        and (not funds or who.fund in funds)
        and any(
            valid and code in MAKES_TRAINERS and (not levels or TEACHES[code] & levels)
            for code, valid in who.certificates
        )
    )


def build(entities: tuple[Entity, ...], known: list[Somebody]) -> list[Person]:
    places, held = [], []
    for entity in entities:
        place = OrganisationFactory(department_id=entity.department, kind=entity.kind)
        places.append(place)
        held.append([_accredited(place, *each) for each in entity.accreditations])
    return [_somebody(who, places, held) for who in known]


def _accredited(place: Organisation, what: tuple[str, int], how: str) -> object:
    if how == "over":
        return accredit(place, *what, ends_on=today() - timedelta(days=1))
    return accredit(place, *what, status="active" if how == "serving" else "suspended")


def _somebody(who: Somebody, places: list[Organisation], held: list[list[object]]) -> Person:
    person = PersonFactory()
    if who.account:
        email = f"quelqu-un{next(_emails)}@exemple.test"
        Account.objects.create(person=person, email=email, password="!", is_active=who.account == "active")
    for role in who.roles:
        ended = None if role.held else now()
        membership = Membership.objects.create(
            person=person, organisation=places[role.entity], role=role.role, ended_at=ended
        )
        if role.role == "delegate":
            for n in role.delegated:
                if n < len(held[role.entity]):
                    Delegation.objects.create(membership=membership, accreditation=held[role.entity][n])
    for code, valid in who.certificates:
        taken_over(person, code, expires_on=today() if valid else today() - timedelta(days=1))
    if who.fund:
        FundAttachment.objects.create(person=person, fund=fund(who.fund))
    return person


@contextmanager
def world_of_its_own() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@settings(max_examples=200, deadline=None)
@given(entities=ENTITIES, known=PEOPLE, wanted=WANTED)
def test_an_audience_is_who_it_says(
    entities: tuple[Entity, ...],
    known: list[Somebody],
    wanted: tuple[frozenset, ...],  # type: ignore[type-arg]
) -> None:
    roles, levels, funds, kinds = wanted
    with world_of_its_own():
        made = build(entities, known)
        audience = Audience(
            tuple(roles),
            tuple(level(*each).pk for each in levels),
            tuple(fund(code).pk for code in funds),
            tuple(kinds),
        )
        found = sorted(people(audience, today()).values_list("pk", flat=True))
        told = [pk for pk, who in zip((p.pk for p in made), known, strict=True) if expected(entities, who, wanted)]
        assert found == sorted(told)
        drawn, in_all = sample(audience, today())
        assert (len(drawn), in_all) == (min(len(told), 10), len(told))
        assert all(each.qualities for each in drawn)


def of_level(*wanted: tuple[str, int], roles: tuple[str, ...]) -> Audience:
    return Audience(roles, tuple(level(*each).pk for each in wanted))


def with_account(person: Person) -> Person:
    Account.objects.create(person=person, email=f"compte{person.pk}@exemple.test", password="!")
    return person


def found_on(day: date, audience: Audience) -> set[Person]:
    return set(people(audience, day))


def test_the_last_day_of_an_accreditation_and_of_a_certificate_still_counts() -> None:
    """B42, A43: both bounds."""
    acting = acting_manager()
    end = add_months(today(), 2)
    accredit(acting.person.memberships.get().organisation, ends_on=end)
    teacher = with_account(trainer("SST-2", expires_on=end))
    manager = with_account(acting.person)
    audience = of_level(("SST", 1), roles=("manager", "trainer"))
    assert found_on(end, audience) == {manager, teacher}
    assert found_on(end + timedelta(days=1), audience) == set()


@pytest.mark.parametrize(("code", "levels"), [("SST-2", {1}), ("SST-3", {1, 2, 3}), ("SST-1", set())])
def test_b22_trainers_of_a_level_are_those_who_may_run_it(code: str, levels: set[int]) -> None:
    holder = with_account(PersonFactory())
    taken_over(holder, code)
    reached = {n for n in (1, 2, 3) if holder in found_on(today(), of_level(("SST", n), roles=("trainer",)))}
    assert reached == levels


def test_a_role_past_its_last_day_is_not_addressed() -> None:
    there = with_account(MembershipFactory(ends_on=today()).person)
    with_account(MembershipFactory(ends_on=today() - timedelta(days=1)).person)
    assert found_on(today(), Audience(("manager",))) == {there}


def test_whoever_is_addressed_twice_is_there_once() -> None:
    delegate = acting_delegate(accredit(OrganisationFactory()))
    MembershipFactory(person=delegate.person)
    taken_over(with_account(delegate.person), "SST-2")
    assert people(Audience(("manager", "delegate", "trainer")), today()).count() == 1


def test_the_network_s_own_people_are_not_addressed() -> None:
    role = NetworkRole.objects.create(person=with_account(PersonFactory()), role=Role.COMMITTEE)
    assert role.person not in found_on(today(), Audience(("manager", "delegate", "trainer")))


def test_a_sample_is_masked() -> None:
    place = OrganisationFactory(name="MAROSE FORMATION")
    person = with_account(PersonFactory(last_name="LEMOINE", first_name="Stéphanie"))
    MembershipFactory(person=person, organisation=place)
    taken_over(person, "SST-2")
    FundAttachment.objects.create(person=person, fund=fund("bretagne"))
    [each], in_all = sample(Audience(("manager", "trainer")), today())
    assert in_all == 1
    assert (each.initials, list(each.qualities)) == (
        "S. L.",
        ["Gestionnaire, MAROSE FORMATION", "Formateur, Carsat Bretagne"],
    )


def test_ten_of_many_in_as_many_queries() -> None:
    counts = []
    for _ in range(2):
        crowd(30)
        with CaptureQueriesContext(connection) as queries:
            assert len(sample(Audience(("manager",)), today())[0]) == 10
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
