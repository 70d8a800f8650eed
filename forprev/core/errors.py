"""Errors of the domain: a French sentence for the person, a code for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError


class DomainError(Exception):
    """Something the person may not or cannot do; `field` names the form field concerned, if one is."""

    def __init__(self, message: str, *, code: str = "refused", field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.field = field

    @property
    def told(self) -> list[tuple[str | None, str]]:
        """What to say beside which field of the form, or on top of it."""
        return [(self.field, self.message)]


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: what the person typed, what is stored now."""

    label: str
    yours: str
    current: str


class Conflict(DomainError):
    """Somebody else changed the object since the form was shown; `versions` holds what differs, if known."""

    def __init__(
        self,
        message: str = "Cette page a été modifiée entre-temps par une autre personne.",
        versions: Sequence[Difference] = (),
    ) -> None:
        super().__init__(message, code="conflict")
        self.versions = versions


@contextmanager
def unless_taken(taken: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """What the database refuses in this block is told beside its field: `taken` says which and what, by constraint."""
    try:
        yield
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if constraint not in taken:
            raise
        field, message = taken[constraint]
        raise DomainError(message, code="taken", field=field) from error
