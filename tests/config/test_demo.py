"""`manage.py demo` as a whole, on an empty database."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from forprev.demo.accounts import ACCOUNTS, PASSWORD

PROJECT = Path(__file__).resolve().parents[2]
LAST_LINE = "Ctrl-C stops everything."

Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def empty_database() -> Iterator[str]:
    """The address of a database of its own."""
    server, name = settings.DATABASES["default"], f"test_demo_{uuid4().hex}"
    host, port, user, password = (str(server[key] or "") for key in ("HOST", "PORT", "USER", "PASSWORD"))
    with closing(
        psycopg.connect(
            host=host, port=port or None, user=user, password=password or None, dbname="postgres", autocommit=True
        )
    ) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"postgres://{quote(user)}:{quote(password)}@{quote(host, safe='')}:{port or 5432}/{name}"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start(empty_database: str, port: int) -> Iterator[Start]:
    begun: list[subprocess.Popen[str]] = []

    def demo() -> subprocess.Popen[str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("FORPREV_")}
        environment |= {"DATABASE_URL": empty_database, "PORT": str(port), "FORPREV_DEMO": "1"}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        begun.append(process)
        return process

    yield demo
    for process in begun:
        if process.poll() is None:
            process.terminate()
            process.communicate()


def until_ready(process: subprocess.Popen[str]) -> str:
    """What it said until it was ready, or until it ended."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if LAST_LINE in line:
            break
    return said


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://localhost:{port}/connexion") as answer:
        return str(answer.read().decode())


def test_loads_serves_stops_and_finds_its_data_again(start: Start, port: int) -> None:
    first = start()
    said = until_ready(first)
    assert "Loading the demonstration data" in said
    assert f"http://localhost:{port}" in said
    assert all(account.email in said for account in ACCOUNTS)
    assert PASSWORD in said
    assert 'name="csrfmiddlewaretoken"' in page(port)

    refused = start()
    explanation, _ = refused.communicate()
    assert f"Port {port} is taken" in explanation
    assert "Traceback" not in explanation
    assert refused.returncode == 1

    first.send_signal(signal.SIGINT)
    assert first.communicate()[0].endswith("Stopped.\n")
    assert first.returncode == 0
    with pytest.raises(OSError, match="refused"):
        page(port)

    second = start()
    said = until_ready(second)
    assert LAST_LINE in said
    assert "Loading" not in said
    assert 'name="csrfmiddlewaretoken"' in page(port)
