"""What a certificate says, signed, short enough for a QR code: a compact JWS (RFC 7515) of Ed25519 (RFC 8037).

The format is public: docs/proofs.md, the page `/verification/hors-ligne`, and `verifier_certificat.py`, which reads it.
"""

from __future__ import annotations

import json

from forprev.certification.documents.pdf import CertificateFacts
from forprev.certification.proofs import keys
from forprev.certification.proofs.keys import b64url


def proof_of(certificate: CertificateFacts) -> str:
    """Some 450 characters, always the same for the same row and key. ProofKeyError where no key can sign."""
    key = keys.current()
    signed = f"{_part({'alg': 'EdDSA', 'kid': key.kid})}.{_part(payload_of(certificate))}"
    return f"{signed}.{b64url(key.sign(signed.encode()))}"


def payload_of(certificate: CertificateFacts) -> dict[str, str]:
    """What the paper says, under one letter each; days as YYYY-MM-DD."""
    return {
        "n": certificate.number,
        "h": certificate.holder,
        "b": certificate.holder_birth_date.isoformat(),
        "f": certificate.holder_number,
        "t": certificate.title,
        "o": certificate.organisation_name,
        "d": certificate.issued_on.isoformat(),
        "e": certificate.expires_on.isoformat(),
    }


def _part(content: dict[str, str]) -> str:
    return b64url(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
