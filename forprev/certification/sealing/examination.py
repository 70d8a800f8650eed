"""Reads the seal of a PDF that somebody brought, as a program of its own: what hangs on it is not the application.

`python -I examination.py < file` prints a JSON object: what `examining.Seal` says, with the SHA-256 of the certificate
in place of whether it is ours; an empty one if there is no seal. Anything else (an error, a limit passed, a crash)
means that the file cannot be read.
"""

from __future__ import annotations

import hashlib
import json
import logging
import resource
import sys
from io import BytesIO
from typing import Any

from asn1crypto import algos, cms, core, parser
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

MEMORY = 1 << 30
"""Bytes that examining may take."""
SECONDS = 10


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()
    json.dump(examined(sys.stdin.buffer.read()), sys.stdout)


def examined(content: bytes) -> dict[str, Any]:
    """Of the first seal: a file that bears others has been added to since."""
    reader = PdfFileReader(BytesIO(content))
    field = next((each for _, value, each in enumerate_sig_fields(reader) if value is not None), None)
    if field is None:
        return {}
    found = {"sealed": True, "number": str(reader.trailer_view["/Info"].get("/Keywords", ""))}
    try:
        return found | _judged(EmbeddedPdfSignature(reader, field, "seal"), content)
    except Exception:  # pyHanko raises as many kinds of errors as a signature has ways to be broken
        return found


def _judged(signature: EmbeddedPdfSignature, content: bytes) -> dict[str, Any]:
    """Whether the certificate is one of ours is not judged here, nor whether it has ended since."""
    certificate = signature.signer_cert
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[certificate], allow_fetching=False))
    stamp, moment = status.timestamp_validity, signature.self_reported_timestamp
    return {
        "intact": status.intact and status.valid and (stamp is None or (stamp.intact and stamp.valid)),
        "whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        and signature.docmdp_level == MDPPerm.NO_CHANGES
        and _is_alone_in_its_room(signature, content)
        and _says_what_we_say(signature),
        "certificate": hashlib.sha256(certificate.dump()).hexdigest(),
        "sealed_at": moment.isoformat() if moment else None,
    }


def _is_alone_in_its_room(signature: EmbeddedPdfSignature, content: bytes) -> bool:
    """Whether the one place of the file that is not covered holds the signature, spelt as we spell it, and zeros."""
    before, after = int(signature.byte_range[1]), int(signature.byte_range[2])
    container = signature.pkcs7_content
    length, info = parser.peek(container), signature.signer_info
    return (
        content[before:after] == b"<" + container.hex().encode() + b">"
        and container[:length].endswith(info["signature"].dump() + info["unsigned_attrs"].dump())
        and not any(container[length:])
    )


def _says_what_we_say(signature: EmbeddedPdfSignature) -> bool:
    """Whether the parts of the container that are neither signed nor looked at by pyHanko are as we write them."""
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    info, data = signature.signer_info, signature.signed_data
    return (
        info["version"].dump() == data["version"].dump() == core.Integer(1).dump()
        and info["sid"].chosen["issuer"].dump() == signature.signer_cert.issuer.dump()
        and info["digest_algorithm"].dump() == sha256.dump()
        and data["digest_algorithms"].dump() == cms.DigestAlgorithms([sha256]).dump()
    )


if __name__ == "__main__":
    main()
