"""The network's parameters: delays that it decides on a screen, each package's in a row of its own.

A package declares the row (a model made of `Settings`, tracked) and registers it with what a person must know to change
it: the screens of the national administration show all that is registered, change it and tell its history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Self

from django.db import models

from forprev.core.errors import Conflict, DomainError
from forprev.core.history import Actor, action
from forprev.core.text import plural

ACTION = "change_parameters"
"""The name of a change in the history."""


class Settings(models.Model):
    """One row; its fields' defaults are in force until somebody changes them, and whoever needs one reads it anew."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @classmethod
    def current(cls) -> Self:
        """The row in force; the defaults until somebody changes them."""
        return cls._default_manager.filter(pk=1).first() or cls()


class Unit(Enum):
    HOURS = ("heure", "heures")
    DAYS = ("jour", "jours")
    MONTHS = ("mois", "mois")
    YEARS = ("an", "ans")

    @property
    def many(self) -> str:
        return self.value[1]

    def count(self, value: int) -> str:
        """`1 jour`, `72 heures`, which no line parts."""
        return plural(value, *self.value).replace(" ", "\N{NO-BREAK SPACE}")


@dataclass(frozen=True)
class Parameter:
    """One field of a row of settings, whose name in French is its `verbose_name`."""

    name: str
    unit: Unit
    least: int
    most: int
    governs: str
    """What it decides, in one sentence."""
    touches: str
    """What a change counts for, and what it leaves as it is, in one sentence."""


Problems = Iterator[tuple[str, str]]
"""Fields with what is wrong of each beside the others."""


@dataclass(frozen=True)
class Subject:
    """The parameters of one row, which are changed together; `slug` is its address, `check` compares its values."""

    slug: str
    title: str
    model: type[Settings]
    parameters: tuple[Parameter, ...]
    order: int
    check: Callable[[Mapping[str, int]], Problems] = lambda values: iter(())

    def label(self, name: str) -> str:
        label = str(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        return label[:1].upper() + label[1:]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.parameters)


class Refused(DomainError):
    """What is wrong of the values of a subject, each beside its field."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(problems[0][1], code="parameters", field=problems[0][0])
        self.problems = problems

    @property
    def told(self) -> list[tuple[str | None, str]]:
        return list(self.problems)


_registered: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Have a row of settings shown and changed on the screens."""
    _registered[subject.slug] = subject


def subjects() -> list[Subject]:
    return sorted(_registered.values(), key=lambda subject: (subject.order, subject.slug))


def subject_of(slug: str) -> Subject | None:
    return _registered.get(slug)


def in_force(name: str) -> str:
    """`72 heures` for `accounts.link_hours`: what a parameter is at this moment, in words; one query.

    KeyError for a name that nobody registered.
    """
    for subject in _registered.values():
        for each in subject.parameters:
            if f"{subject.model._meta.app_label}.{each.name}" == name:
                return each.unit.count(getattr(subject.model.current(), each.name))
    raise KeyError(name)


@dataclass(frozen=True)
class Change:
    """One parameter that changes: from what to what, with what the change touches."""

    label: str
    before: str
    after: str
    touches: str


def changes(subject: Subject, before: Settings, values: Mapping[str, int]) -> list[Change]:
    """What new values change of a row."""
    return [
        Change(
            subject.label(each.name),
            each.unit.count(getattr(before, each.name)),
            each.unit.count(values[each.name]),
            each.touches,
        )
        for each in subject.parameters
        if getattr(before, each.name) != values[each.name]
    ]


@dataclass(frozen=True)
class Changed:
    """One change of one parameter, as it was made; `reason` is that of all that were changed with it."""

    at: datetime
    actor: str
    role: str
    name: str
    label: str
    before: str
    after: str
    reason: str


def history(subject: Subject) -> list[Changed]:
    """Every change of its parameters, the latest first, in one query; the first row is told against the defaults."""
    rows: Any = subject.model
    found, before = [], subject.model()
    for event in rows.pgh_event_model.objects.select_related("pgh_context").order_by("pgh_id"):
        by = event.pgh_context.metadata if event.pgh_context else {}
        who = (by.get("actor", "Forprev"), by.get("role", ""))
        for each in subject.parameters:
            was, became = getattr(before, each.name), getattr(event, each.name)
            if was != became:
                words = (subject.label(each.name), each.unit.count(was), each.unit.count(became))
                found.append(Changed(event.pgh_created_at, *who, each.name, *words, by.get("comment", "")))
        before = event
    return found[::-1]


def change(subject: Subject, actor: Actor, version: int, values: Mapping[str, int], reason: str) -> Settings:
    """Put new values in force. Refused if they do not fit; Conflict if somebody changed some since `version`."""
    check(subject, values)
    with action(actor, ACTION, comment=reason):
        subject.model._default_manager.get_or_create(pk=1)
        row = subject.model._default_manager.select_for_update().get(pk=1)
        if row.version != version:
            raise Conflict
        for name in subject.names:
            setattr(row, name, values[name])
        row.version += 1
        row.save()
    return row


def check(subject: Subject, values: Mapping[str, int]) -> None:
    """Refused if a value is out of its bounds, or does not go with the others."""
    if problems := list(_problems(subject, values)):
        raise Refused(problems)


def _problems(subject: Subject, values: Mapping[str, int]) -> Problems:
    for each in subject.parameters:
        if not each.least <= values[each.name] <= each.most:
            yield each.name, f"De {each.least} à {each.unit.count(each.most)}."
    yield from subject.check(values)
