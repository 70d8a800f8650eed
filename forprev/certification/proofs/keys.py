"""The Ed25519 keys of off-line proofs and of credentials: the newest signs, all of them stay published.

`settings.PROOF_KEYS` is a folder. `<day>-<word>.pem` (`2026-11-23-a1b2c3.pem`) is a private key (PKCS#8), which signs
from that day until the day of the next one. `<day>-<word>.pub.pem` is a public key, whose private one was destroyed:
it signs no more and stays published, since what it signed is ours. What is read is read once in the life of a process.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkdtemp

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from forprev.core.dates import today

PRIVATE, PUBLIC = ".pem", ".pub.pem"
FIRST_DAY = date(2000, 1, 1)
"""From when a private machine's own key signs: before any day that a test or a demonstration plays."""


class ProofKeyError(Exception):
    """Nothing can be signed: what is wrong with the keys, for whoever runs the application."""


@dataclass(frozen=True)
class ProofKey:
    """A key, from its first day of service; `last` is the first day of the next one, None while there is none."""

    name: str
    first: date
    last: date | None
    public: Ed25519PublicKey
    private: Ed25519PrivateKey | None

    @cached_property
    def raw(self) -> bytes:
        """The public key's 32 bytes."""
        return self.public.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @cached_property
    def kid(self) -> str:
        """Its thumbprint (RFC 7638), 43 characters."""
        members = {"crv": "Ed25519", "kty": "OKP", "x": b64url(self.raw)}
        return b64url(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())

    @property
    def jwk(self) -> dict[str, str | int]:
        """Public (RFC 8037). `exp`, in seconds: nothing delivered after it was signed with this key."""
        members: dict[str, str | int] = {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": self.kid,
            "x": b64url(self.raw),
        }
        if self.last is not None:
            members["exp"] = int(datetime.combine(self.last, time.max, UTC).timestamp())
        return members

    def sign(self, data: bytes) -> bytes:
        """64 bytes, always the same for the same data; ProofKeyError without the private key."""
        if self.private is None:
            raise ProofKeyError(f"The private key of {self.name} is not there.")
        return self.private.sign(data)


def b64url(data: bytes) -> str:
    """Without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@cache
def published() -> tuple[ProofKey, ...]:
    """Every key of the folder, those to come included, the newest first; ProofKeyError if one cannot be read."""
    _make_on_a_private_machine()
    paths = settings.PROOF_KEYS.glob(f"*{PRIVATE}")
    found: list[ProofKey] = []
    for path in sorted(paths, key=lambda path: path.name, reverse=True):
        found.append(replace(_read(path), last=found[-1].first if found else None))
    return tuple(found)


def current() -> ProofKey:
    """The one in service today; ProofKeyError if there is none, or if it cannot sign."""
    day = today()
    key = next((each for each in published() if each.first <= day), None)
    if key is None:
        raise ProofKeyError(f"No key of proofs in {settings.PROOF_KEYS}: run `manage.py proof_key`.")
    if key.private is None:
        raise ProofKeyError(f"The key of proofs in service, {key.name}, is a public one: run `manage.py proof_key`.")
    return key


def jwks() -> dict[str, list[dict[str, str | int]]]:
    """What is published at the well-known address (RFC 7517)."""
    return {"keys": [key.jwk for key in published()]}


def forget() -> None:
    """Read all of it again at the next need."""
    published.cache_clear()


def make_key(folder: Path, first: date) -> Path:
    """A new private key, in service from that day; its file, which only its owner reads."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{first.isoformat()}-{secrets.token_hex(3)}{PRIVATE}"
    content = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    return path


def _read(path: Path) -> ProofKey:
    try:
        first = date.fromisoformat(path.name[:10])
        content = path.read_bytes()
        if path.name.endswith(PUBLIC):
            private, public = None, load_pem_public_key(content)
        else:
            private = load_pem_private_key(content, None)
            public = private.public_key()
    except (OSError, ValueError, TypeError) as error:
        raise ProofKeyError(f"{path} is not a key that begins on a day: {error}") from error
    if not isinstance(public, Ed25519PublicKey) or not isinstance(private, Ed25519PrivateKey | None):
        raise ProofKeyError(f"{path} is not an Ed25519 key.")
    if private is not None and path.stat().st_mode & 0o077:
        raise ProofKeyError(f"{path} can be read by others: chmod 600 {path}")
    return ProofKey(path.name, first, None, public, private)


def _make_on_a_private_machine() -> None:
    """The first key, where nobody gave one and it matters to nobody; of two processes that make one, one is kept."""
    folder: Path = settings.PROOF_KEYS
    if not settings.LOCAL or folder.exists():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent))
    make_key(made, FIRST_DAY)
    try:
        made.rename(folder)
    except OSError:
        shutil.rmtree(made)
        if not folder.exists():
            raise
