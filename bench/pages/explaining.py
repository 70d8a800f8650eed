"""How the database answers the slowest statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError, connection

from bench.pages.asking import undone
from bench.pages.measuring import Measured, Query

SHOWN = 10
EXPLAINED = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "(")


def explained(measured: Iterable[Measured]) -> list[dict[str, Any]]:
    """The slowest statements, each once whatever its values, with their plans; what they write is undone."""
    slowest: dict[str, tuple[Query, str]] = {}
    for one in measured:
        for query in one.queries:
            if query.statement.lstrip().startswith(EXPLAINED):
                known = slowest.get(query.statement)
                if known is None or query.ms > known[0].ms:
                    slowest[query.statement] = query, f"{one.row['actor']}: {one.row['name']}"
    found = sorted(slowest.values(), key=lambda each: each[0].ms, reverse=True)[:SHOWN]
    return [
        {"statement": query.written, "ms": query.ms, "where": where, "plan": _plan(query.written)}
        for query, where in found
    ]


def _plan(statement: str) -> str:
    try:
        with undone(), connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS) " + statement)
            return "\n".join(line for (line,) in cursor.fetchall())
    except DatabaseError as error:
        return f"not explained: {error}"
