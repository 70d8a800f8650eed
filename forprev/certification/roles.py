"""The role that certificates give: whoever holds a valid one of level formateur is a trainer."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.acting import Acting, provides_roles
from forprev.accounts.models import Role
from forprev.certification.selectors.certificates import own_trainer_certificates
from forprev.core.dates import today
from forprev.people.models import Person


@provides_roles
def trainer_role(person: Person) -> Iterator[Acting]:
    day = today()
    if own_trainer_certificates(person).filter(issued_on__lte=day, expires_on__gte=day).exists():
        yield Acting(person=person, role=Role.TRAINER)
