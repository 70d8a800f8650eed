"""Filling tables through COPY, with triggers off and indexes made at the end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import psycopg
from django.db.models import Field, Model
from psycopg import sql

CONNECTIONS = 2
"""That build indexes at once: as many as the cores of the smallest machine."""


class Sheet:
    """Rows of one table, and of its history, until they are sent.

    `names` are the columns that each row gives, the key first; the others have the model's defaults, which must be
    constants: a column that has none has to be given.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        unknown = set(names) - {field.column for field in fields}
        if unknown:
            raise LookupError(f"{model._meta.label} has no {', '.join(sorted(unknown))}")
        rest = [field for field in fields if field.column not in names and not _is_identity(field)]
        self.table = model._meta.db_table
        self.columns = [*names, *(field.column for field in rest)]
        self._rest = "".join(f"\t{_default(field)}" for field in rest)
        self._lines: list[str] = []
        events: type[Model] | None = getattr(model, "pgh_event_model", None)
        self.event_table = events._meta.db_table if events else ""
        self._events: list[str] = []

    def row(self, *values: Any) -> str:
        """A row as COPY reads it; for `add` and `tell`."""
        return "\t".join(["\\N" if value is None else str(value) for value in values]) + self._rest

    def add(self, row: str) -> None:
        self._lines.append(row)

    def tell(self, at: datetime | str, label: str, row: str, context: str | None = None) -> None:
        """What the history keeps of a row: `label` is `insert` or `update`; the key is the row's first value."""
        key = row[: row.index("\t")]
        self._events.append(f"{at}\t{label}\t{key}\t{context or chr(92) + 'N'}\t{row}")

    def send(self, connection: psycopg.Connection) -> int:
        """Copy what has gathered, and forget it; how many rows that were, of the table alone."""
        count = len(self._lines)
        _copy(connection, self.table, self.columns, self._lines)
        told = ["pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context_id", *self.columns]
        _copy(connection, self.event_table, told, self._events)
        self._lines, self._events = [], []
        return count


def _copy(connection: psycopg.Connection, table: str, columns: Sequence[str], lines: list[str]) -> None:
    if not lines:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for start in range(0, len(lines), 10_000):
            copy.write("\n".join(lines[start : start + 10_000]) + "\n")


def _is_identity(field: Field[Any, Any]) -> bool:
    return field.primary_key and field.get_internal_type().endswith("AutoField")


def _default(field: Field[Any, Any]) -> str:
    value = field.get_default()
    if value is None and not field.null:
        raise LookupError(f"{field} has no default: each row must give it")
    if field.has_default() and callable(field.default) and not isinstance(value, (list, dict)):
        raise LookupError(f"{field} has another default each time: each row must give it")
    match value:
        case None:
            return "\\N"
        case list() | dict():
            return json.dumps(value) if field.get_internal_type() == "JSONField" else "{}"
        case date():
            return value.isoformat()
    return str(value)


@contextmanager
def bare(url: str, tables: Sequence[str], say: Callable[[str], None]) -> Iterator[None]:
    """These tables without the indexes and unique constraints that no other table leans on; made anew at the end."""
    with psycopg.connect(url, autocommit=True) as connection:
        makers = [maker for table in tables for maker in _strip(connection, table)]
    yield
    say(f"{len(makers)} indexes")
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda maker: _run(url, maker), makers))


def _strip(connection: psycopg.Connection, table: str) -> list[str]:
    """Drop them; what makes them again."""
    unique = connection.execute(
        "SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
        " WHERE conrelid = %(table)s::regclass AND contype = 'u'"
        " AND NOT EXISTS (SELECT FROM pg_constraint other WHERE other.conindid = c.conindid AND other.contype = 'f')",
        {"table": table},
    ).fetchall()
    plain = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = %(table)s::regclass AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        {"table": table},
    ).fetchall()
    for name, _ in unique:
        connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in plain:
        connection.execute(f"DROP INDEX {name}")
    return [definition for _, definition in plain] + [
        f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}' for name, definition in unique
    ]


def _run(url: str, statement: str) -> None:
    with writing(url) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        connection.execute("SET max_parallel_maintenance_workers = 0")
        connection.execute(statement)


@contextmanager
def writing(url: str) -> Iterator[psycopg.Connection]:
    """A connection that no trigger and no time limit holds up."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica; SET statement_timeout = 0; SET lock_timeout = 0")
        connection.execute("SET synchronous_commit = off")
        yield connection
