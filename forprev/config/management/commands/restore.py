"""What a backup holds, into an empty database and an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forprev.config import backups


class Command(BaseCommand):
    help = "Restore a backup into an empty database and an empty folder, and compare; says every difference."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--into", required=True, metavar="URL", help="the address of the empty database")
        parser.add_argument("--documents", type=Path, required=True, help="the empty folder of the documents")
        parser.add_argument("--jobs", type=int, default=2)

    def handle(self, *args: Any, backup: Path, into: str, documents: Path, jobs: int, **options: Any) -> None:
        try:
            after = backups.restore(backup, backups.Database.at(into), documents, jobs=jobs)
            manifest = backups.read_manifest(backup)
        except backups.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        told = backups.differences(manifest, after) + backups.document_differences(manifest, documents)
        if told:
            raise CommandError("Restored, with differences:\n" + "\n".join(told))
        rows = sum(count for count, _ in after["tables"].values())
        self.stdout.write(f"{rows} rows and {len(manifest['documents'])} documents, as they were.")
