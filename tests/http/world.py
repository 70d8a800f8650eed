"""Everybody who may come to a session's door: those it concerns, and their likes from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
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


UNWATCHED = {
    "accounts.Session",  # read and prolonged by any page
    "people.Lookup",  # a refused look-up counts too
    "accounts.Attempt",  # so does a refused sign-in
    "certification.CheckAttempt",  # and a check in vain
    "people.Consultation",  # that the network looked is noted
}
"""What a refused or reading request may write."""


def everything() -> dict[str, str]:
    """Sum of all rows of every other table, by table, in one query: counts, versions and values at once."""
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.label not in UNWATCHED
    }
    sums = (
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) FROM {table} t"  # noqa: S608
        for table in sorted(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return dict(cursor.fetchall())


@contextmanager
def untouched() -> Iterator[None]:
    """Nothing is written in this block, in any table but `UNWATCHED`."""
    before = everything()
    yield
    after = everything()
    assert {table for table in after if after[table] != before[table]} == set()


def addresses(session: TrainingSession) -> dict[str, list[object]]:
    """Arguments of the addresses that have some, for this session."""
    trainee = session.trainees.first()
    certificate = session.certificates.first()
    return {
        "pk": [session.pk],
        "trainee": [session.pk, trainee.pk if trainee else 0],
        "certificate": [certificate.pk if certificate else 0],
    }
