"""Who asks: for each role the one with the most, and one like most others; each with a browser signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client

if TYPE_CHECKING:
    from forprev.accounts.acting import Acting


@dataclass(frozen=True)
class Actor:
    """`role` is the value of `Role`, or empty for a visitor; `organisation` is 0 where there is none."""

    name: str
    role: str
    person: int = 0
    organisation: int = 0
    is_large: bool = True
    """Whether its lists are measured by each sort and each criterion, too: those of a median one hold less."""

    @cached_property
    def acting(self) -> Acting:
        """As what the actor acts; not for a visitor."""
        from forprev.accounts.acting import roles_of
        from forprev.people.models import Person

        held = roles_of(Person.objects.get(pk=self.person))
        return next(
            acting for acting in held if acting.role.value == self.role and acting.organisation_id == self.organisation
        )

    def browser(self) -> Client:
        """Signed in with a second factor, this moment, in the role."""
        from forprev.accounts.models import Account
        from tests.factories.accounts import browser_of

        if not self.person:
            return Client(HTTP_HOST="localhost")
        account = Account.objects.get(person_id=self.person)
        client = browser_of(account, client=Client(HTTP_HOST="localhost"))
        client.post("/role", {"role": self.acting.key})
        return client


def actors() -> Iterator[Actor]:
    """Visitor, then each role."""
    yield Actor("visiteur", "")
    members = (
        "SELECT m.person_id, m.organisation_id FROM organisations_membership m"
        " JOIN (SELECT organisation_id, count(*) n FROM certification_trainingsession GROUP BY 1) s"
        " USING (organisation_id) WHERE m.role = %s AND m.ended_at IS NULL ORDER BY s.n DESC, m.id"
    )
    for role, name in (("manager", "gestionnaire"), ("delegate", "délégataire")):
        found = _rows(members, role)
        yield Actor(f"{name} (plus grande entité)", role, *found[0])
        yield Actor(f"{name} (entité médiane)", role, *found[len(found) // 2], is_large=False)
    trainers = _rows(
        "SELECT t.person_id FROM certification_sessiontrainer t"
        " JOIN certification_certificate c ON c.person_id = t.person_id AND c.session_id IS NULL"
        " WHERE c.expires_on >= current_date GROUP BY 1 ORDER BY count(DISTINCT t.session_id) DESC, 1"
    )
    yield Actor("formateur (le plus demandé)", "trainer", trainers[0][0])
    yield Actor("formateur (médian)", "trainer", trainers[len(trainers) // 2][0], is_large=False)
    largest = _rows(
        "SELECT d.fund_id FROM organisations_organisation o JOIN organisations_department d ON d.code = o.department_id"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    officer = _rows("SELECT person_id FROM organisations_networkrole WHERE fund_id = %s ORDER BY id", largest[0][0])
    yield Actor("instructeur de la plus grande caisse", "fund_officer", officer[0][0])
    for role, name in (
        ("committee", "commission nationale"),
        ("national_administrator", "administration nationale"),
        ("support_agent", "hotline"),
    ):
        people = _rows("SELECT person_id FROM organisations_networkrole WHERE role = %s ORDER BY id", role)
        yield Actor(name, role, people[0][0])


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
