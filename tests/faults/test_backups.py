"""Row 36: a backup is proved by restoring it, into a server of its own, and the least difference is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import Field
from pytest_django import Settings

from forprev.config import backups, embedded_database
from forprev.config.backups import COMPLETE, DOCUMENTS, DUMP, MANIFEST, Database, Refused
from forprev.support.models import CorrectionRequest
from tests.factories.support import asked, proof

pytestmark = pytest.mark.django_db(transaction=True)

Damage = Callable[[Path], object]


@pytest.fixture(autouse=True)
def documents(settings: Settings, tmp_path: Path) -> Path:
    """Documents are kept as in service."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def backup(documents: Path, tmp_path: Path) -> Path:
    for _ in range(3):
        asked(document=proof())
    made, missing = backups.make(tmp_path / "backups", Database.of_project(), documents)
    assert missing == []
    return made


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[str]:
    yield embedded_database.url(tmp_path / "var")
    embedded_database.remove(tmp_path / "var")


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def a_document(backup: Path) -> Path:
    return sorted((backup / DOCUMENTS).rglob("*.pdf"))[0]


@pytest.mark.fault(36, "A backup is restored", "equal to the last byte, or refused")
def test_the_drill_restores_and_compares_everything(backup: Path) -> None:
    said = StringIO()
    call_command("restore_drill", folder=backup.parent, stdout=said)
    assert "| support_correctionrequest | 3 | 3 | equal |" in said.getvalue()
    assert "DIFFERS" not in said.getvalue()
    assert "of kind trigger" in said.getvalue()
    assert "Documents compared: 3." in said.getvalue()
    assert "manage.py migrate --check: as it should be" in said.getvalue()
    assert "manage.py pgtrigger ls: as it should be" in said.getvalue()
    assert said.getvalue().endswith("The backup can be counted on: no difference.\n")


def test_a_damaged_backup_is_refused_before_anything_is_touched(backup: Path, tmp_path: Path) -> None:
    damages: dict[str, Damage] = {
        "damaged: database.dump": lambda copy: flip(copy / DUMP),
        "damaged: database.dump ": lambda copy: (copy / DUMP).unlink(),
        "damaged: documents/corrections/": lambda copy: flip(a_document(copy)),
        "damaged: documents/corrections": lambda copy: a_document(copy).unlink(),
        "damaged: documents/more.pdf": lambda copy: (copy / DOCUMENTS / "more.pdf").touch(),
        "the manifest was changed or damaged": lambda copy: flip(copy / MANIFEST),
        "not a complete backup": lambda copy: (copy / COMPLETE).unlink(),
    }
    nowhere = Database({"host": "127.0.0.1", "port": 1})
    for said, damage in damages.items():
        copy = tmp_path / "copy"
        shutil.copytree(backup, copy)
        damage(copy)
        with pytest.raises(Refused, match=said.strip()):
            backups.restore(copy, nowhere, tmp_path / "restored")
        with pytest.raises(CommandError, match=said.strip()):
            call_command("restore_drill", copy, stdout=StringIO())
        shutil.rmtree(copy)
    assert not (tmp_path / "restored").exists()


def test_the_least_difference_is_told(backup: Path, scratch: str, tmp_path: Path) -> None:
    into = tmp_path / "restored"
    said = StringIO()
    call_command("restore", backup, into=scratch, documents=into, stdout=said)
    assert "3 documents, as they were." in said.getvalue()
    with pytest.raises(CommandError, match="The database is not empty"):
        call_command("restore", backup, into=scratch, documents=tmp_path / "elsewhere")

    manifest = backups.read_manifest(backup)
    correction = "support_correctionrequest"
    for change, told in (
        (
            "UPDATE support_correctionrequest SET message = 'x' WHERE ctid = '(0,1)'",
            f"tables: {correction}",
        ),
        ("DELETE FROM support_correctionrequest", f"tables: {correction}"),
        (f"ALTER TABLE {correction} DISABLE TRIGGER USER", f"schema: trigger {correction}."),
        (f"ALTER TABLE {correction} DROP CONSTRAINT correction_state_known", f"schema: constraint {correction}."),
        ("DROP INDEX correction_by_date", "schema: index correction_by_date"),
        (f"ALTER TABLE {correction} ALTER COLUMN message DROP NOT NULL", f"schema: column {correction}.message"),
        ("SELECT setval('support_correctionrequest_id_seq', 1)", "sequences: support_correctionrequest_id_seq"),
        ("DELETE FROM django_migrations WHERE app = 'support' AND name ~ '0001'", "migrations:"),
    ):
        with psycopg.connect(scratch) as connection:
            connection.execute("SET session_replication_role = replica")  # no history, no refusal
            connection.execute(change)
            differences = backups.differences(manifest, backups.facts(connection))
            connection.rollback()
        assert any(each.startswith(told) for each in differences), (change, differences)

    assert backups.document_differences(manifest, into) == []
    flip(sorted(into.rglob("*.pdf"))[0])
    (changed,) = backups.document_differences(manifest, into)
    assert changed.startswith("documents/corrections/")


def test_a_document_that_is_gone_is_said_and_the_rest_is_saved(documents: Path, tmp_path: Path) -> None:
    correction = asked(document=proof())
    (documents / correction.document).unlink()
    with pytest.raises(CommandError, match=correction.document):
        call_command("backup", folder=tmp_path / "backups", stdout=StringIO())
    (made,) = backups.backups(tmp_path / "backups")
    assert backups.check(made)["missing"] == [correction.document]


def test_what_is_written_while_the_documents_are_copied_is_taken_too(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the first round of copies and the snapshot."""
    asked(document=proof())
    take, late = backups.Copies.take, []

    def then_another(copies: backups.Copies) -> None:
        take(copies)
        if not late:
            late.append(asked(document=proof()))

    monkeypatch.setattr(backups.Copies, "take", then_another)
    made, missing = backups.make(tmp_path / "backups", Database.of_project(), documents)
    assert missing == []
    assert late[0].document in backups.check(made)["documents"]
    assert backups.check(made)["tables"]["support_correctionrequest"][0] == 2


def test_an_unchanged_document_takes_no_room_twice(
    documents: Path, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (documents / each.document for each in CorrectionRequest.objects.order_by("pk"))
    flip(second)
    third.unlink()
    monkeypatch.setattr(backups, "NAME", "%Y-%m-%dT%H%M%S.%fZ")
    backup = backup.rename(backup.with_name(datetime.now(UTC).strftime(backups.NAME)))
    later, missing = backups.make(backup.parent, Database.of_project(), documents)

    def same(path: Path) -> bool:
        name = path.relative_to(documents)
        return (backup / DOCUMENTS / name).samefile(later / DOCUMENTS / name)

    assert same(first)
    assert not same(second)
    assert missing == [str(third.relative_to(documents))]
    assert backups.check(backup)
    assert backups.check(later)


def test_nothing_half_made_stays(documents: Path, tmp_path: Path, settings: Settings) -> None:
    settings.POSTGRESQL_PROGRAMS = str(tmp_path)
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho no room >&2\nexit 1\n")
    (tmp_path / "pg_dump").chmod(0o700)
    with pytest.raises(CommandError, match="pg_dump: no room"):
        call_command("backup", folder=tmp_path / "backups")
    assert list((tmp_path / "backups").iterdir()) == []


def test_only_we_may_read_it(backup: Path) -> None:
    for path in [backup, *backup.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_old_ones_are_forgotten_but_for_the_first_of_each_month() -> None:
    now = datetime(2026, 11, 28, 3, tzinfo=UTC)
    names = [(now - timedelta(days=n)).strftime(backups.NAME) for n in range(120)]
    gone = backups.expired(names, now=now, days=14, months=3)
    kept = sorted(set(names) - set(gone))
    assert kept[:2] == ["2026-09-01T030000Z", "2026-10-01T030000Z"]
    assert kept[2] == "2026-11-01T030000Z"
    assert len(kept) == 3 + 15
    assert backups.expired(names[100:], now=now, days=0, months=0) == sorted(names[101:])
    assert backups.expired(["notes", *names[:3]], now=now, days=14, months=3) == []


def test_the_command_forgets_too(backup: Path) -> None:
    old = backup.rename(backup.with_name("2020-01-31T030000Z"))
    said = StringIO()
    call_command("backup", folder=backup.parent, months=0, stdout=said)
    assert f"forgotten: {old.name}" in said.getvalue()
    assert [each.name for each in backups.backups(backup.parent)] == [Path(said.getvalue().splitlines()[0]).name]


def test_every_field_that_names_a_document_says_so() -> None:
    """By that, a backup knows which documents it must hold."""
    marked = 0
    for model in apps.get_models():
        names = {each.name for each in model._meta.get_fields()}
        for each in model._meta.get_fields():
            if isinstance(each, Field) and {f"{each.name}_name", f"{each.name}_digest"} <= names:
                assert each.help_text == backups.KEY, each
                marked += 1
    assert marked
