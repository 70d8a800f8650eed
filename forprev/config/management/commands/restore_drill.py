"""Proof that a backup can be restored: into a database server of its own, which is thrown away."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forprev.config import backups, embedded_database

LOOKS = (("migrate", "--check"), ("pgtrigger", "ls"))


class Command(BaseCommand):
    help = "Restore the last backup into a scratch server, compare every table, trigger and document, print a report."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path, nargs="?", help="the last one of FORPREV_BACKUPS, if none is named")
        parser.add_argument("--folder", type=Path, default=settings.BACKUPS)

    def handle(self, *args: Any, backup: Path | None, folder: Path, **options: Any) -> None:
        found = backup or next(reversed(backups.backups(folder)), None)
        if found is None:
            raise CommandError(f"There is no backup in {folder}.")
        with tempfile.TemporaryDirectory(prefix="forprev-drill-") as scratch:
            var = Path(scratch) / "var"
            try:
                backups.check(found)
                told = list(self.drill(found, embedded_database.url(var), Path(scratch) / "documents"))
            except backups.Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            finally:
                embedded_database.remove(var)
        if told:
            raise CommandError(f"{len(told)} differences:\n" + "\n".join(told))
        self.stdout.write("The backup can be counted on: no difference.")

    def drill(self, backup: Path, url: str, documents: Path) -> Iterator[str]:
        """Gives every difference; prints what was compared."""
        start = time.monotonic()
        after = backups.restore(backup, backups.Database.at(url), documents)
        manifest = backups.read_manifest(backup)
        self.stdout.write(f"Backup {manifest['made']}, restored in {time.monotonic() - start:.1f} s.\n")
        self.stdout.write("| table | rows before | rows after | checksum |\n| --- | --- | --- | --- |")
        for name, (rows, checksum) in manifest["tables"].items():
            rows_after, checksum_after = after["tables"].get(name, ("none", ""))
            same = "equal" if checksum == checksum_after else "DIFFERS"
            self.stdout.write(f"| {name} | {rows} | {rows_after} | {same} |")
        kinds = [name.partition(" ")[0] for name in manifest["schema"]]
        counts = ", ".join(f"{kinds.count(kind)} of kind {kind}" for kind in sorted(set(kinds)))
        self.stdout.write(f"\nSchema compared: {counts}. Documents compared: {len(manifest['documents'])}.")
        yield from backups.differences(manifest, after)
        yield from backups.document_differences(manifest, documents)
        yield from (f"missing when the backup was made: {key}" for key in manifest["missing"])
        for look in LOOKS:
            done = subprocess.run(  # noqa: S603 (our own arguments)
                [sys.executable, "manage.py", *look],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": url},
                capture_output=True,
                text=True,
                check=False,
            )
            self.stdout.write(f"manage.py {' '.join(look)}: {'as it should be' if done.returncode == 0 else 'NOT SO'}")
            if done.returncode != 0:
                yield f"manage.py {' '.join(look)}: {(done.stdout + done.stderr).strip()}"
