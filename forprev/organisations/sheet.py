"""What packages above add to the sheet of an entity: they register it when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forprev.accounts.acting import Acting


@dataclass(frozen=True)
class Row:
    """A label and its value, with the page that shows more."""

    label: str
    value: str
    url: str = ""
    action: str = ""


RowBuilder = Callable[[Acting], Row]
_builders: list[RowBuilder] = []


def adds_to_sheet(builder: RowBuilder) -> RowBuilder:
    """Register a row of the sheet of the actor's own entity; one query at the most."""
    if builder not in _builders:
        _builders.append(builder)
    return builder


def added_rows(acting: Acting) -> list[Row]:
    return [builder(acting) for builder in _builders]
