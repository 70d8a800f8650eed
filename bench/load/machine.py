"""What the processes take of the machine: processor time and memory, each family by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil  # type: ignore[import-untyped]

EVERY = 2.0
"""Seconds between two looks at the memory."""


def granian(port: int) -> list[psutil.Process]:
    """The main process of the granian on this port, then its workers."""
    for child in psutil.Process().children():
        if f"--port={port}" in child.cmdline():
            return [child, *child.children(recursive=True)]
    raise SystemExit(f"No granian on port {port}.")


def parent(process: int) -> int:
    return int(psutil.Process(process).ppid())


def postgresql(main: int) -> list[psutil.Process]:
    """`main` is the process id of the server."""
    server = psutil.Process(main)
    return [server, *server.children()]


def memory(processes: list[psutil.Process]) -> list[float]:
    """MiB of each, what several share being divided among them (PSS)."""
    found = []
    for process in processes:
        try:
            found.append(round(process.memory_full_info().pss / (1 << 20), 1))
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return found


def worked(processes: list[psutil.Process]) -> float:
    """Seconds of processor time, of children that ended and were waited for too."""
    total = 0.0
    for process in processes:
        try:
            total += sum(process.cpu_times()[:4])
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return total


def busy() -> float:
    """Seconds that all cores together were at work, since the machine started."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq + getattr(times, "steal", 0.0))


@contextmanager
def watched(port: int, database: int) -> Iterator[dict[str, Any]]:
    """Filled at the end: the most memory that was seen meanwhile of all of granian, and of all of PostgreSQL."""
    peak: dict[str, Any] = {"granian": [], "granian_total": 0.0, "postgresql_total": 0.0}
    over = threading.Event()

    def look() -> None:
        while not over.wait(EVERY):
            each, base = memory(granian(port)), memory(postgresql(database))
            if sum(each) > peak["granian_total"]:
                peak["granian"], peak["granian_total"] = each, round(sum(each), 1)
            peak["postgresql_total"] = max(peak["postgresql_total"], round(sum(base), 1))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()
