"""Several actors at the same moment: real threads, each with its own connection, or real processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import TypeVar
from urllib.parse import quote

from django.db import connection, connections

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


def database_url() -> str:
    """Where the tests keep their tables, for another process."""
    held = connection.settings_dict
    port = f":{held['PORT']}" if held["PORT"] else ""
    password = f":{quote(held['PASSWORD'], safe='')}" if held["PASSWORD"] else ""
    return f"postgres://{held['USER']}{password}@{quote(held['HOST'], safe='')}{port}/{held['NAME']}"
