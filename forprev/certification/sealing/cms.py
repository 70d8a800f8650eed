"""The signature itself: a CMS container as PAdES wants it (CAdES, without a signing time of its own).

pyHanko writes it, which takes milliseconds, of which only the digest and the signature differ from one seal to the
next: a container is written once for each length of signature, then these two are put at their places.
"""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache
from typing import NamedTuple

from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers import ExternalSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from forprev.certification.sealing.keys import Chain, SealKey

MD = "sha256"
LONGEST_SIGNATURE = 72
"""Bytes of an ECDSA signature on P-256 at the most; some are one to three shorter."""


class Mould(NamedTuple):
    """A container without its digest and its signature, and what is signed without the digest."""

    attributes: tuple[bytes, bytes]
    container: tuple[bytes, bytes, bytes]


def signed(key: SealKey, digest: bytes) -> bytes:
    """The container (DER) for a document of this SHA-256."""
    before, after = _mould(key.chain, LONGEST_SIGNATURE).attributes
    signature = key.private.sign(before + digest + after)
    head, middle, tail = _mould(key.chain, len(signature)).container
    return head + digest + middle + signature + tail


def size(chain: Chain) -> int:
    """Bytes of a container at the most."""
    return sum(map(len, _mould(chain, LONGEST_SIGNATURE).container)) + len(_DIGEST) + LONGEST_SIGNATURE


_DIGEST = secrets.token_bytes(32)
"""Stands for the digest in a mould."""


@lru_cache(maxsize=64)
def _mould(chain: Chain, length: int) -> Mould:
    """For signatures of so many bytes."""
    leaf, *issuers = (x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in chain.certificates)
    signature = secrets.token_bytes(length)
    signer = ExternalSigner(leaf, SimpleCertificateStore.from_certs(issuers), signature_value=signature)

    async def written() -> tuple[bytes, bytes]:
        attributes = await signer.signed_attrs(_DIGEST, MD, use_pades=True)
        return attributes.dump(), (await signer.async_sign_prescribed_attributes(MD, attributes)).dump()

    attributes, container = asyncio.run(written())
    before, after = attributes.split(_DIGEST)
    head, rest = container.split(_DIGEST)
    middle, tail = rest.split(signature)
    return Mould((before, after), (head, middle, tail))
