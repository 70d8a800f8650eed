"""Running the web server and the worker together, for the demonstration."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

STOP_SECONDS = 15
HOST = "127.0.0.1"


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
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


@dataclass
class Supervisor:
    """Keeps some processes running until told to stop; one that dies is started again, and that is said."""

    commands: dict[str, Sequence[str]]
    say: Callable[[str], object]
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopping: bool = False

    def start(self) -> None:
        for name, command in self.commands.items():
            # In a session of its own: Ctrl-C reaches us alone, and we stop the children in order.
            self._running[name] = subprocess.Popen(command, start_new_session=True)  # noqa: S603 (our own commands)

    def run(self) -> None:
        """Watch until SIGINT or SIGTERM, then stop everything."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            while not self._stopping:
                for name, process in list(self._running.items()):
                    if process.poll() is not None and not self._stopping:
                        self.say(f"{name} stopped (code {process.returncode}): starting it again.")
                        time.sleep(1)
                        command = self.commands[name]
                        self._running[name] = subprocess.Popen(command, start_new_session=True)  # noqa: S603
                time.sleep(0.3)
        finally:
            self.stop()

    def stop(self) -> None:
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True
