"""Accreditations and the delegates attached to them."""

from __future__ import annotations

from datetime import date

import factory

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, Delegation
from forprev.core.dates import add_months, today
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from tests.factories.catalogue import level
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_as_member


class AccreditationFactory(factory.django.DjangoModelFactory[Accreditation]):
    """Of SST level 1, five years of which one has passed."""

    organisation = factory.SubFactory(OrganisationFactory)
    level = factory.LazyFunction(lambda: level("SST", 1))
    starts_on = factory.LazyFunction(lambda: add_months(today(), -12))
    ends_on = factory.LazyFunction(lambda: add_months(today(), 48))
    number = factory.Sequence(lambda n: f"H{n:05}/2022/SST-1/O/00")

    class Meta:
        model = Accreditation


class DelegationFactory(factory.django.DjangoModelFactory[Delegation]):
    """A delegate of the accreditation's own entity."""

    accreditation = factory.SubFactory(AccreditationFactory)
    membership = factory.SubFactory(
        MembershipFactory, role=Role.DELEGATE, organisation=factory.SelfAttribute("..accreditation.organisation")
    )

    class Meta:
        model = Delegation


def accredit(
    organisation: Organisation,
    scheme_code: str = "SST",
    level_number: int = 1,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    status: str = "active",
) -> Accreditation:
    """`accredit(organisation, "SST", 2)`."""
    bounds = {name: day for name, day in (("starts_on", starts_on), ("ends_on", ends_on)) if day}
    return AccreditationFactory(
        organisation=organisation, level=level(scheme_code, level_number), status=status, **bounds
    )


def acting_delegate(
    *accreditations: Accreditation, organisation: Organisation | None = None, person: Person | None = None
) -> Acting:
    """A delegate to whom these accreditations, of one entity, are attached; `organisation` if there is none."""
    place = organisation or accreditations[0].organisation
    membership = MembershipFactory(role=Role.DELEGATE, organisation=place, **({"person": person} if person else {}))
    for accreditation in accreditations:
        DelegationFactory(accreditation=accreditation, membership=membership)
    return acting_as_member(membership)
