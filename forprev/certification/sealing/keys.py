"""The keys of the seal: the newest signs, the certificates of all of them stay published.

`settings.SEAL_KEYS` is a folder. `<name>.chain.pem` holds a certificate, then those that lead from it to its root;
`<name>.key.pem` its private key, else the PKCS#11 token holds one with this label. A chain whose key is gone signs no
more and stays published: seals made with it are ours. What is read here is read once in the life of a process.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any, Protocol

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from django.conf import settings
from pkcs11.util.ec import encode_ecdsa_signature

from forprev.certification.sealing import authority

CHAIN, KEY = ".chain.pem", ".key.pem"


class SealError(Exception):
    """The seal cannot be put on: what is wrong with its keys, for whoever runs the application."""


class PrivateKey(Protocol):
    def sign(self, data: bytes) -> bytes:
        """The ECDSA signature (DER) of the data's SHA-256; SealError if the key does not answer."""


@dataclass(frozen=True)
class Chain:
    """A certificate of the seal and those that lead to its root, that one included."""

    name: str
    certificates: tuple[x509.Certificate, ...]

    @property
    def leaf(self) -> x509.Certificate:
        return self.certificates[0]

    @cached_property
    def pem(self) -> bytes:
        return b"".join(each.public_bytes(Encoding.PEM) for each in self.certificates)


@dataclass(frozen=True)
class SealKey:
    """What signs now."""

    chain: Chain
    private: PrivateKey


@cache
def published() -> tuple[Chain, ...]:
    """Every chain of the folder, the newest first; SealError if one cannot be read."""
    _make_on_a_private_machine()
    chains = [_chain(path) for path in settings.SEAL_KEYS.glob(f"*{CHAIN}")]
    return tuple(sorted(chains, key=lambda each: (each.leaf.not_valid_before_utc, each.name), reverse=True))


def current() -> SealKey:
    """The newest certificate with its key; SealError if it does not sign. One that has ended still does (checks.py)."""
    chains = published()
    if not chains:
        raise SealError(f"No certificate of the seal in {settings.SEAL_KEYS}: run `manage.py seal_key`.")
    return _seal_key(chains[0])


def forget() -> None:
    """Read all of it again at the next need."""
    published.cache_clear()
    _seal_key.cache_clear()


@cache
def _seal_key(chain: Chain) -> SealKey:
    """The key, once a first signature with it was verified against its certificate."""
    public = chain.leaf.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise SealError(f"The certificate of the seal {chain.name} is not one of a P-256 key.")
    path = settings.SEAL_KEYS / f"{chain.name}{KEY}"
    in_file = path.exists() or not settings.SEAL_PKCS11_MODULE
    private: PrivateKey = FileKey(path) if in_file else TokenKey(chain.name)
    try:
        public.verify(private.sign(b"Forprev"), b"Forprev", ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise SealError(f"The key of the seal {chain.name} is not the one of its certificate.") from None
    return SealKey(chain, private)


def _chain(path: Path) -> Chain:
    try:
        certificates = x509.load_pem_x509_certificates(path.read_bytes())
        for one, issuer in zip(certificates, [*certificates[1:], certificates[-1]], strict=True):
            one.verify_directly_issued_by(issuer)
    except (OSError, ValueError, TypeError, InvalidSignature) as error:
        raise SealError(f"{path} is not a chain of certificates up to its root: {error!r}") from error
    return Chain(path.name.removesuffix(CHAIN), tuple(certificates))


class FileKey:
    """A private key in a PEM file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        try:
            mode, content = path.stat().st_mode, path.read_bytes()
            key = load_pem_private_key(content, None)
        except (OSError, ValueError, TypeError) as error:
            raise SealError(f"The key of the seal {path} cannot be read: {error}") from error
        if mode & 0o077:
            raise SealError(f"The key of the seal {path} can be read by others: chmod 600 {path}")
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise SealError(f"The key of the seal {path} is not one of P-256.")
        self._key = key

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class TokenKey:
    """A private key that never leaves its PKCS#11 token, found by its label."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._key: Any = None
        self._lock = Lock()
        """A session of PKCS#11 serves one thread at a time."""

    def sign(self, data: bytes) -> bytes:
        """A session that broke (the token restarted) is opened again, once."""
        digest = hashlib.sha256(data).digest()
        with self._lock:
            try:
                return self._signed(digest)
            except pkcs11.PKCS11Error:
                self._key = None
            try:
                return self._signed(digest)
            except pkcs11.PKCS11Error as error:
                raise SealError(f"The token does not sign with the key {self._label}: {error!r}") from error

    def _signed(self, digest: bytes) -> bytes:
        if self._key is None:
            token = pkcs11.lib(settings.SEAL_PKCS11_MODULE).get_token(token_label=settings.SEAL_PKCS11_TOKEN)
            session = token.open(user_pin=settings.SEAL_PKCS11_PIN)
            self._key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._label)
        return encode_ecdsa_signature(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))


def new_name() -> str:
    """Of a key made today."""
    return f"{datetime.now(UTC):%Y-%m-%d}-{secrets.token_hex(3)}"


def _make_on_a_private_machine() -> None:
    """The first key, where nobody gave one and it matters to nobody; of two processes that make one, one is kept."""
    folder: Path = settings.SEAL_KEYS
    if not settings.LOCAL or folder.exists():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = Path(mkdtemp(dir=folder.parent))
    try:
        authority.make_key(made, new_name())
        made.rename(folder)
    except OSError:
        if not folder.exists():
            raise
        shutil.rmtree(made)
