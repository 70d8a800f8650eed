"""The time-stamp authority, where one is configured: baselines T and LT.

A seal leaves in any case: when the authority does not answer, or not as it should, this is logged, the seal goes
without a time stamp (baseline B), and the authority is left alone for a minute.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
from asn1crypto import cms as asn1_cms
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.keys import load_certs_from_pemder
from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from forprev.certification.sealing import cms
from forprev.certification.sealing.keys import Chain

ROOM = 12 * 1024
"""Bytes kept in a seal for a token, with the certificates that come with it."""
PAUSE = 60
"""Seconds for which an authority that did not answer is not asked again by this process."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Proofs:
    """What a reader needs to judge a seal when its authorities are gone: certificates and revocation lists (DER)."""

    certificates: Sequence[bytes]
    revocations: Sequence[bytes]


class Authority:
    """One for a process."""

    def __init__(self) -> None:
        self._certificates = list(load_certs_from_pemder([settings.SEAL_TSA_CERTIFICATES]))
        self._stamper = _Stamper(self._certificates)
        self._silent_until = 0.0

    @property
    def is_asked(self) -> bool:
        return time.monotonic() >= self._silent_until

    def stamped(self, chain: Chain, digest: bytes, signature: bytes) -> bytes | None:
        """The container with a time stamp, or None if there is none to be had."""
        try:
            container = cms.stamped_container(chain, digest, signature, self._stamper)
            if len(container) > cms.size(chain) + ROOM:
                raise ValueError(f"The token is {len(container) - cms.size(chain)} bytes long.")
        except Exception as error:  # whatever a stranger's answer makes pyHanko raise, the seal goes without it
            logger.warning("time_stamp_missing", authority=settings.SEAL_TSA_URL, error=repr(error))
            self._silent_until = time.monotonic() + PAUSE
            return None
        return container

    def proofs(self, chain: Chain) -> Proofs | None:
        """None without revocation lists: certificates alone prove nothing more."""
        if not settings.SEAL_REVOCATIONS:
            return None
        revocations = [path.read_bytes() for path in sorted(Path(settings.SEAL_REVOCATIONS).glob("*.crl"))]
        own = [each.public_bytes(Encoding.DER) for each in chain.certificates]
        return Proofs([*own, *(each.dump() for each in self._certificates)], revocations)


class _Stamper(RequestsHTTPTimeStamper):
    """Asks over HTTP, and takes no token but one of these certificates for this signature."""

    def __init__(self, certificates: list[x509.Certificate]) -> None:
        super().__init__(settings.SEAL_TSA_URL, timeout=settings.SEAL_TSA_SECONDS)
        self._trusted = certificates

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> asn1_cms.ContentInfo:
        token = await super().async_timestamp(message_digest, md_algorithm)
        found = await validate_tst_signed_data(
            token["content"],
            ValidationContext(trust_roots=self._trusted, allow_fetching=False),
            lambda algorithm: message_digest if algorithm == md_algorithm else b"",
        )
        if not (found["intact"] and found["valid"] and found["trust_problem_indic"] is None):
            raise ValueError("The token is not one of the authority for this signature.")
        return token


def authority() -> Authority | None:
    """The one to ask now; None if none is configured, or if it did not answer a moment ago."""
    if not settings.SEAL_TSA_URL:
        return None
    found = _authority()
    return found if found.is_asked else None


@cache
def _authority() -> Authority:
    return Authority()


def forget() -> None:
    """Read the settings again at the next need."""
    _authority.cache_clear()
