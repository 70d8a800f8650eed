"""What a criterion compares: its operators, how its value is read, and the condition that it makes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone

from forprev.core.dates import french, parse_french_date
from forprev.core.text import clean, normalise

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")


class InvalidValue(Exception):
    """The value typed cannot be read; the message is the French sentence shown beside it."""


@dataclass(frozen=True)
class Operator:
    """One comparison: `key` stands in the address, `label` on the screen, `lookup` is Django's."""

    key: str
    label: str
    lookup: str
    negated: bool = False


@dataclass(frozen=True)
class Option:
    """One value of a closed list; `key` stands in the address, `value` goes to the database."""

    key: str
    label: str
    value: Any


class Kind:
    """Base of the kinds. The first operator is the one taken when the person chose none."""

    name: ClassVar[str]
    operators: ClassVar[tuple[Operator, ...]]
    hint: ClassVar[str] = ""

    def operator(self, key: str) -> Operator | None:
        if not key:
            return self.operators[0]
        return next((operator for operator in self.operators if operator.key == key), None)

    def options(self) -> Sequence[Option]:
        """The values to choose from; none for a kind whose value is typed."""
        return ()

    def read(self, text: str, options: Sequence[Option]) -> Any:
        """The value of `text`, which is not blank, `options` being this kind's. Raises InvalidValue."""
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """How a value that was read is told back to the person."""
        return str(value)

    def condition(self, path: str, operator: Operator, value: Any) -> Q:
        condition = Q((f"{path}__{operator.lookup}", value))
        return ~condition if operator.negated else condition


@dataclass(frozen=True)
class Text(Kind):
    """Words. With `normalise`, the path names a column that holds texts so normalised."""

    normalise: Callable[[str], str] | None = None

    name = "Texte"
    operators: ClassVar[tuple[Operator, ...]] = (
        Operator("contient", "contient", "contains"),
        Operator("commence", "commence par", "startswith"),
        Operator("egal", "est égal à", "exact"),
        Operator("sans", "ne contient pas", "contains", negated=True),
    )

    def read(self, text: str, options: Sequence[Option]) -> str:
        if not (self.normalise(text) if self.normalise else text):
            raise InvalidValue("Saisissez au moins une lettre ou un chiffre.")
        return text

    def condition(self, path: str, operator: Operator, value: str) -> Q:
        if self.normalise:
            return super().condition(path, operator, self.normalise(value))
        ignoring_case = Operator(operator.key, operator.label, "i" + operator.lookup, operator.negated)
        return super().condition(path, ignoring_case, value)


@dataclass(frozen=True)
class Beginning(Text):
    """Words known by how they begin: of tables so large that only what an index gives is found in time."""

    name = "Début de texte"
    operators = (
        Operator("commence", "commence par", "startswith"),
        Operator("egal", "est égal à", "exact"),
    )


@dataclass(frozen=True)
class Number(Kind):
    """Whole numbers."""

    name = "Nombre"
    operators = (
        Operator("egal", "est égal à", "exact"),
        Operator("different", "est différent de", "exact", negated=True),
        Operator("superieur", "est supérieur à", "gt"),
        Operator("inferieur", "est inférieur à", "lt"),
    )

    def read(self, text: str, options: Sequence[Option]) -> int:
        digits = text.replace(" ", "")
        if not _INTEGER.fullmatch(digits):
            raise InvalidValue("Saisissez un nombre entier, par exemple 122.")
        return int(digits)


@dataclass(frozen=True)
class Date(Kind):
    """Days, on a date column."""

    name = "Date"
    hint = "JJ/MM/AAAA"
    operators = (
        Operator("le", "le", "exact"),
        Operator("avant", "avant le", "lt"),
        Operator("apres", "après le", "gt"),
        Operator("depuis", "à partir du", "gte"),
        Operator("jusque", "jusqu’au", "lte"),
    )

    def read(self, text: str, options: Sequence[Option]) -> date:
        try:
            return parse_french_date(text)
        except ValueError:
            raise InvalidValue("Saisissez une date qui existe, au format JJ/MM/AAAA.") from None

    def shown(self, value: date) -> str:
        return french(value)


@dataclass(frozen=True)
class Moment(Date):
    """Days, on a date-and-time column; a day is a Paris day, from midnight to midnight."""

    def condition(self, path: str, operator: Operator, value: date) -> Q:
        start, end = _midnight(value), _midnight(value + timedelta(days=1))
        return {
            "le": Q((f"{path}__gte", start), (f"{path}__lt", end)),
            "avant": Q((f"{path}__lt", start)),
            "apres": Q((f"{path}__gte", end)),
            "depuis": Q((f"{path}__gte", start)),
            "jusque": Q((f"{path}__lt", end)),
        }[operator.key]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class Choice(Kind):
    """One of a closed list of `(value, label)`, or of what a function without argument gives as such."""

    choices: Iterable[tuple[Any, str]] | Callable[[], Iterable[tuple[Any, str]]]

    name = "Liste"
    operators = (
        Operator("est", "est", "exact"),
        Operator("nest", "n’est pas", "exact", negated=True),
    )

    def options(self) -> Sequence[Option]:
        choices = self.choices() if callable(self.choices) else self.choices
        return [Option(str(value), str(label), value) for value, label in choices]

    def read(self, text: str, options: Sequence[Option]) -> Option:
        """By key, or by label as typed in a new row without JavaScript, whatever its case and accents."""
        for option in options:
            if option.key == text:
                return option
        for option in options:
            if normalise(option.label) == normalise(text):
                return option
        raise InvalidValue("Choisissez une valeur de la liste.")

    def shown(self, value: Option) -> str:
        return value.label

    def condition(self, path: str, operator: Operator, value: Option) -> Q:
        return super().condition(path, operator, value.value)


def cleaned(text: str) -> str:
    """What came from an address, without what a database refuses (NUL) and without needless spaces."""
    return clean(text)[:200]


def quoted(text: str) -> str:
    """Between French quotation marks, which no line break may leave alone."""
    return f"«\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}»"
