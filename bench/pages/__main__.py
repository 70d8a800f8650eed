"""Measure every page of every role on one database of `bench.national`, and keep the figures. See ../README.md."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django

from bench.pages.actors import Actor, actors
from bench.pages.visits import BUDGETS, visits
from bench.service import ROOT, kept_database

KEPT = ROOT / "var/bench"


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.pages")
    asked.add_argument("--scale", type=float, default=0.001, help="of a database that bench.national has written")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--rounds", type=int, default=40, help="times that each page is asked for")
    options = asked.parse_args()
    with kept_database(f"bench_national_{options.scale:g}_{options.seed}") as (url, is_new):
        if is_new:
            raise SystemExit(f"Nothing there: .venv/bin/python -m bench.national --scale {options.scale:g}")
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEBUG": "0",
            "FORPREV_DEMO": "1",
            "FORPREV_LOG_LEVEL": "ERROR",
        }
        django.setup()
        found = [measured for actor in actors() for measured in measure_all(actor, options.rounds)]
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"pages_{options.scale:g}.json"
    kept.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    for one in sorted(found, key=lambda one: one["p95"] / one["budget"], reverse=True):
        miss = " OVER" if one["p95"] > one["budget"] else ""
        print(
            f"{one['p50']:7.1f} {one['p95']:7.1f} {one['p99']:7.1f} ms {one['queries']:3} q"
            f"  {one['actor']}: {one['name']}{miss}"
        )
    print(f"{len(found)} pages; kept in {kept.relative_to(ROOT)}")


def measure_all(actor: Actor, rounds: int) -> Iterator[dict[str, Any]]:
    client = actor.browser()
    for kind, name, address in visits(actor):
        with counted() as queries:
            response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{actor.name}: {address} answers {response.status_code}")
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            client.get(address)
            times.append((time.perf_counter() - start) * 1000)
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        slowest = max(queries, key=lambda query: query[1], default=("", 0.0))
        yield {
            "actor": actor.name, "kind": kind, "name": name, "address": address, "budget": BUDGETS[kind],
            "p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "queries": len(queries),
            "size": len(response.content) if not response.streaming else 0,
            "slowest_query": slowest[0], "slowest_ms": slowest[1],
        }  # fmt: skip


@contextmanager
def counted() -> Iterator[list[tuple[str, float]]]:
    """The queries run meanwhile, each with its milliseconds; their values are written in, for `EXPLAIN`."""
    from django.db import connection

    found: list[tuple[str, float]] = []

    def run(execute: Any, statement: Any, values: Any, many: bool, context: Any) -> Any:
        written = _written(context["cursor"], statement, values)
        start = time.perf_counter()
        try:
            return execute(statement, values, many, context)
        finally:
            found.append((written, (time.perf_counter() - start) * 1000))

    with connection.execute_wrapper(run):
        yield found


def _written(cursor: Any, statement: Any, values: Any) -> str:
    return str(cursor.mogrify(statement, values)) if hasattr(cursor, "mogrify") else str(statement)


if __name__ == "__main__":
    main()
