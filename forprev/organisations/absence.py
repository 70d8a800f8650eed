"""Why a person who was in an entity, or in the network, finds nothing any more."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.absence import Absence, explains_absence
from forprev.core.dates import day_of
from forprev.organisations.models import Membership, NetworkRole
from forprev.people.models import Person


@explains_absence
def ended_membership(person: Person) -> Iterator[Absence]:
    """The role that ended last."""
    memberships = Membership.objects.filter(person=person).select_related("organisation")
    membership = memberships.order_by("-ended_at", "-ends_on", "-pk").first()
    if membership is not None:
        ended_on = day_of(membership.ended_at) if membership.ended_at else membership.ends_on
        yield Absence(
            "role-termine",
            "Votre rôle a pris fin",
            "organisations/absence/ended_membership.html",
            {"membership": membership, "ended_on": ended_on},
        )


@explains_absence
def ended_network_role(person: Person) -> Iterator[Absence]:
    """The role of the network that ended last."""
    roles = NetworkRole.objects.filter(person=person).select_related("fund")
    role = roles.order_by("-ended_at", "-ends_on", "-pk").first()
    if role is not None:
        ended_on = day_of(role.ended_at) if role.ended_at else role.ends_on
        yield Absence(
            "role-du-reseau-termine",
            "Votre rôle a pris fin",
            "organisations/absence/ended_network_role.html",
            {"role": role, "ended_on": ended_on},
        )
