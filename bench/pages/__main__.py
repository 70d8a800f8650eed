"""Measure every page and every action of every role on one database of `bench.national`. See ../README.md."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import tempfile
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command

from bench.service import ROOT, described, kept_database

if TYPE_CHECKING:
    from bench.pages.asking import Ask, Desk
    from bench.pages.measuring import Measured

KEPT = ROOT / "var/bench"


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.pages")
    asked.add_argument("--scale", type=float, default=0.001, help="of a database that bench.national has written")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--rounds", type=int, default=40, help="times that each page is asked for")
    asked.add_argument("--list-rounds", type=int, default=10, help="of each sort and criterion of a list; 0: none")
    asked.add_argument(
        "--only", default="", help="part of the names of those who ask: what is kept of the others stays"
    )
    options = asked.parse_args()
    with (
        kept_database(f"bench_national_{options.scale:g}_{options.seed}") as (url, is_new),
        tempfile.TemporaryDirectory() as documents,
    ):
        if is_new:
            raise SystemExit(f"Nothing there: .venv/bin/python -m bench.national --scale {options.scale:g}")
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEBUG": "0",
            "FORPREV_DEMO": "1",
            "FORPREV_LOG_LEVEL": "CRITICAL",
            "FORPREV_MEDIA_ROOT": documents,
        }
        django.setup()
        call_command("collectstatic", interactive=False, verbosity=0)
        run = Run(options)
        run.measure_all()
        run.keep()
    sys.exit(run.say())


class Run:
    """All that is measured at one scale, and what went wrong."""

    def __init__(self, options: argparse.Namespace) -> None:
        from bench.pages.measuring import milliseconds_of_a_commit

        self.options = options
        self.measured: list[Measured] = []
        self.failures: list[str] = []
        self.reached: set[str] = set()
        self.names: set[tuple[str, str]] = set()
        self.missing: dict[str, str] = {}
        self.pages: list[str] = []
        self.posts: list[str] = []
        self.explained: list[dict[str, Any]] = []
        self.commit_ms = milliseconds_of_a_commit()

    def measure_all(self) -> None:
        """Each actor in a transaction of its own, which is undone; then what none of them reached."""
        from bench.pages.actors import actors
        from bench.pages.asking import Desk, undone
        from bench.pages.coverage import unreached
        from bench.pages.explaining import explained

        found = [actor for actor in actors() if self.options.only in actor.name]
        for actor in found:
            start, before = time.perf_counter(), len(self.measured)
            with undone():
                desk = Desk(actor, actor.browser())
                self._measure(desk)
                self.missing |= desk.missing
            print(f"{time.perf_counter() - start:5.0f} s  {actor.name}: {len(self.measured) - before}", flush=True)
        if not self.options.only:
            with undone():
                desks = [Desk(actor, actor.browser()) for actor in found]
                self.pages, self.posts = unreached(self.reached, desks)
        self.explained = explained(self.measured)

    def _measure(self, desk: Desk) -> None:
        from bench.pages.subjects import subjects

        for subject in subjects(desk.actor.role):
            try:
                for ask in subject(desk):
                    self._ask(desk, ask)
            except Exception as error:
                said = f"{type(error).__name__}: {error}"
                self.failures.append(f"{desk.actor.name}: {subject.__module__}.{subject.__name__}: {said}")

    def _ask(self, desk: Desk, ask: Ask) -> None:
        from bench.pages.lists import derived, screens
        from bench.pages.measuring import measure

        key = desk.actor.name, ask.name
        if key in self.names:
            self.failures.append(f"{desk.actor.name}: {ask.name} ({ask.address}): another thing has this name")
            return
        self.names.add(key)
        rounds = self.options.list_rounds if ask.is_derived else self.options.rounds
        self.reached.add(ask.view)
        with screens() as shown:
            try:
                self.measured.append(measure(desk, ask, rounds, self.commit_ms))
            except Exception as error:
                said = str(error).splitlines()[:1]
                self.failures.append(f"{desk.actor.name}: {ask.name} ({ask.address}): {type(error).__name__} {said}")
                return
        if self.options.list_rounds and shown and desk.actor.is_large and not ask.is_derived and ask.data is None:
            for each in derived(desk, ask, shown[0]):
                self._ask(desk, each)

    def keep(self) -> None:
        """Beside what was measured before of those who did not ask this time."""
        from django.db import connection

        from bench.pages.explaining import SHOWN

        KEPT.mkdir(parents=True, exist_ok=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database()), current_setting('server_version')")
            size, version = cursor.fetchone()
            cursor.execute("SELECT relname, n_live_tup FROM pg_stat_user_tables ORDER BY 2 DESC, 1")
            rows = dict(cursor.fetchall())
        kept = KEPT / f"pages_{self.options.scale:g}.json"
        others: dict[str, Any] = {"commands": [], "measured": [], "explained": []}
        if self.options.only and kept.exists():
            others = json.loads(kept.read_text())
        again = {one.row["actor"] for one in self.measured}
        explained = [one for one in others["explained"] if one["where"].partition(": ")[0] not in again]
        slowest = sorted([*explained, *self.explained], key=lambda one: one["ms"], reverse=True)
        found = {
            "machine": {
                **described(version),
                "commit_ms": self.commit_ms,
                "load": os.getloadavg(),
            },
            "scale": self.options.scale,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "commands": [*others["commands"], shlex.join([".venv/bin/python", "-m", "bench.pages", *sys.argv[1:]])],
            "database_bytes": size,
            "rows": rows,
            "measured": [
                *(row for row in others["measured"] if row["actor"] not in again),
                *(one.row for one in self.measured),
            ],
            "explained": slowest[:SHOWN],
        }
        kept.write_text(json.dumps(found, indent=1, ensure_ascii=False))
        print(f"kept in {kept.relative_to(ROOT)}")

    def say(self) -> int:
        """What is over its budget, or asks too much; 1 if anything is, or was not measured."""
        from bench.pages.kinds import ASK_MORE, FILES, MOST_QUERIES

        rows = [one.row for one in self.measured]
        for one in sorted(rows, key=lambda one: one["with_commits"] / one["budget"], reverse=True)[:40]:
            print(_line(one))
        over = [one for one in rows if one["with_commits"] > one["budget"]]
        talkative = [one for one in rows if one["queries"] > MOST_QUERIES and one["kind"] not in FILES]
        allowed = [one for one in talkative if one["view"] in ASK_MORE]
        many = [one for one in talkative if one["method"] == "GET" and one not in allowed]
        _print_all(f"{len(over)} over their budget", map(_line, over))
        _print_all(f"{len(many)} pages with more than {MOST_QUERIES} queries", map(_line, many))
        acts = [one for one in talkative if one not in many]
        _print_all(f"{len(acts)} actions, or pages that may, with more than {MOST_QUERIES}", map(_line, acts))
        _print_all(f"{len(self.failures)} failed", self.failures)
        absent = {name: what for name, what in self.missing.items() if name not in self.reached}
        _print_all("nothing to show", (f"{name}: no {what}" for name, what in absent.items()))
        pages = [name for name in self.pages if name not in absent]
        _print_all(f"{len(pages)} pages neither measured nor excused", pages)
        _print_all(f"{len(self.posts)} actions not measured", self.posts)
        print(f"{len(rows)} measured; the end of a transaction takes {self.commit_ms:.2f} ms more")
        return int(bool(over or many or self.failures or pages))


def _line(one: dict[str, Any]) -> str:
    figures = f"{one['p50']:7.1f} {one['p95']:7.1f} {one['p99']:7.1f} ms {one['queries']:4} q {one['commits']:2} c"
    return f"{figures}  {one['kind']:9} {one['actor']}: {one['name']}"


def _print_all(title: str, lines: Any) -> None:
    found = list(lines)
    if found:
        print(f"\n{title}:", *found, sep="\n  ")


if __name__ == "__main__":
    main()
