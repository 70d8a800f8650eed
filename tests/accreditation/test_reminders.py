"""Dossiers that wait are recalled after 7 and 21 days to whoever has the next word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.jobs import remind
from forprev.accreditation.models import Dossier, DossierState
from forprev.core.dates import day_of
from forprev.notices.models import Notice
from forprev.organisations.models import Regime
from tests.clock import days, in_the_morning
from tests.factories.accounts import AccountFactory
from tests.factories.dossiers import entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund

pytestmark = pytest.mark.django_db
START = date(2026, 10, 20)


def account(acting: Acting) -> int:
    AccountFactory(person=acting.person)
    return acting.person_id


def told(dossier: Dossier) -> list[tuple[int, date]]:
    found = Notice.objects.filter(key__startswith=f"reminder/dossier/{dossier.pk}/").order_by("created_at", "person")
    return [(each.person_id, day_of(each.created_at)) for each in found]


def walk(last: date) -> None:
    for day in days(START, last):
        with in_the_morning(day):
            remind(0)
            remind(0)


def both(*people: int) -> list[tuple[int, date]]:
    return [(person, START + timedelta(days=n)) for n in (7, 21) for person in sorted(people)]


@transaction.atomic
def at_the_start(state: str, **options: object) -> Dossier:
    with in_the_morning(START):
        return first_request(AccountFactory().person, state, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", [DossierState.TO_COMPLETE, DossierState.ADJOURNED])
def test_the_applicant(state: str) -> None:
    dossier, officer = at_the_start(state), account(acting_officer())
    walk(START + timedelta(days=60))
    assert told(dossier) == both(dossier.applicant_id)
    assert officer not in {person for person, _ in told(dossier)}


def test_every_manager_of_an_entity() -> None:
    place = OrganisationFactory()
    managers = [account(acting_manager(place)) for _ in range(2)]
    with in_the_morning(START), transaction.atomic():
        dossier = entity_dossier(place, DossierState.TO_COMPLETE)
    walk(START + timedelta(days=25))
    assert told(dossier) == both(*managers)


def test_the_officers_of_the_fund_until_one_takes_it() -> None:
    officers = [acting_officer() for _ in range(2)]
    people = [account(officer) for officer in officers]
    account(acting_officer(fund("bretagne")))
    sent, taken = at_the_start(DossierState.SUBMITTED), at_the_start(DossierState.UNDER_REVIEW)
    Dossier.objects.filter(pk=taken.pk).update(assigned_to=officers[0].person)
    walk(START + timedelta(days=25))
    assert told(sent) == both(*people)
    assert told(taken) == both(people[0])


def test_the_inrs_outside_the_general_regime() -> None:
    inrs, officer = account(acting_national(Role.NATIONAL_ADMINISTRATOR)), account(acting_officer())
    dossier = at_the_start(DossierState.SUBMITTED, regime=Regime.OTHER)
    walk(START + timedelta(days=25))
    assert told(dossier) == both(inrs)
    assert officer not in {person for person, _ in told(dossier)}


@pytest.mark.parametrize(
    "state", [DossierState.DRAFT, DossierState.OPINION_GIVEN, DossierState.ACCEPTED, DossierState.REFUSED]
)
def test_nobody_of_what_waits_for_nobody(state: str) -> None:
    account(acting_officer())
    dossier = at_the_start(state)
    walk(START + timedelta(days=25))
    assert told(dossier) == []
