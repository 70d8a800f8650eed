"""What measurements stand on: a database and a server of their own."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import SplitResult, urlsplit
from uuid import uuid4
from venv import EnvBuilder

import psutil
import psycopg
from psycopg import sql

from forprev.config import embedded_database

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"


def _server() -> SplitResult:
    """The one that DATABASE_URL says, or the project's."""
    return urlsplit(os.environ.get("DATABASE_URL") or embedded_database.url(ROOT / "var"))


@contextmanager
def own_database() -> Iterator[str]:
    """The address of an empty database, dropped at the end."""
    server, name = _server(), f"bench_{uuid4().hex}"
    with closing(psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def kept_database(name: str) -> Iterator[tuple[str, bool]]:
    """The address of a database that is kept for the next time, and whether it is new; kept once it was of use."""
    server = _server()
    with closing(psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True)) as connection:
        is_new = not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if is_new:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server._replace(path=f"/{name}").geturl(), is_new
        except BaseException:
            if is_new:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            raise


@contextmanager
def served(
    application: str = "forprev.config.wsgi:application", *, workers: int = 1, log: Path | None = None
) -> Iterator[int]:
    """The port of granian, started as in service but with one worker; what it says goes to `log` if there is one."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    options = [f"--host={HOST}", f"--port={port}", f"--workers={workers}", "--blocking-threads=1"]
    command = [sys.executable, "-m", "granian", "--interface=wsgi", *options, "--log-level=warning", application]
    with log.open("w") if log else nullcontext() as output:
        server = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)  # noqa: S603
        try:
            for _ in range(300):
                with socket.socket() as probe:
                    if probe.connect_ex((HOST, port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


@contextmanager
def other_programs() -> Iterator[str]:
    """A Python that has what only measurements need (`requirements/bench.txt`), thrown away at the end."""
    with TemporaryDirectory() as folder:
        EnvBuilder(with_pip=True).create(folder)
        python = f"{folder}/bin/python"
        install = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r"]
        subprocess.run([*install, str(ROOT / "requirements/bench.txt")], check=True)  # noqa: S603
        yield python


def described(database_version: str) -> dict[str, Any]:
    """The machine and the programs, for whoever compares."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    packages = ("django", "granian", "psycopg", "whitenoise", "argon2-cffi", "typst", "pikepdf")
    return {
        "cores": os.cpu_count(),
        "processor": models[0].partition(": ")[2] if models else platform.machine(),
        "memory_gib": round(psutil.virtual_memory().total / (1 << 30), 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": database_version,
        **{name: version(name) for name in packages},
    }
