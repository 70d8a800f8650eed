"""Data Integrity proofs of the suite `eddsa-rdfc-2022` (W3C, vc-di-eddsa), and keys as Multikey (W3C, cid-1.0)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from pyld import jsonld

from forprev.certification.credentials.contexts import document_loader
from forprev.certification.proofs import keys
from forprev.certification.proofs.keys import ProofKey
from forprev.core.dates import now

Document = dict[str, Any]

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"
"""Multicodec of an Ed25519 public key."""


def issuer() -> str:
    """Who signs: `did:web`, whose document is at `/.well-known/did.json` of the public address."""
    host = settings.PUBLIC_URL.partition("://")[2]
    return "did:web:" + host.replace(":", "%3A")


def method_of(key: ProofKey) -> str:
    """The identifier of a key in the issuer's document."""
    return f"{issuer()}#{key.kid}"


def controller_document() -> Document:
    """Every published key, as a Multikey that may sign assertions."""
    methods = [
        {
            "id": method_of(key),
            "type": "Multikey",
            "controller": issuer(),
            "publicKeyMultibase": multibase(_ED25519 + key.raw),
        }
        for key in keys.published()
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": issuer(),
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def signed(document: Document) -> Document:
    """The document with a proof by the key in service; ProofKeyError where no key can sign."""
    key = keys.current()
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": utc(now()),
        "verificationMethod": method_of(key),
        "proofPurpose": "assertionMethod",
    }
    value = multibase(key.sign(hash_data(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def hash_data(document: Document, options: Document) -> bytes:
    """What is signed (vc-di-eddsa, 3.2.4): the SHA-256 of the proof's options, then that of the document, 64 bytes."""
    options = {"@context": document["@context"], **options}
    return b"".join(hashlib.sha256(canonical(each).encode()).digest() for each in (options, document))


def canonical(document: Document) -> str:
    """RDFC-1.0, which pyld calls by its former name."""
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": document_loader}
    quads: str = jsonld.normalize(document, options)
    return quads


def multibase(data: bytes) -> str:
    """Base58btc, as both key and signature are written."""
    number, digits = int.from_bytes(data), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + digits


def utc(moment: datetime) -> str:
    """`2026-03-16T09:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
