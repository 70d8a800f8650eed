"""Requests a second under a bounded load, beside an empty page of Django on the same server. See ../README.md."""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack, closing
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import django
import psycopg
from django.core.management import call_command

from bench.load import clients, machine
from bench.load.acts import GROUP, Facts, Seat
from bench.load.mix import BUSY_DAY_SESSIONS, MIX
from bench.load.undo import mark, undo
from bench.service import ROOT, described, kept_database, served

KEPT = ROOT / "var/bench"
CLIENTS = (1, 2, 4, 8)
WORKERS = 2
"""As `deploy/` says."""
WARM_UP = 5.0
PAGES = ("empty", "alive", "session")
"""What is asked beside the mix: Django with nothing; our first middleware; our whole chain, signed in, and no page."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.load")
    asked.add_argument("--scale", type=float, default=0.001, help="of a database that bench.national has written")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=60, help="of the mix, for each number of clients")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before its time"))  # rows are taken out again
    with ExitStack() as stack:
        url, is_new = stack.enter_context(kept_database(f"bench_national_{options.scale:g}_{options.seed}"))
        if is_new:
            raise SystemExit(f"Nothing there: .venv/bin/python -m bench.national --scale {options.scale:g}")
        _as_in_service(url, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        marks = mark(url)
        stack.callback(lambda: print(f"rows of this run taken out again: {undo(url, marks):,}"))
        facts = _prepared()
        KEPT.mkdir(parents=True, exist_ok=True)
        port = stack.enter_context(served(workers=WORKERS, log=KEPT / "load_server.log"))
        empty = stack.enter_context(served("bench.load.empty_site:application", workers=WORKERS))
        found = measure(facts, url, port, empty, options.seconds)
    found["command"] = f"python -m bench.load {' '.join(sys.argv[1:])}"
    kept = KEPT / f"load_{options.scale:g}.json"
    kept.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    show(found)
    print(f"kept in {kept.relative_to(ROOT)}")


def _as_in_service(url: str, private: Path) -> None:
    """The environment of production: no demonstration, cookies and redirects of HTTPS, logs in JSON."""
    (private / "metrics").mkdir()
    os.environ |= {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
        "FORPREV_DEBUG": "0",
        "FORPREV_DEMO": "0",
        "FORPREV_SECRET_KEY": "of-a-measurement-" * 4,
        "FORPREV_ENCRYPTION_KEYS": "of-a-measurement-" * 4,
        "FORPREV_ALLOWED_HOSTS": "localhost",
        "FORPREV_PUBLIC_URL": "https://localhost",
        "FORPREV_TRUSTED_PROXY_COUNT": "1",
        "FORPREV_MEDIA_ROOT": str(private / "media"),
        "FORPREV_SEAL_KEYS": str(private / "seal"),
        "FORPREV_PROOF_KEYS": str(private / "proofs"),
    }


def _prepared() -> list[Facts]:
    """Files collected, keys made, people signed in; metrics and HTTPS are for the server alone."""
    here_alone = {"FORPREV_SSL_REDIRECT": "0", "FORPREV_LOG_LEVEL": "ERROR"}
    os.environ |= here_alone
    django.setup()
    for name in here_alone:
        del os.environ[name]

    from django.db import connection

    from bench.load.cast import cast

    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("seal_key", stdout=StringIO())
    call_command("proof_key", stdout=StringIO())
    facts = cast(max(CLIENTS))
    connection.close()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(Path(os.environ["FORPREV_SEAL_KEYS"]).with_name("metrics"))
    return facts


def measure(facts: list[Facts], url: str, port: int, empty: int, seconds: float) -> dict[str, Any]:
    """All of it: for each number of clients the empty pages, then the mix."""
    database, database_version, size = _about(url)
    before = _memory(port, database)
    seats = [Seat(each) for each in facts]
    for seat in seats:
        seat.open(port)
        seat.prepare()
        seat.leave()
    ours = facts[0].cookies["manager"]
    pages = {"empty": (empty, "/", {}), "alive": (port, "/vivant", {}), "session": (port, "/session", ours)}
    rounds = []
    with closing(clients.Crowd(max(CLIENTS))) as crowd:
        _, seats = crowd.play(seats, port, WARM_UP, lambda: None)
        for each in pages.values():
            crowd.repeat(max(CLIENTS), *each, 1.0, lambda: None)
        warm = _memory(port, database)
        for count in CLIENTS:
            measured: dict[str, Any] = {"clients": count}
            for page, each in pages.items():
                meter = Meter(each[0], database)
                measured[page] = meter.read(crowd.repeat(count, *each, max(3.0, seconds / 6), meter.look))
            with machine.watched(port, database) as peak:
                meter = Meter(port, database)
                run, seats[:count] = crowd.play(seats[:count], port, seconds, meter.look)
                measured["mix"] = meter.read(run, by_kind=True)
            measured["most_memory"] = peak
            rounds.append(measured)
            _show_round(measured)
    return {
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "machine": described(database_version),
        "database_mib": round(size / (1 << 20)),
        "workers": WORKERS,
        "seconds": seconds,
        "mix": [{"act": name, "for_each_session": count, "why": why} for name, count, why in MIX],
        "memory_mib": {
            "started": before,
            "warm": warm,
            "after": _memory(port, database),
            "empty_site_after": machine.memory(machine.granian(empty)),
        },
        "requests_a_session": _requests_a_session([each["mix"] for each in rounds]),
        "rounds": rounds,
    }


def _requests_a_session(mixes: list[dict[str, Any]]) -> float:
    """By the trainees entered, the most frequent of the steps of a session."""
    trainees = sum(mix["kinds"]["write: trainee"]["requests"] for mix in mixes)
    return round(sum(mix["requests"] for mix in mixes) / trainees * GROUP, 1)


def _about(url: str) -> tuple[int, str, int]:
    """Process id of the PostgreSQL server, its version, bytes of the database."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT pg_backend_pid(), current_setting('server_version'), pg_database_size(current_database())"
        ).fetchone()
        backend, said, size = row or (0, "", 0)
        return machine.parent(backend), said, size


def _memory(port: int, database: int) -> dict[str, Any]:
    each, base = machine.memory(machine.granian(port)), machine.memory(machine.postgresql(database))
    return {"granian": each, "granian_total": round(sum(each), 1), "postgresql_total": round(sum(base), 1)}


class Meter:
    """Processor time between the first look and the last: of granian, of PostgreSQL, of everything."""

    def __init__(self, port: int, database: int) -> None:
        self.port, self.database = port, database
        self.looks: list[tuple[float, float, float]] = []

    def look(self) -> None:
        granian, base = machine.granian(self.port), machine.postgresql(self.database)
        self.looks.append((machine.worked(granian), machine.worked(base), machine.busy()))

    def read(self, run: clients.Run, *, by_kind: bool = False) -> dict[str, Any]:
        """Rates are those of the seconds that clients asked in."""
        granian, base, busy = (last - first for first, last in zip(self.looks[0], self.looks[-1], strict=True))
        taken = [seconds for _, seconds in run.log.samples]
        answered = len(taken)
        if not answered:
            raise SystemExit(f"Nothing was answered: {run.log.errors[:1]}")
        found: dict[str, Any] = {
            "requests": answered,
            "errors": len(run.log.errors),
            "first_errors": run.log.errors[:5],
            "a_second": round(answered / run.seconds, 1),
            **_times(taken),
            "granian_ms_a_request": round(1000 * granian / answered, 2),
            "postgresql_ms_a_request": round(1000 * base / answered, 2),
            "cores": {
                "granian": round(granian / run.seconds, 2),
                "postgresql": round(base / run.seconds, 2),
                "clients": round(run.worked / run.seconds, 2),
                "others": round((busy - granian - base - run.worked) / run.seconds, 2),
            },
        }
        if by_kind:
            kinds = defaultdict(list)
            for kind, seconds in run.log.samples:
                kinds[kind].append(seconds)
            found["kinds"] = {
                kind: {"requests": len(times), "share": round(len(times) / answered, 4), **_times(times)}
                for kind, times in sorted(kinds.items(), key=lambda pair: -sum(pair[1]))
            }
        return found


def _times(taken: list[float]) -> dict[str, float]:
    """Milliseconds."""
    times = [1000 * one for one in taken]
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def _show_round(measured: dict[str, Any]) -> None:
    for name in (*PAGES, "mix"):
        one = measured[name]
        cores = ", ".join(f"{who} {share:.2f}" for who, share in one["cores"].items())
        print(
            f"{measured['clients']} clients  {name:8} {one['a_second']:8.1f}/s  {one['p50']:7.1f} {one['p95']:7.1f}"
            f" {one['p99']:7.1f} ms  granian {one['granian_ms_a_request']:.2f}"
            f" PostgreSQL {one['postgresql_ms_a_request']:.2f} ms a request  cores: {cores}  errors {one['errors']}",
            flush=True,
        )
        for error in one["first_errors"]:
            print(f"  {error}")


def show(found: dict[str, Any]) -> None:
    """By kind for the most clients, then memory."""
    last = found["rounds"][-1]["mix"]
    print(f"{'kind':36} {'share':>6} {'p50':>8} {'p95':>8} {'p99':>8} ms, {found['rounds'][-1]['clients']} clients")
    for kind, one in last["kinds"].items():
        print(f"{kind:36} {one['share']:6.1%} {one['p50']:8.1f} {one['p95']:8.1f} {one['p99']:8.1f}")
    each = found["requests_a_session"]
    print(
        f"{each} requests for each session entered; with {found['rounds'][-1]['clients']} clients"
        f" {last['a_second'] / each:.2f} sessions a second with all that goes with them; a busy day has"
        f" {BUSY_DAY_SESSIONS:,} in all"
    )
    for when, one in found["memory_mib"].items():
        print(f"memory {when}: {one}")
    for one in found["rounds"]:
        print(f"most memory, {one['clients']} clients: {one['most_memory']}")
    print(", ".join(f"{name} {value}" for name, value in found["machine"].items()))


if __name__ == "__main__":
    main()
