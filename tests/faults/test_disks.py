"""Disks that are full: small ones, in memory; root mounts them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from pytest_django import Settings

from forprev.config import embedded_database
from forprev.config.embedded_database import Server
from forprev.core.errors import DomainError
from forprev.core.uploads import Document
from forprev.support.models import CorrectionRequest
from tests.documents import picture
from tests.factories.support import asked, named, proof
from tests.faults.conftest import Happened

pytestmark = pytest.mark.heavy

AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    """Of a server that goes with it, once nothing is mounted in it any more."""
    yield tmp_path / "var"
    embedded_database.remove(tmp_path / "var")


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path, int, str], None]]:
    """Mount one of so many KiB there, for that user."""
    mounted: list[Path] = []

    def mount(folder: Path, size: int, user: str) -> None:
        folder.mkdir(parents=True)
        options = f"size={size}k,mode=0700,uid={user}"
        subprocess.run([*AS_ROOT, "mount", "-t", "tmpfs", "-o", options, "forprev-test", folder], check=True)
        mounted.append(folder)

    yield mount
    for folder in mounted:
        subprocess.run([*AS_ROOT, "umount", "--lazy", folder], check=True)


@pytest.mark.fault(10, "The disk of the data is full", "the statement fails, nothing half-written, the server stays up")
def test_a_full_disk_of_the_database(
    var: Path, small_disk: Callable[[Path, int, str], None], happened: Happened
) -> None:
    url, server = embedded_database.url(var), Server.of(var)
    place = server.home / "small"
    try:
        small_disk(place, 12 * 1024, str(server.user.pw_uid if server.user else os.geteuid()))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            connection.execute("CREATE TABLE filled (text text) TABLESPACE small")
            with pytest.raises(psycopg.errors.DiskFull) as refused:
                connection.execute(
                    "INSERT INTO filled SELECT repeat(md5(n::text), 30) FROM generate_series(1, 30000) n"
                )
            (rows,) = connection.execute("SELECT count(*) FROM filled").fetchone() or (None,)
            connection.execute("CREATE TABLE elsewhere AS SELECT 1")
            happened(f"{str(refused.value).splitlines()[0].rpartition(': ')[2]}; {rows} rows; the rest goes on")
            assert rows == 0
            connection.execute("DROP TABLE filled")
            connection.execute("DROP TABLESPACE small")
    finally:
        embedded_database.stop(var)


@pytest.mark.fault(11, "The disk of the documents is full", "no row without its document; reading goes on")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_of_the_documents(
    tmp_path: Path, small_disk: Callable[[Path, int, str], None], settings: Settings, happened: Happened
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    small_disk(settings.MEDIA_ROOT, 64, str(os.geteuid()))
    first = asked(document=proof())
    large = Document("plan.png", "image/png", picture("PNG", 40, 30) + bytes(100_000))
    with pytest.raises(DomainError, match="n’a pas pu être enregistré"):
        asked(named("DUPONT"), document=large)
    assert CorrectionRequest.objects.get() == first
    assert [path.name for path in settings.MEDIA_ROOT.rglob("*.*")] == [first.document.rpartition("/")[2]]
    assert (settings.MEDIA_ROOT / first.document).stat().st_size > 0
    happened("refused, no row of it; the document kept before is there")
