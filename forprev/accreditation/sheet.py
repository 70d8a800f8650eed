"""What packages above add to the sheet of an accreditation: they register it when they are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from forprev.accounts.acting import Acting
from forprev.accreditation.models import Accreditation
from forprev.core.dashboard import Line


@dataclass(frozen=True)
class Panel:
    """A sentence with the count, the latest lines, the link to all of them."""

    title: str
    summary: str
    lines: list[Line]
    url: str
    url_label: str


PanelBuilder = Callable[[Acting, Accreditation], Panel | None]
OpenCounter = Callable[[Accreditation], int]
_builders: list[PanelBuilder] = []
_counters: list[OpenCounter] = []


def adds_panel(builder: PanelBuilder) -> PanelBuilder:
    """Register a panel, None for an actor whom it does not concern; two queries at the most."""
    if builder not in _builders:
        _builders.append(builder)
    return builder


def panels(acting: Acting, accreditation: Accreditation) -> list[Panel]:
    return [panel for builder in _builders if (panel := builder(acting, accreditation)) is not None]


def counts_open(counter: OpenCounter) -> OpenCounter:
    """Register a count of the sessions under way that rely on an accreditation; one query."""
    if counter not in _counters:
        _counters.append(counter)
    return counter


def still_open(accreditation: Accreditation) -> int:
    """How many sessions under way its status stops or sets going."""
    return sum(counter(accreditation) for counter in _counters)
