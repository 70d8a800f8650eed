"""Several actors at the same moment: real threads, each with its own connection to the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar

from django.db import connections

Outcome = TypeVar("Outcome")


def together(*actions: Callable[[], Outcome]) -> Sequence[Outcome | Exception]:
    """Start all at once; what each returned or raised, in their order."""
    outcomes: list[Outcome | Exception] = [RuntimeError("did not end")] * len(actions)
    start = Barrier(len(actions))

    def run(rank: int, action: Callable[[], Outcome]) -> None:
        try:
            start.wait()
            outcomes[rank] = action()
        except Exception as error:
            outcomes[rank] = error
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
