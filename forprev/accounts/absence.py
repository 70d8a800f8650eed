"""Why somebody who signs in finds nothing: packages say it of the persons whom they know.

`Absence`s are only shown to whoever proved to own the account, by its password or its mailbox (product.md, section 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forprev.accounts.acting import roles_of
from forprev.people.models import Person


@dataclass(frozen=True)
class Absence:
    """A reason why a person has no role; one that `closes` leaves no account at all.

    `code` stands in the address of its page, `template` is what that page says, with `details`.
    """

    code: str
    title: str
    template: str
    details: Mapping[str, Any] = field(default_factory=dict)
    closes: bool = False


Explains = Callable[[Person], Iterable[Absence]]
_providers: list[Explains] = []


def explains_absence(provider: Explains) -> Explains:
    """Register a source of reasons; it is only asked about persons who have no role."""
    _providers.append(provider)
    return provider


def reasons_of(person: Person) -> list[Absence]:
    """Every known reason why this person has no role now; none while it has one."""
    if roles_of(person):
        return []
    return [reason for provider in _providers for reason in provider(person)]


def closing_reasons(person: Person) -> list[Absence]:
    """Why this person's account opens nothing at all (A07): every reason closes; empty for an account that opens."""
    reasons = reasons_of(person)
    return reasons if reasons and all(reason.closes for reason in reasons) else []
