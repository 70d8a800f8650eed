"""The roles that entities and the network give."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.acting import Acting, provides_roles
from forprev.accounts.models import Role
from forprev.organisations.models import Membership, NetworkRole, held_now
from forprev.people.models import Person


@provides_roles
def entity_roles(person: Person) -> Iterator[Acting]:
    for membership in Membership.objects.filter(held_now(), person=person).select_related("organisation"):
        yield Acting(
            person=person,
            role=Role(membership.role),
            place=membership.organisation.name,
            organisation_id=membership.organisation_id,
            membership_id=membership.pk,
        )


@provides_roles
def network_roles(person: Person) -> Iterator[Acting]:
    for held in NetworkRole.objects.filter(held_now(), person=person).select_related("fund"):
        yield Acting(
            person=person, role=Role(held.role), place=held.fund.name if held.fund else "", fund_id=held.fund_id or 0
        )
