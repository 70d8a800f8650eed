"""The kinds of personal data that packages keep: what for, how long, and how what is past its delay goes.

A package registers each of its kinds; together they are the register of processing that the national administration
reads. Every model that says something of a person is covered by one, or listed by `kept` with a reason: a test looks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from forprev.core import history
from forprev.core.dates import start_of

NETWORK = "Réseau prévention (caisses, INRS), dans l’étendue de chaque rôle"
OPERATORS = "Exploitants de l’application"


@dataclass(frozen=True)
class Part:
    """Rows of one model: `due(limit)` are those whose delay began before that day, and that are not disposed of yet.

    `dispose(pks)` makes them go, those rows being locked; it must leave none of them due.
    """

    model: type[Model]
    due: Callable[[date], QuerySet[Any]]
    dispose: Callable[[list[Any]], object]


@dataclass(frozen=True)
class Kind:
    """One line of the register. `months` is what holds until somebody changes it, within `least` and `most`.

    Where another parameter of the application says the delay, `months_set_by` reads it; where another job makes them
    go, `elsewhere` says the delay in words, and there are no `parts`. `prepare(limit)` comes before each passage.
    `sweep(pretend)` is for what is no row: it removes, or only counts.
    """

    key: str
    title: str
    holds: str
    purpose: str
    starts: str
    becomes: str = "Effacées"
    recipients: str = NETWORK
    months: int = 0
    least: int = 0
    most: int = 0
    months_set_by: Callable[[], int] | None = None
    elsewhere: str = ""
    prepare: Callable[[date], object] | None = None
    sweep: Callable[[bool], int] | None = None
    parts: Sequence[Part] = ()
    covers: Sequence[type[Model]] = ()

    @property
    def can_change(self) -> bool:
        return not self.elsewhere and self.months_set_by is None

    @property
    def models(self) -> set[type[Model]]:
        return {part.model for part in self.parts} | set(self.covers)


_kinds: dict[str, Kind] = {}
_kept: dict[type[Model], str] = {}


def register(kind: Kind) -> None:
    _kinds[kind.key] = kind


def kept(reason: str, *models: type[Model]) -> None:
    """Models that say something of people and have no delay of their own, and why."""
    for model in models:
        _kept[model] = reason


def kinds() -> list[Kind]:
    """In the order of registration: what stands below comes first."""
    return list(_kinds.values())


def kind_of(key: str) -> Kind | None:
    return _kinds.get(key)


def covered() -> set[type[Model]]:
    """The models whose rows go or change some day, or that say why not."""
    return {model for kind in kinds() for model in kind.models} | _kept.keys()


def kept_reasons() -> dict[type[Model], str]:
    return dict(_kept)


# Ways to go that many kinds share


def deleted(model: type[Model], moment: str) -> Part:
    """Rows that go whole; `moment` is the field at which the delay begins."""

    def due(limit: date) -> QuerySet[Any]:
        return model._base_manager.filter(**{f"{moment}__lt": start_of(limit)})

    def dispose(pks: list[Any]) -> None:
        model._base_manager.filter(pk__in=pks).delete()

    return Part(model, due, dispose)


def removed_history(model: type[Model]) -> Part:
    """What the history tells of rows that are no more."""
    table = history.events_of(model).model

    def due(limit: date) -> QuerySet[Any]:
        there = model._base_manager.filter(pk=OuterRef("pgh_obj_id"))
        return table._base_manager.filter(~Exists(there), pgh_created_at__lt=start_of(limit))

    def dispose(pks: list[Any]) -> None:
        table._base_manager.filter(pk__in=pks).delete()

    return Part(table, due, dispose)
