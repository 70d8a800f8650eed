"""Why a person who was in an entity finds nothing any more."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.absence import Absence, explains_absence
from forprev.core.dates import day_of
from forprev.organisations.models import Membership
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
