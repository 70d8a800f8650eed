"""The criteria of a search: what the address says, read into conditions, nothing typed being lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

from django.db.models import Model, Q
from django.http import QueryDict

from forprev.core.lists.kinds import InvalidValue, Kind, Operator, Option, cleaned, quoted

FIELD, OPERATOR, VALUE = "champ", "operateur", "valeur"
MOST_ROWS = 8
"""Rows read from an address: keeps the number of conditions, and of queries of an empty list, small."""


@dataclass(frozen=True)
class Criterion:
    """One field that a list can be searched by.

    `key` stands in the address, `label` on the screen; `path` is the ORM path, to one value a row.
    The values of a `personal` criterion (names, birth dates) never stand in an address (ASVS 14.2.1).
    With `few`, a small table and the path of the value in it, `path` leads to its key: the keys that fit are read
    first, so that the database knows how many rows of a large list they are.
    """

    key: str
    label: str
    path: str
    kind: Kind
    personal: bool = False
    few: tuple[type[Model], str] | None = None

    def condition(self, operator: Operator, value: Any) -> Q:
        if self.few is None:
            return self.kind.condition(self.path, operator, value)
        model, path = self.few
        fitting = model._default_manager.filter(self.kind.condition(path, replace(operator, negated=False), value))
        among = Q((f"{self.path}__in", list(fitting.order_by().values_list("pk", flat=True))))
        return ~among if operator.negated else among


class Triple(NamedTuple):
    """A criterion as typed: key of the field, key of the operator, value."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True)
class Row:
    """One row of the search form: what was typed, and either its condition or what is wrong with it."""

    typed: Triple
    criterion: Criterion | None = None
    operator: Operator | None = None
    error: str = ""
    error_on: str = ""
    condition: Q | None = None
    label: str = ""
    """`Numéro est égal à 122`."""
    options: Sequence[Option] = ()

    @property
    def operators(self) -> Sequence[Operator]:
        return self.criterion.kind.operators if self.criterion else ()


EMPTY_ROW = Row(Triple("", "", ""))


def triples(query: QueryDict) -> list[Triple]:
    """The criteria of an address or of a posted form: three parallel lists of values."""
    parts = zip_longest(*(query.getlist(name) for name in (FIELD, OPERATOR, VALUE)), fillvalue="")
    read = (Triple(*(cleaned(part) for part in row)) for row in parts)
    return [triple for triple in read if triple.field or triple.value][:MOST_ROWS]


def read_row(triple: Triple, criterion: Criterion | None, options: Sequence[Option]) -> Row:
    """The row of a triple; `criterion` is the one that its field names, `options` those of its kind."""
    if criterion is None:
        return Row(triple, error="Choisissez un champ.", error_on=FIELD)
    operator = criterion.kind.operator(triple.operator)
    if operator is None:
        fitting = ", ".join(quoted(each.label) for each in criterion.kind.operators)
        error = f"Cet opérateur ne convient pas au champ {quoted(criterion.label)}. Choisissez {fitting}."
        return Row(triple, criterion, error=error, error_on=OPERATOR, options=options)
    if not triple.value:
        error = "Choisissez une valeur." if options else "Saisissez une valeur."
        return Row(triple, criterion, operator, error=error, error_on=VALUE, options=options)
    try:
        value = criterion.kind.read(triple.value, options)
    except InvalidValue as invalid:
        return Row(triple, criterion, operator, error=str(invalid), error_on=VALUE, options=options)
    if isinstance(value, Option):
        triple = triple._replace(value=value.key)
    return Row(
        triple,
        criterion,
        operator,
        condition=criterion.condition(operator, value),
        label=f"{criterion.label} {operator.label} {criterion.kind.shown(value)}",
        options=options,
    )


def operators_by_kind(criteria: Iterable[Criterion]) -> list[tuple[str, Sequence[Operator]]]:
    """The operators that a row without field offers, grouped under the name of their kind."""
    kinds = sorted((criterion.kind for criterion in criteria), key=lambda kind: kind.name)
    return [(name, next(group).operators) for name, group in groupby(kinds, key=lambda kind: kind.name)]
