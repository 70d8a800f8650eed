"""Clients in processes of their own, each asking as soon as it is answered (a closed loop), for so many seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from bench.load.acts import Seat
from bench.load.browser import Browser, Log, Unexpected

TOGETHER = 0.5
"""Seconds until all have what they are to do: then all begin at the same moment."""

Look = Callable[[], None]
"""Called at the first moment, and at the last."""


@dataclass
class Run:
    """What all clients of one measurement saw. `worked` is their own processor time, in seconds."""

    clients: int
    seconds: float
    log: Log
    worked: float


class Crowd:
    """So many processes, started once."""

    def __init__(self, most: int) -> None:
        self.pool = ProcessPoolExecutor(most, get_context("spawn"))
        list(self.pool.map(time.sleep, [3.0] * most))

    def close(self) -> None:
        self.pool.shutdown()

    def play(self, seats: list[Seat], port: int, seconds: float, look: Look) -> tuple[Run, list[Seat]]:
        """The mix; the seats come back as they are afterwards."""
        begin = time.monotonic() + TOGETHER
        parts = [self.pool.submit(_play, seat, port, begin, seconds) for seat in seats]
        _look_at_both_ends(begin, seconds, look)
        done = [part.result() for part in parts]
        return _run(seconds, [(log, worked) for log, worked, _ in done]), [seat for _, _, seat in done]

    def repeat(self, clients: int, port: int, path: str, cookies: dict[str, str], seconds: float, look: Look) -> Run:
        """One page again and again."""
        begin = time.monotonic() + TOGETHER
        parts = [self.pool.submit(_repeat, port, path, cookies, begin, seconds) for _ in range(clients)]
        _look_at_both_ends(begin, seconds, look)
        return _run(seconds, [part.result() for part in parts])


def _look_at_both_ends(begin: float, seconds: float, look: Look) -> None:
    for moment in (begin, begin + seconds):
        time.sleep(max(0.0, moment - time.monotonic()))
        look()


def _run(seconds: float, done: list[tuple[Log, float]]) -> Run:
    whole = Log()
    for log, _ in done:
        whole.samples += log.samples
        whole.errors += log.errors
    return Run(len(done), seconds, whole, sum(worked for _, worked in done))


def _play(seat: Seat, port: int, begin: float, seconds: float) -> tuple[Log, float, Seat]:
    seat.open(port)
    before = _wait(begin)
    while time.monotonic() < begin + seconds:
        seat.act()
    worked, log = time.process_time() - before, seat.log
    seat.leave()
    return log, worked, seat


def _repeat(port: int, path: str, cookies: dict[str, str], begin: float, seconds: float) -> tuple[Log, float]:
    log = Log()
    browser = Browser(port, log, "10.0.0.1", cookies)
    before = _wait(begin)
    while time.monotonic() < begin + seconds:
        try:
            browser.get(path, path)
        except Unexpected:
            break
    browser.close()
    return log, time.process_time() - before


def _wait(begin: float) -> float:
    time.sleep(max(0.0, begin - time.monotonic()))
    return time.process_time()
