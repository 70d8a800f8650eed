"""Paper as a phone sees it, and keys for a test alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.test import Client

from forprev.certification.models import Certificate
from tests.documents import scanned
from tests.factories.certification import trainer
from tests.http.world import browser_of


def printed() -> tuple[Certificate, str]:
    """A trainer's certificate, and the text of the QR code of the paper that it fetches."""
    holder = trainer()
    certificate = holder.certificates.get()
    answer = browser_of(holder).get(f"/certificats/{certificate.pk}/pdf")
    (text,) = scanned(answer.getvalue())
    return certificate, text


def fetched_keys(folder: Path) -> Path:
    """The published keys, as anybody saves them."""
    path = folder / "jwks.json"
    path.write_bytes(Client().get("/.well-known/jwks.json").content)
    return path


def put_key(folder: Path, first: date, word: str, *, public_only: bool = False) -> Path:
    """A new key in the folder of keys."""
    key = Ed25519PrivateKey.generate()
    path = folder / f"{first.isoformat()}-{word}{'.pub.pem' if public_only else '.pem'}"
    if public_only:
        path.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    else:
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        path.chmod(0o600)
    return path
