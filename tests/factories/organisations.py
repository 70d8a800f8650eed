"""Entities, their users and sites, officers of the funds; the funds themselves are installed with the tables."""

from __future__ import annotations

import factory

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.organisations.models import (
    Membership,
    NetworkRole,
    Organisation,
    OrganisationKind,
    RegionalFund,
    TrainingSite,
)
from forprev.people.models import Person
from tests.factories.catalogue import scheme
from tests.factories.people import PersonFactory


def fund(code: str = "rhone-alpes") -> RegionalFund:
    return RegionalFund.objects.get(code=code)


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A training body of Valence, in the region of `fund()`."""

    name = factory.Sequence(lambda n: f"ENTITÉ {n}")
    kind = OrganisationKind.TRAINING_BODY
    siret = factory.Sequence(lambda n: f"{n:014}")
    address = "14 rue des Tanneurs"
    postal_code = "26000"
    city = "VALENCE"
    department_id = "26"
    signatory_name = "Rosset Marie"
    signatory_title = "Gérante"

    class Meta:
        model = Organisation


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Role.MANAGER

    class Meta:
        model = Membership


class NetworkRoleFactory(factory.django.DjangoModelFactory[NetworkRole]):
    """An officer of `fund()`; national roles need `fund=None`."""

    person = factory.SubFactory(PersonFactory)
    role = Role.FUND_OFFICER
    fund = factory.LazyFunction(fund)

    class Meta:
        model = NetworkRole


class TrainingSiteFactory(factory.django.DjangoModelFactory[TrainingSite]):
    organisation = factory.SubFactory(OrganisationFactory)
    scheme = factory.LazyFunction(lambda: scheme("Catec"))
    name = factory.Sequence(lambda n: f"Plateforme {n}")
    postal_code = "26000"
    city = "VALENCE"

    class Meta:
        model = TrainingSite


def acting_as_member(membership: Membership) -> Acting:
    return Acting(
        person=membership.person,
        role=Role(membership.role),
        place=membership.organisation.name,
        organisation_id=membership.organisation_id,
        membership_id=membership.pk,
    )


def acting_manager(organisation: Organisation | None = None, person: Person | None = None) -> Acting:
    """A manager of the entity; everybody and everything is new where nothing is given."""
    return acting_as_member(
        MembershipFactory(
            **({"organisation": organisation} if organisation else {}), **({"person": person} if person else {})
        )
    )


def acting_officer(of: RegionalFund | None = None, person: Person | None = None) -> Acting:
    """An officer of the fund, that of `OrganisationFactory`'s region by default."""
    held = NetworkRoleFactory(fund=of or fund(), **({"person": person} if person else {}))
    return Acting(person=held.person, role=Role.FUND_OFFICER, place=held.fund.name, fund_id=held.fund_id)


def acting_national(role: Role, person: Person | None = None) -> Acting:
    """The committee, a national administrator, a support agent."""
    held = NetworkRoleFactory(role=role, fund=None, **({"person": person} if person else {}))
    return Acting(person=held.person, role=role)
