"""The signature itself: a CMS container as PAdES wants it (CAdES, without a signing time of its own).

pyHanko writes it, which takes milliseconds, of which only the digest and the signature differ from one seal to the
next: a container is written once for each length of signature, then these two are put at their places.
"""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache
from typing import NamedTuple

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers import ExternalSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from forprev.certification.sealing.keys import Chain, SealKey

MD = "sha256"
LONGEST_SIGNATURE = 72
"""Bytes of an ECDSA signature on P-256 at the most; some are one to three shorter."""
_DIGEST = secrets.token_bytes(32)
"""Stands for the digest in a mould."""


class Mould(NamedTuple):
    """A container without its digest and its signature, and what is signed without the digest."""

    attributes: tuple[bytes, bytes]
    container: tuple[bytes, bytes, bytes]


def size(chain: Chain) -> int:
    """Bytes of a container at the most, without a time stamp."""
    return sum(map(len, _mould(chain, LONGEST_SIGNATURE).container)) + len(_DIGEST) + LONGEST_SIGNATURE


def sign(key: SealKey, digest: bytes) -> bytes:
    """The signature for a document of this SHA-256. SealError if the key does not answer."""
    return key.private.sign(_attributes(key.chain, digest))


def container(chain: Chain, digest: bytes, signature: bytes) -> bytes:
    """Both of them, with the certificates (DER): baseline B."""
    head, middle, tail = _mould(chain, len(signature)).container
    return head + digest + middle + signature + tail


def stamped_container(chain: Chain, digest: bytes, signature: bytes, stamper: TimeStamper) -> bytes:
    """The same with a time stamp on the signature: baseline T. Raises what the stamper does."""
    attributes = cms.CMSAttributes.load(_attributes(chain, digest))
    signer = _signer(chain, signature)
    return asyncio.run(signer.async_sign_prescribed_attributes(MD, attributes, timestamper=stamper)).dump()


def _attributes(chain: Chain, digest: bytes) -> bytes:
    before, after = _mould(chain, LONGEST_SIGNATURE).attributes
    return before + digest + after


@lru_cache(maxsize=64)
def _mould(chain: Chain, length: int) -> Mould:
    """For signatures of so many bytes."""
    signature = secrets.token_bytes(length)
    signer = _signer(chain, signature)

    async def written() -> tuple[bytes, bytes]:
        attributes = await signer.signed_attrs(_DIGEST, MD, use_pades=True)
        return attributes.dump(), (await signer.async_sign_prescribed_attributes(MD, attributes)).dump()

    attributes, whole = asyncio.run(written())
    before, after = attributes.split(_DIGEST)
    head, rest = whole.split(_DIGEST)
    middle, tail = rest.split(signature)
    return Mould((before, after), (head, middle, tail))


def _signer(chain: Chain, signature: bytes) -> ExternalSigner:
    """Without the root, which a reader trusts or does not, whatever a file brings."""
    leaf, *issuers = (x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in chain.certificates)
    store = SimpleCertificateStore.from_certs(issuers)
    return ExternalSigner(leaf, store, signature_value=signature, embed_roots=False)
