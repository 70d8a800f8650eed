"""A backup of database and documents, then the forgetting of those that are too old."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forprev.config import backups


class Command(BaseCommand):
    help = "Back up database and documents into FORPREV_BACKUPS; forget the oldest ones."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.BACKUPS)
        parser.add_argument("--days", type=int, default=14, help="all are kept so many days")
        parser.add_argument("--months", type=int, default=3, help="then the first of each month, so many")

    def handle(self, *args: Any, folder: Path, days: int, months: int, **options: Any) -> None:
        try:
            made, missing = backups.make(folder, backups.Database.of_project(), settings.MEDIA_ROOT)
        except backups.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(str(made))
        for name in backups.forget(folder, days=days, months=months):
            self.stdout.write(f"forgotten: {name}")
        if missing:
            raise CommandError("The backup is there, but rows name documents that are not: " + ", ".join(missing))
