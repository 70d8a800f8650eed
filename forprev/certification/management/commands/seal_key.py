"""A new key of the seal: `manage.py seal_key` (docs/operations.md, `The seal`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from forprev.certification.sealing import authority
from forprev.certification.sealing.keys import new_name


class Command(BaseCommand):
    help = "Make a key of the seal and its certificate, under a root of our own."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default=new_name(), help="of its files, and the label of its key in a token")
        parser.add_argument("--public-key", type=Path, help="PEM file: certify this key of a token, and make none")

    def handle(self, *args: Any, name: str, public_key: Path | None, **options: Any) -> None:
        try:
            if public_key is None:
                authority.make_key(settings.SEAL_KEYS, name)
            else:
                key = load_pem_public_key(public_key.read_bytes())
                if not isinstance(key, ec.EllipticCurvePublicKey):
                    raise ValueError(f"{public_key} is not a key of P-256.")
                authority.certify(settings.SEAL_KEYS, name, key)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{settings.SEAL_KEYS / name}: signs as soon as the processes are started again.")
