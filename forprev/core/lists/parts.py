"""The small things that a list screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Noun:
    """What the list is made of: `Noun("session", "sessions", feminine=True)`."""

    one: str
    many: str
    feminine: bool = False

    @property
    def none(self) -> str:
        """`Aucune session`."""
        return f"{'Aucune' if self.feminine else 'Aucun'} {self.one}"

    def counted(self, count: int, *, more: bool = False) -> str:
        """`8 sessions`; with `more`, `plus de 20 000 sessions`, thousands parted by a no-break space."""
        figure = f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        return f"{'plus de ' if more else ''}{figure} {self.one if count < 2 else self.many}"


@dataclass(frozen=True)
class Header:
    """The head of a column; `url` sorts by it, and is empty where it cannot be sorted."""

    label: str
    url: str = ""
    aria_sort: str = ""
    attrs: Any = None


@dataclass(frozen=True)
class Link:
    """A page size or an export format."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class PageLink:
    """`<<`, `<`, `>` or `>>`; without `url` when there is nowhere to go."""

    sign: str
    label: str
    url: str = ""


@dataclass(frozen=True)
class Tag:
    """A criterion in force, and the address of the list without it."""

    label: str
    url: str
    count: str = ""
    """What the list would hold without it; told only when the list is empty."""
