"""How much a delay would make go, quickly enough for a screen: exactly where it is little, else in its size."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

from forprev.people.retention.registry import Kind, Part
from forprev.people.retention.running import limit_of

MOST = 10_000
"""Rows of one model that are counted; beyond, nobody weighs a single one."""
PATIENCE = "300ms"
"""For counting them; where most rows of millions must be looked at in vain, a sample answers."""
SAMPLE = 2_000
"""Rows of it, from pages all over the table, the same whatever the delay: two delays compare."""
_ROW_BY_ROW = ("enable_hashjoin", "enable_mergejoin", "enable_seqscan")
"""What would read whole tables to judge a sample of one: the planner takes the conditions for dearer than they are."""


@dataclass(frozen=True)
class Estimate:
    """`number` is a bound if there `is_more`, and of two digits that count if it `is_sampled`."""

    number: int = 0
    is_more: bool = False
    is_sampled: bool = False

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(self.number + other.number, self.is_more or other.is_more, self.is_sampled or other.is_sampled)

    def __str__(self) -> str:
        written = f"{self.number:,}".replace(",", "\u202f")
        if self.is_sampled:
            return f"environ {written}, d’après un échantillon"
        return f"plus de {written}" if self.is_more else written


def estimate(kind: Kind, months: int) -> Estimate:
    """What would go today under a delay; nothing is written."""
    found = Estimate(kind.sweep(True) if kind.sweep else 0)
    for part in kind.parts:
        found += _counted(part, limit_of(months)) or _sampled(part, limit_of(months))
    return found


def _counted(part: Part, limit: date) -> Estimate | None:
    """None if that takes too long."""
    try:
        with transaction.atomic():
            _set("statement_timeout", PATIENCE)
            found = part.due(limit).order_by()[: MOST + 1].count()
            transaction.set_rollback(True)  # the settings do not outlast the count
    except OperationalError as error:
        if not isinstance(error.__cause__, psycopg.errors.QueryCanceled):
            raise
        return None
    return Estimate(min(found, MOST), is_more=found > MOST)


def _sampled(part: Part, limit: date) -> Estimate:
    with transaction.atomic():
        rows = _rows_of(part)
        keys = _sample(part, min(100.0, 100 * SAMPLE / rows))
        for setting in _ROW_BY_ROW:
            _set(setting, "off")
        found = part.due(limit).order_by().filter(pk__in=keys).count()
        transaction.set_rollback(True)
    return Estimate(_two_digits(found * rows // max(len(keys), 1)), is_sampled=True)


def _rows_of(part: Part) -> int:
    """As the statistics of the database say; at least one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [part.model._meta.db_table])
        return max(int(cursor.fetchone()[0]), 1)


def _sample(part: Part, percent: float) -> list[Any]:
    meta = part.model._meta
    quote = connection.ops.quote_name
    statement = "SELECT {key} FROM {table} TABLESAMPLE SYSTEM (%s) REPEATABLE (1)"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(key=quote(str(meta.pk.column)), table=quote(meta.db_table)), [percent])
        return [key for (key,) in cursor.fetchall()]


def _set(setting: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])


def _two_digits(number: int) -> int:
    """3,642,118 is 3,600,000."""
    unit = 10 ** max(len(str(number)) - 2, 0)
    return round(number / unit) * unit
