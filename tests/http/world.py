"""Everybody who may come to a session's door: those it concerns, and their likes from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.certification.models import TrainingSession
from forprev.people.models import Person
from tests.factories.accounts import AccountFactory
from tests.factories.accounts import browser_of as browser_of_account
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import trainer
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund
from tests.factories.people import PersonFactory


def browser_of(person: Person) -> Client:
    """Signed in as this person, in its first role; the account is made if there is none."""
    account = Account.objects.filter(person=person).first() or AccountFactory(person=person)
    return browser_of_account(account)


@dataclass(frozen=True)
class World:
    """Actors by name. `insiders` are those whom a session of `acting`'s entity concerns."""

    acting: Acting
    trainer: Person
    browsers: dict[str, Client]

    INSIDERS = ("manager", "delegate", "trainer", "officer", "national")


def build() -> World:
    organisation = OrganisationFactory(department_id="26")
    held, unrelated = accredit(organisation, "SST", 1), accredit(organisation, "PRAPIBC", 1)
    acting = acting_manager(organisation)
    run_by = trainer("SST-2")
    persons: dict[str, Person] = {
        "manager": acting.person,
        "other_manager": acting_manager(OrganisationFactory(department_id="26")).person,
        "delegate": acting_delegate(held, organisation=organisation).person,
        "other_delegate": acting_delegate(unrelated, organisation=organisation).person,
        "trainer": run_by,
        "other_trainer": trainer("SST-2"),
        "officer": acting_officer(fund("rhone-alpes")).person,
        "other_officer": acting_officer(fund("bretagne")).person,
        "committee": acting_national(Role.COMMITTEE).person,
        "national": acting_national(Role.NATIONAL_ADMINISTRATOR).person,
        "support": acting_national(Role.SUPPORT_AGENT).person,
        "no_role": PersonFactory(),
    }
    browsers = {name: browser_of(person) for name, person in persons.items()}
    return World(acting, run_by, {"anonymous": Client(), **browsers})


def addresses(session: TrainingSession) -> dict[str, list[object]]:
    """Arguments of the addresses that have some, for this session."""
    trainee = session.trainees.first()
    certificate = session.certificates.first()
    return {
        "pk": [session.pk],
        "trainee": [session.pk, trainee.pk if trainee else 0],
        "certificate": [certificate.pk if certificate else 0],
    }
