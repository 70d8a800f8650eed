"""The supervisor, on small processes of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from forprev.config import processes
from forprev.config.processes import Supervisor, port_is_free, until_interrupted

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervise(said: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[str]], Supervisor]]:
    """Give a supervisor of one process, `It`, that runs."""
    monkeypatch.setattr(processes, "PAUSE_SECONDS", 0)
    made = []

    def start(command: list[str]) -> Supervisor:
        made.append(Supervisor({"It": command}, said.append))
        made[-1].start()
        return made[-1]

    yield start
    for supervisor in made:
        supervisor.stop()


@pytest.fixture
def usual_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in processes.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def runs(number: int) -> bool:
    """Whether the process is there, and not merely waiting to be forgotten by its parent."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], object]) -> None:
    while not condition():
        time.sleep(0.01)


def test_starts_again_what_has_died_and_says_so(supervise: Callable[[list[str]], Supervisor], said: list[str]) -> None:
    supervisor = supervise(SLEEP)
    first = supervisor.running["It"].pid
    supervisor.look_after()
    assert (supervisor.running["It"].pid, said) == (first, [])
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not runs(first))
    supervisor.look_after()
    second = supervisor.running["It"].pid
    assert second != first
    assert runs(second)
    assert said == ["It stopped (code -9): starting it again."]


def test_ends_what_a_killed_process_leaves_behind(supervise: Callable[[list[str]], Supervisor], tmp_path: Path) -> None:
    """The children of the web server would keep its port."""
    note = tmp_path / "child"
    parent = (
        "import pathlib, subprocess, time\n"
        f"child = subprocess.Popen({SLEEP!r})\n"
        f"pathlib.Path({str(note)!r}).write_text(f'{{child.pid}}.')\n"
        "time.sleep(600)"
    )
    supervisor = supervise([sys.executable, "-c", parent])
    wait_until(lambda: note.exists() and note.read_text().endswith("."))
    orphan, killed = int(note.read_text().rstrip(".")), supervisor.running["It"].pid
    note.unlink()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not runs(killed))
    assert runs(orphan)
    supervisor.look_after()
    wait_until(lambda: not runs(orphan))


def test_stops_also_what_does_not_listen(
    supervise: Callable[[list[str]], Supervisor], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.2)
    note = tmp_path / "deaf"
    deaf = (
        "import pathlib, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(note)!r}).touch()\n"
        "time.sleep(600)"
    )
    supervisor = supervise([sys.executable, "-c", deaf])
    wait_until(note.exists)
    supervisor.stop()
    assert supervisor.running["It"].returncode == -signal.SIGKILL


def test_processes_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "child"
    program = (
        "import os, pathlib, signal\n"
        "from forprev.config.processes import Supervisor\n"
        f"supervisor = Supervisor({{'It': {SLEEP!r}}}, print)\n"
        "supervisor.start()\n"
        f"pathlib.Path({str(note)!r}).write_text(str(supervisor.running['It'].pid))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -signal.SIGKILL
    child = int(note.read_text())
    wait_until(lambda: not runs(child))


@pytest.mark.parametrize("number", processes.SIGNALS)
@pytest.mark.usefixtures("usual_signals")
def test_a_signal_ends_the_work_and_a_second_one_does_not_disturb_the_cleaning(number: signal.Signals) -> None:
    done = []
    try:
        with until_interrupted():
            signal.raise_signal(number)
            done.append("went on")
    finally:
        for each in processes.SIGNALS:
            signal.raise_signal(each)
        done.append("cleaned")
    assert done == ["cleaned"]


def test_sees_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind((processes.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not port_is_free(port)
    assert port_is_free(port)
