"""The actor of a request: a person in exactly one role, at one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from forprev.accounts.models import Role
from forprev.core.history import System
from forprev.people.models import Person

__all__ = ["Acting", "RoleProvider", "System", "provides_roles", "roles_of"]


@dataclass(frozen=True)
class Acting:
    """Who acts, as what, where; what every service and selector takes instead of a user.

    `organisation_id` and `membership_id` are those of managers and delegates, `fund_id` that of fund officers; else 0,
    which is the id of nothing.
    """

    person: Person
    role: Role
    place: str = ""
    organisation_id: int = 0
    fund_id: int = 0
    membership_id: int = 0

    @property
    def key(self) -> str:
        """Names this role among those of the person, in the session and in the switch."""
        return f"{self.role.value}-{self.organisation_id or self.fund_id}"

    @property
    def person_id(self) -> int:
        return self.person.pk

    @property
    def display_name(self) -> str:
        return self.person.display_name

    @property
    def role_label(self) -> str:
        return str(self.role.label)

    @property
    def label(self) -> str:
        """`Gestionnaire MAROSE FORMATION`, `Formateur Stéphanie`."""
        return f"{self.role.label} {self.place or self.person.first_name}"


RoleProvider = Callable[[Person], Iterable[Acting]]
_providers: list[RoleProvider] = []


def provides_roles(provider: RoleProvider) -> RoleProvider:
    """Register a source of roles; packages above this one do it when they are loaded."""
    _providers.append(provider)
    return provider


def roles_of(person: Person) -> list[Acting]:
    """Every role that the person holds at this moment, the order being that of `Role`."""
    order = list(Role)
    found = [acting for provider in _providers for acting in provider(person)]
    return sorted(found, key=lambda acting: (order.index(acting.role), acting.place))
