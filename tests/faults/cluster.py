"""Several machines on one: PostgreSQL with a replica, web processes, workers and HAProxy, all real, all on loopback."""

from __future__ import annotations

import ctypes
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from threading import Event, Lock, Thread
from typing import NamedTuple

import psycopg

from forprev.certification.sealing import authority
from forprev.config.embedded_database import NAME, PORT, ROLE, Server

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 120
"""Seconds, on a machine that does much else."""
LONGEST = 60
"""Seconds that any load lasts."""
METRICS_TOKEN = "m" * 40
PAUSE = 0.02
_libc = ctypes.CDLL(None)


def until(condition: Callable[[], object], seconds: float = PATIENCE) -> float:
    """How long it took; fails if it never comes."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "it did not come"
        time.sleep(0.05)
    return time.monotonic() - start


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _with_parent() -> None:
    _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


@dataclass
class Process:
    """One of ours: started in a session of its own, stopped by its number."""

    command: Sequence[str | Path]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_with_parent,
            )

    def stop(self) -> int:
        """Politely; its exit code."""
        assert self.running
        self.running.terminate()
        return self.running.wait(PATIENCE)

    def kill(self) -> None:
        """With all that it started, as a machine that loses its current."""
        if self.running:
            try:
                os.killpg(self.running.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
            self.running.wait(PATIENCE)


class Worker(Process):
    """Started again when it ends by itself, as systemd does."""

    wanted = False

    def start(self) -> None:
        self.wanted = True
        super().start()
        Thread(target=self._look_after, args=(self.running,), daemon=True).start()

    def _look_after(self, running: subprocess.Popen[bytes]) -> None:
        while True:
            running.wait()
            time.sleep(1)
            if not self.wanted or self.running is not running:
                return
            super().start()
            assert self.running
            running = self.running

    def stop(self) -> int:
        self.wanted = False
        return super().stop()

    def kill(self) -> None:
        self.wanted = False
        super().kill()


@dataclass
class Web(Process):
    port: int = 0
    drain: Path = Path()

    def stop(self) -> int:
        """As the units of deploy/systemd do: the proxy is told first."""
        self.drain.touch()
        time.sleep(5)
        code = super().stop()
        self.drain.unlink()
        return code

    def ask(self, path: str) -> int:
        return status(self.port, path)

    def start_and_wait(self) -> float:
        self.start()
        return until(lambda: self.ask("/pret") == 200)


def status(port: int, path: str, cookie: str = "", method: str = "GET") -> int:
    """0 if there was no answer."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request(method, path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


class Asked(NamedTuple):
    method: str
    path: str
    expected: int


class Answer(NamedTuple):
    asked: Asked
    at: float
    status: int
    """0: there was none."""
    seconds: float


@dataclass
class Load:
    """A bounded number of people, one request after the other, through the proxy, for a minute at most."""

    port: int
    asked: Sequence[Asked]
    cookie: str
    readers: int = 2
    answers: list[Answer] = field(default_factory=list)
    ends: float = 0

    @contextmanager
    def under_way(self) -> Iterator[Load]:
        stop, lock = Event(), Lock()
        end = self.ends = time.monotonic() + LONGEST

        def read(rank: int) -> None:
            turn = rank
            while not stop.is_set() and time.monotonic() < end:
                start = time.monotonic()
                asked = self.asked[turn % len(self.asked)]
                got = status(self.port, asked.path, self.cookie, asked.method)
                with lock:
                    self.answers.append(Answer(asked, start, got, time.monotonic() - start))
                turn += 1
                stop.wait(PAUSE)

        threads = [Thread(target=read, args=(rank,)) for rank in range(self.readers)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def wait_for(self, answers: int) -> None:
        """Until so many more came, or the load has lasted long enough."""
        aim = len(self.answers) + answers
        until(lambda: len(self.answers) >= aim or time.monotonic() > self.ends)

    @property
    def errors(self) -> list[Answer]:
        return [each for each in self.answers if each.status != each.asked.expected]

    def __str__(self) -> str:
        times = [each.seconds for each in self.answers]
        p95 = quantiles(times, n=20)[-1] * 1000
        return f"{len(self.answers)} requests, {len(self.errors)} errors, p95 {p95:.0f} ms"


@dataclass
class Writer:
    """Commits one row after the other, and notes those that the database acknowledged."""

    url: str
    acknowledged: list[int] = field(default_factory=list)

    @contextmanager
    def under_way(self) -> Iterator[Writer]:
        stop, end = Event(), time.monotonic() + LONGEST

        def write() -> None:
            number = 0
            while not stop.is_set() and time.monotonic() < end:
                with (
                    suppress(psycopg.Error),
                    psycopg.connect(self.url, autocommit=True, connect_timeout=2) as connection,
                ):
                    while not stop.wait(PAUSE) and time.monotonic() < end:
                        number += 1
                        connection.execute("INSERT INTO written VALUES (%s)", [number])
                        self.acknowledged.append(number)
                stop.wait(PAUSE)

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS written")
            connection.execute("CREATE TABLE written (number int PRIMARY KEY)")
        thread = Thread(target=write)
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()

    def lost(self) -> set[int]:
        with psycopg.connect(self.url) as connection:
            kept = {number for (number,) in connection.execute("SELECT number FROM written").fetchall()}
        return set(self.acknowledged) - kept


class Cluster:
    """Everything; `close` stops what is left of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.primary, self.replica = Server.of(folder / "primary"), Server.of(folder / "replica")
        for each in ("primary", "replica", "media", "backups"):
            (folder / each).mkdir()
        self.processes: list[Process] = []
        self.ports = (free_port(), free_port())
        self.proxy_port = free_port()

    # PostgreSQL

    @property
    def url(self) -> str:
        """Of both servers: the one that takes writings is used."""
        hosts, ports = f"{self.primary.sockets},{self.replica.sockets}", f"{PORT},{PORT}"
        return f"postgres://{ROLE}@/{NAME}?host={hosts}&port={ports}&target_session_attrs=read-write"

    @property
    def primary_url(self) -> str:
        return f"postgres://{ROLE}@/{NAME}?host={self.primary.sockets}&port={PORT}"

    @property
    def replica_url(self) -> str:
        return f"postgres://{ROLE}@/{NAME}?host={self.replica.sockets}&port={PORT}"

    def start_primary(self) -> None:
        with self.primary.locked():
            self.primary.create()
            self.primary.start()
            self.primary.create_database()

    def start_replica(self) -> None:
        """A copy that follows; what is acknowledged is on both."""
        with self.replica.locked():
            self.replica.create()  # its folders and binaries; what is in the one of the data gives way to the copy
            for path in self.replica.data.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            source = f"host={self.primary.sockets} port={PORT} user={ROLE} application_name=replica"
            done = self.replica.run(
                "pg_basebackup", "-D", str(self.replica.data), "-d", source, "-R", "-X", "stream", "-c", "fast"
            )
            assert done.returncode == 0, done.stdout
            self.replica.start()
        with psycopg.connect(self.primary_url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
            connection.execute("SELECT pg_reload_conf()")
            state = "SELECT sync_state FROM pg_stat_replication"
            until(lambda: connection.execute(state).fetchone() == ("sync",))

    # The application

    @property
    def environment(self) -> dict[str, str]:
        """Of production, but for TLS."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("FORPREV_", "DJANGO_"))}
        return {
            **ours,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": self.url,
            "FORPREV_SECRET_KEY": "k9!" + "abcdefghij" * 6,
            "FORPREV_ENCRYPTION_KEYS": "e" * 40,
            "FORPREV_METRICS_TOKEN": METRICS_TOKEN,
            "FORPREV_ALLOWED_HOSTS": HOST,
            "FORPREV_PUBLIC_URL": f"http://{HOST}:{self.proxy_port}",
            "FORPREV_TRUSTED_PROXY_COUNT": "1",
            "FORPREV_SSL_REDIRECT": "0",
            "FORPREV_MAIL_DELIVERY": "0",
            "FORPREV_LOG_LEVEL": "WARNING",
            "FORPREV_MEDIA_ROOT": str(self.folder / "media"),
            "FORPREV_STATIC_ROOT": str(self.folder / "static"),
            "FORPREV_BACKUPS": str(self.folder / "backups"),
            "FORPREV_SEAL_KEYS": str(self.folder / "keys" / "seal"),
            "FORPREV_PROOF_KEYS": str(self.folder / "keys" / "proofs"),
        }

    def manage(self, *arguments: str) -> str:
        return self.python("manage.py", *arguments)

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def prepare(self) -> None:
        authority.make_key(self.folder / "keys" / "seal", "first")
        self.manage("collectstatic", "--no-input", "--verbosity=0")
        self.manage("migrate", "--no-input", "--verbosity=0")

    def web(self, rank: int) -> Web:
        port = self.ports[rank]
        options = [f"--host={HOST}", f"--port={port}", "--workers=2", "--blocking-threads=1", "--log-level=warning"]
        options += ["--respawn-failed-workers", "--workers-kill-timeout=30"]
        command = [sys.executable, "-m", "granian", "--interface=wsgi", *options, "forprev.config.wsgi:application"]
        figures = self.folder / f"figures{rank}"
        figures.mkdir()
        drain = self.folder / f"drain{rank}"
        environment = self.environment | {"PROMETHEUS_MULTIPROC_DIR": str(figures), "FORPREV_DRAIN_FILE": str(drain)}
        made = Web(command, environment, self.folder / f"web{rank}.log", port=port, drain=drain)
        self.processes.append(made)
        return made

    def worker(self, rank: int) -> Worker:
        command = [sys.executable, "manage.py", "procrastinate", "--verbosity=0", "worker"]
        command.append("--shutdown-graceful-timeout=30")
        made = Worker(command, self.environment, self.folder / f"worker{rank}.log")
        self.processes.append(made)
        return made

    def start_proxy(self) -> None:
        program = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
        assert program, "scripts/chromium.sh installs haproxy"
        environment = {
            "FORPREV_BIND": f"{HOST}:{self.proxy_port}",
            "FORPREV_WEB_1": f"{HOST}:{self.ports[0]}",
            "FORPREV_WEB_2": f"{HOST}:{self.ports[1]}",
            "FORPREV_ERROR_PAGE": str(ROOT / "deploy" / "haproxy" / "503.http"),
        }
        command = [program, "-db", "-f", str(ROOT / "deploy" / "haproxy" / "haproxy.cfg")]
        proxy = Process(command, {**os.environ, **environment}, self.folder / "haproxy.log")
        self.processes.append(proxy)
        proxy.start()

    def cookie(self) -> str:
        """Of somebody who is signed in, and has something to see."""
        program = (
            "import django; django.setup()\n"
            "from django.conf import settings\n"
            "from tests.factories.organisations import acting_manager\n"
            "from tests.http.world import browser_of\n"
            "browser = browser_of(acting_manager().person)\n"
            "name = settings.SESSION_COOKIE_NAME\n"
            "print(f'{name}={browser.cookies[name].value}')\n"
        )
        return self.python("-c", program).splitlines()[-1]

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        for server in (self.replica, self.primary):
            if server.data.exists() and (server.data / "postmaster.pid").exists():
                server.run("pg_ctl", "-D", str(server.data), "-m", "immediate", "-w", "stop")
            shutil.rmtree(server.home, ignore_errors=True)
            shutil.rmtree(server.sockets, ignore_errors=True)
