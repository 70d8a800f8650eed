"""A new key of proofs and credentials: `manage.py proof_key` (docs/operations.md, `The keys of proofs`)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forprev.certification.proofs.keys import make_key
from forprev.core.dates import today

NOTICE = 7
"""Days during which a key is published before it signs: longer than any copy of the published ones is kept."""


class Command(BaseCommand):
    help = "Make a key that signs the proofs in QR codes and the credentials."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first-day", type=date.fromisoformat, help="when it begins to sign; in a week by default")

    def handle(self, *args: Any, first_day: date | None, **options: Any) -> None:
        begun = any(settings.PROOF_KEYS.glob("*.pem"))
        first_day = first_day or (today() + timedelta(days=NOTICE) if begun else today())
        try:
            path = make_key(settings.PROOF_KEYS, first_day)
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path}: published as soon as the processes are started again, signs from {first_day}.")
