"""The dashboard: packages register their cards when they are loaded, each role sees its own.

A package writes in its `dashboard.py`

    def to_validate(acting: Acting) -> Card | None: ...
    def register_cards() -> None:
        dashboard.register(dashboard.AWAITING, "Sessions à valider", roles=[Role.TRAINER], order=10, build=to_validate)

and calls `register_cards()` in its AppConfig's `ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Model, QuerySet, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from forprev.core.menu import HasRole

LINES = 5
"""How many a card shows."""

AWAITING = "À traiter"
ENDING = "Échéances"
RECENT = "Activité récente"
FIGURES = "Chiffres"

NOTHING = {
    AWAITING: "Rien n’attend de vous pour le moment.",
    ENDING: "Aucune échéance dans les 12 prochains mois.",
    RECENT: "Aucune activité récente.",
    FIGURES: "Aucun chiffre pour le moment.",
}
"""Every section in the order of the screen, and what it says when all its cards are empty."""


@dataclass(frozen=True)
class Line:
    """One thing on a card; `due` is shown before `note`, `state` and `state_label` make a badge."""

    label: str
    url: str
    detail: str = ""
    due: date | None = None
    due_label: str = "Échéance"
    note: str = ""
    state: str = ""
    state_label: str = ""


@dataclass(frozen=True)
class Figure:
    """`42`, `habilitations actives`; `url` leads to what is counted, if a page shows it."""

    value: str
    label: str
    url: str = ""


@dataclass(frozen=True)
class Card:
    """A sentence with the count, the first lines (oldest first), the link to all of them.

    The figures of all the cards of a section stand together, above its cards.
    """

    summary: str = ""
    lines: Sequence[Line] = ()
    url: str = ""
    url_label: str = ""
    figures: Sequence[Figure] = ()


Row = TypeVar("Row", bound=Model)


def first_of(rows: QuerySet[Row]) -> tuple[list[Row], int]:
    """The first rows, in the order of `rows`, and how many there are in all: in one query."""
    shown = list(rows.annotate(rows_in_all=Window(Count("*")))[:LINES])
    return shown, shown[0].rows_in_all if shown else 0  # type: ignore[attr-defined]


Build = Callable[[Any], Card | None]


@dataclass(frozen=True)
class _Registered:
    section: str
    title: str
    roles: frozenset[str]
    order: int
    build: Build


@dataclass(frozen=True)
class Section:
    """A heading, its cards that have something to say, by title, and the sentence for when none has."""

    title: str
    cards: Sequence[tuple[str, Card]]
    nothing: str

    @property
    def figures(self) -> list[Figure]:
        return [figure for _, card in self.cards for figure in card.figures]


_registered: list[_Registered] = []


def register(section: str, title: str, *, roles: Collection[str], order: int, build: Build) -> None:
    """Add a card; `build` gets the acting value, and gives None when there is nothing to say.

    A build runs two queries at most, whatever the number of rows, and gives a handful of lines.
    Raises ValueError for a section that is not one of `NOTHING`.
    """
    if section not in NOTHING:
        raise ValueError(f"unknown section of the dashboard: {section!r}")
    card = _Registered(section, title, frozenset(roles), order, build)
    if card not in _registered:
        _registered.append(card)


def sections_for(acting: HasRole) -> list[Section]:
    """The sections in which this role has a card, empty ones included."""
    mine = sorted((card for card in _registered if acting.role in card.roles), key=lambda card: card.order)
    shown = [title for title in NOTHING if any(card.section == title for card in mine)]
    return [_section(title, [card for card in mine if card.section == title], acting) for title in shown]


def _section(title: str, registered: list[_Registered], acting: HasRole) -> Section:
    built = [(card.title, card.build(acting)) for card in registered]
    return Section(title, [(name, card) for name, card in built if card is not None], NOTHING[title])


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """`Tableau de bord`; who may open it is said where its address stands, the gate being of a higher package."""
    sections = sections_for(request.acting)  # type: ignore[attr-defined]
    return render(request, "core/dashboard.html", {"sections": sections})
