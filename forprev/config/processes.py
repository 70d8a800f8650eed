"""Running the web server and the worker together, for the demonstration."""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

HOST = "127.0.0.1"
STOP_SECONDS = 15
PAUSE_SECONDS = 1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a polite end, a terminal that was closed."""
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def web_command(port: int) -> list[str]:
    """granian, WSGI, one blocking thread a worker."""
    return [
        sys.executable,
        "-m",
        "granian",
        "--interface=wsgi",
        f"--host={HOST}",
        f"--port={port}",
        "--workers=2",
        "--blocking-threads=1",
        "--respawn-failed-workers",
        "--log-level=warning",
        "forprev.config.wsgi:application",
    ]


def worker_command() -> list[str]:
    return [sys.executable, "manage.py", "procrastinate", "--verbosity=0", "worker", "--shutdown-graceful-timeout=10"]


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def answers(port: int) -> bool:
    """Whether the application gives a page there, of whatever kind."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


class Interrupted(BaseException):
    """We were asked to end."""


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Run the block until one of SIGNALS comes; what cleans up after it is not disturbed by further ones."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted

    for number in SIGNALS:
        signal.signal(number, interrupt)
    with suppress(Interrupted):
        yield


def _end_with_parent() -> None:
    """In a child: when we are killed, and cannot tell it to end, the system does (Linux)."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end_orphans(process: subprocess.Popen[bytes]) -> None:
    """What a process that was killed had started itself would go on, and keep its port."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Supervisor:
    """Keeps some processes running; one that dies is started again, and that is said."""

    commands: dict[str, Sequence[str]]
    say: Callable[[str], object]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self) -> None:
        for name in self.commands:
            self._start(name)

    def look_after(self) -> None:
        """Start again what has died."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.say(f"{name} stopped (code {process.returncode}): starting it again.")
                _end_orphans(process)
                time.sleep(PAUSE_SECONDS)
                self._start(name)

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _end_orphans(process)

    def _start(self, name: str) -> None:
        # In a session of its own: Ctrl-C reaches us alone, and we stop the children in order.
        self.running[name] = subprocess.Popen(  # noqa: S603 (our own commands)
            self.commands[name],
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
