"""Stand-in until matching is merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forprev.core.text import normalise
from forprev.people.models import Identity, Person
from forprev.people.selectors import likely_duplicates, same_identity


@dataclass(frozen=True)
class Match:
    person: Person
    score: float
    same: bool
    likely: bool
    reasons: tuple[str, ...]


def find(identity: Identity, limit: int = 5) -> list[Match]:
    same = set(same_identity(*identity).values_list("pk", flat=True))
    return [Match(p, 1.0, p.pk in same, True, ("proche",)) for p in likely_duplicates(*identity, limit)]


def find_many(identities: Sequence[Identity], limit: int = 5) -> list[list[Match]]:
    return [find(identity, limit) for identity in identities]


def is_called(last_name: str, person: Person) -> bool:
    return normalise(last_name) == person.search_last_name
