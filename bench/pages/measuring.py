"""What one thing costs: its times, its queries, the transactions that it would end."""

from __future__ import annotations

import statistics
import time
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from bench.pages.asking import Ask, Desk, Unlike, undone
from bench.pages.kinds import BUDGETS, MOST_ROUNDS

SECONDS = 6.0
"""For all rounds of one thing, which gets fewer of them where it is slow, five at least."""
LEAST_ROUNDS = 5
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Query:
    """`written` has its values in it, for `EXPLAIN`."""

    statement: str
    written: str
    ms: float


@dataclass
class Counted:
    """The queries of one request, and how many transactions it would end: each waits for the disk once.

    The marks of the beginnings and ends of transactions, which are savepoints here, are no queries.
    """

    queries: list[Query] = field(default_factory=list)
    commits: int = 0
    _depth: int = 0
    _wrote: bool = False

    def run(self, execute: Any, statement: Any, values: Any, many: bool, context: Any) -> Any:
        """For `execute_wrapper`."""
        written = _written(context["cursor"], statement, values[0] if many and values else values)
        start = time.perf_counter()
        try:
            return execute(statement, values, many, context)
        finally:
            self._note(str(statement), written, (time.perf_counter() - start) * 1000)

    def _note(self, statement: str, written: str, ms: float) -> None:
        if statement.startswith("SAVEPOINT"):
            self._depth += 1
        elif statement.startswith("ROLLBACK TO SAVEPOINT"):
            self._wrote = self._wrote and self._depth > 1
        elif statement.startswith("RELEASE SAVEPOINT"):
            self._depth -= 1
            self._end()
        else:
            self.queries.append(Query(statement, written, ms))
            self._wrote = self._wrote or statement.lstrip(" (").upper().startswith(WRITES)
            self._end()

    def _end(self) -> None:
        if self._depth == 0 and self._wrote:
            self.commits += 1
            self._wrote = False


@dataclass(frozen=True)
class Measured:
    """`row` is what is kept in the file."""

    row: dict[str, Any]
    queries: list[Query]


def _written(cursor: Any, statement: Any, values: Any) -> str:
    return str(cursor.mogrify(statement, values)) if hasattr(cursor, "mogrify") else str(statement)


def measure(desk: Desk, ask: Ask, rounds: int, commit_ms: float) -> Measured:
    """Asked once to count, then `rounds` times to be timed, each time undone. Raises Unlike."""
    desk.ready()
    seen = Counted()
    _once(desk, ask, seen)
    times = []
    rounds = min(rounds, MOST_ROUNDS.get(ask.kind, rounds))
    until = time.perf_counter() + SECONDS
    while len(times) < rounds and (time.perf_counter() < until or len(times) < min(rounds, LEAST_ROUNDS)):
        times.append(_once(desk, ask, ends=seen.commits > 0))
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    slowest = max(seen.queries, key=lambda query: query.ms, default=Query("", "", 0.0))
    row = {
        "actor": desk.actor.name, "kind": ask.kind, "name": ask.name, "view": ask.view, "address": ask.address,
        "method": ask.method, "budget": BUDGETS[ask.kind], "rounds": len(times),
        "p50": cuts[49], "p95": cuts[94], "p99": cuts[98],
        "commits": seen.commits, "with_commits": cuts[94] + seen.commits * commit_ms,
        "queries": len(seen.queries), "slowest_query": slowest.written, "slowest_ms": slowest.ms,
    }  # fmt: skip
    return Measured(row, seen.queries)


def _once(desk: Desk, ask: Ask, seen: Counted | None = None, *, ends: bool = True) -> float:
    """Milliseconds, those of what the end of a transaction checks included where it `ends` some that wrote.

    With `seen`, which takes the queries, the answer is looked at too.
    """
    cookies = deepcopy(desk.client.cookies)
    try:
        with undone(), connection.cursor() as cursor:
            start = time.perf_counter()
            with connection.execute_wrapper(seen.run) if seen else nullcontext():
                response = ask.call() if ask.call else desk.send(ask)
            if ends:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            taken = (time.perf_counter() - start) * 1000
    finally:
        desk.client.cookies = cookies
    if seen and not ask.call and response.status_code not in ask.statuses:
        raise Unlike(f"answers {response.status_code}")
    return taken


def milliseconds_of_a_commit(times: int = 200) -> float:
    """What the end of a transaction that wrote eight kilobytes waits for, at the median; nothing of it stays."""
    found = []
    with connection.cursor() as cursor:
        for _ in range(times):
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_logical_emit_message(true, 'bench', repeat('x', 8192))")
            start = time.perf_counter()
            cursor.execute("COMMIT")
            found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found)
