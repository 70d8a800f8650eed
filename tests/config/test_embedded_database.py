"""The embedded server, for real: every test has one of its own, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from environs import Env

from forprev.config import embedded_database
from forprev.config.embedded_database import Server, remove, stop, url

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def var() -> Iterator[Path]:
    """A `var/` under a folder that is closed to other users."""
    with tempfile.TemporaryDirectory() as private:
        folder = Path(private) / "checkout" / "var"
        yield folder
        remove(folder)


def connect(address: str) -> psycopg.Connection[tuple[object, ...]]:
    """As Django does: with what environs makes of the address."""
    read = Env().dj_db_url("SURELY_NOT_SET", address)
    return psycopg.connect(
        host=read["HOST"], port=read["PORT"], user=read["USER"], dbname=read["NAME"], autocommit=True
    )


def value(address: str, query: str) -> object:
    with connect(address) as connection:
        row = connection.execute(query).fetchone()
        assert row
        return row[0]


def server_process(var: Path) -> int:
    return int((Server.of(var).data / "postmaster.pid").read_text().splitlines()[0])


def in_a_process(code: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    program = f"from pathlib import Path\nfrom forprev.config import embedded_database as e\nvar = Path({str(var)!r})\n"
    return subprocess.run(
        [sys.executable, "-c", program + code],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_gives_a_database_in_utf8_that_no_network_reaches(var: Path) -> None:
    address = url(var)
    assert value(address, "SELECT current_database()") == "forprev"
    assert value(address, "SHOW server_encoding") == "UTF8"
    assert value(address, "SHOW listen_addresses") == ""
    assert value(address, "SHOW fsync") == "on"
    assert value(address, "SELECT datcollate FROM pg_database WHERE datname = 'forprev'") == "C"


def test_opens_no_folder_above_it(var: Path) -> None:
    above = var.parent.parent
    before = above.stat()
    url(var)
    assert (above.stat().st_mode, above.stat().st_uid) == (before.st_mode, before.st_uid)
    assert before.st_mode & 0o077 == 0
    assert Server.of(var).data.stat().st_mode & 0o077 == 0
    assert Server.of(var).sockets.stat().st_mode & 0o077 == 0


def test_adopts_the_server_that_runs(var: Path) -> None:
    first = url(var)
    process = server_process(var)
    second = in_a_process("print(e.url(var))", var)
    assert second.stdout.strip() == first
    assert server_process(var) == process


def test_the_address_is_the_same_whatever_the_environment(var: Path) -> None:
    first = url(var)
    elsewhere = in_a_process(
        "import psycopg\nprint(e.url(var))\npsycopg.connect(e.url(var))", var, TMPDIR=str(var), PGPORT="6543"
    )
    assert (elsewhere.returncode, elsewhere.stdout.strip()) == (0, first), elsewhere.stderr


def test_data_outlive_a_stop(var: Path) -> None:
    value(url(var), "SELECT 1")
    with connect(url(var)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'é' AS letter")
    assert stop(var)
    assert not stop(var)
    assert value(url(var), "SELECT letter FROM kept") == "é"


def test_is_not_stopped_under_somebody_else(var: Path) -> None:
    address = url(var)
    with connect(address):
        assert not stop(var, unless_used=True)
        assert value(address, "SELECT 1") == 1
    assert stop(var, unless_used=True)


def test_recovers_what_was_committed_before_the_server_was_killed(var: Path) -> None:
    with connect(url(var)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 50000) AS number")
        os.kill(server_process(var), signal.SIGKILL)
    assert value(url(var), "SELECT count(*) FROM kept") == 50_000


def test_starts_where_the_number_of_the_dead_server_belongs_to_another_program(var: Path) -> None:
    """After a reboot, or in a new container."""
    address = url(var)
    dead = server_process(var)
    os.kill(dead, signal.SIGKILL)
    user = Server.of(var).user
    with subprocess.Popen(["/bin/sleep", "600"], user=user.pw_uid if user else None) as innocent:
        try:
            pid_file = Server.of(var).data / "postmaster.pid"
            pid_file.write_text(pid_file.read_text().replace(str(dead), str(innocent.pid), 1))
            assert url(var) == address
            assert value(address, "SELECT 1") == 1
            assert innocent.poll() is None
        finally:
            innocent.kill()


def test_two_processes_at_once_make_one_server(var: Path) -> None:
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda _: in_a_process("print(e.url(var))", var), range(3)))
    assert [process.returncode for process in done] == [0, 0, 0], [process.stderr for process in done]
    assert len({process.stdout for process in done}) == 1
    assert value(done[0].stdout.strip(), "SELECT 1") == 1


def test_an_interrupted_creation_is_made_good(var: Path) -> None:
    """Killed while the data folder was being made, then between the start and the making of the database."""
    in_a_process("import os; e.Server.start = lambda self: os.kill(os.getpid(), 9); e.url(var)", var)
    in_a_process("import os; e.Server.create_database = lambda self: os.kill(os.getpid(), 9); e.url(var)", var)
    assert value(url(var), "SELECT current_database()") == "forprev"


def test_half_a_data_folder_is_not_taken_for_a_whole(var: Path) -> None:
    server = Server.of(var)
    (server.home / "making" / "data").mkdir(parents=True)
    (server.home / "making" / "data" / "PG_VERSION").write_text("18")
    assert value(url(var), "SELECT 1") == 1


def test_a_path_too_long_for_a_socket(var: Path) -> None:
    """The system's limit is 107 bytes."""
    deep = var.parent / ("très-" * 30) / "var"
    try:
        assert value(url(deep), "SELECT 1") == 1
    finally:
        remove(deep)


def test_a_moved_checkout_points_to_its_own_data(var: Path) -> None:
    url(var)
    copy = var.parent.with_name("copy") / "var"
    copy.mkdir(parents=True)
    if Server.of(var).user:
        (copy / "postgres").symlink_to((var / "postgres").readlink())
    try:
        assert url(copy) != url(var)
        assert (copy / "postgres").resolve() == Server.of(copy).home.resolve()
    finally:
        remove(copy)
    assert value(url(var), "SELECT 1") == 1


def test_removing_leaves_nothing(var: Path) -> None:
    address, home = url(var), Server.of(var).home
    remove(var)
    assert not home.exists()
    assert not (var / "postgres").is_symlink()
    with pytest.raises(psycopg.OperationalError):
        connect(address)


def test_refuses_a_folder_that_another_user_made(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url(var)
    with monkeypatch.context() as patch:
        patch.setattr(embedded_database.os, "geteuid", lambda: 4242)
        with pytest.raises(RuntimeError, match="another user"):
            url(var)
