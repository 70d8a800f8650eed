"""A certificate on paper: the PDF is a pure function of the row."""

from __future__ import annotations

import json
import struct
import zlib
from datetime import date
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import zxingcpp

from forprev.certification.checking.codes import grouped
from forprev.certification.documents import ornaments
from forprev.core.dates import french
from forprev.core.documents import compile_pdf, printable
from forprev.core.text import clean

HERE = Path(__file__).parent
TEMPLATES = {1: "certificate.typ"}
"""By `template_version`; an old version is never changed, so that an old row keeps giving the same paper."""
QR_OPTIONS = "ecLevel=L,dataMask=0"
"""The lowest level, since its modules are the largest that the square can have. Choosing the mask anew for each costs
three times the drawing for nothing: of 1,500 codes seen at 100, 150 and 200 dots an inch, a reader missed 15 views of
those with the mask of the standard's rules and 2 of those with this one (with masks 2 and 4, one view in 80 to 100).
"""
QR_PAINTS = bytes.fromhex("072f3d ffffff")


class CertificateFacts(Protocol):
    """What the paper says; the model `Certificate` has it all."""

    @property
    def number(self) -> str: ...
    @property
    def template_version(self) -> int: ...
    @property
    def scheme_name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def holder_birth_date(self) -> date: ...
    @property
    def holder_number(self) -> str: ...
    @property
    def issued_on(self) -> date: ...
    @property
    def expires_on(self) -> date: ...
    @property
    def organisation_name(self) -> str: ...
    @property
    def signatory_name(self) -> str: ...
    @property
    def signatory_title(self) -> str: ...
    @property
    def course_label(self) -> str: ...
    @property
    def typed_code(self) -> str: ...


def render(certificate: CertificateFacts, *, check_url: str) -> bytes:
    """The certificate as PDF/A-3a and PDF/UA-1, one A4 page; the same row and address give the same bytes."""
    template = TEMPLATES[certificate.template_version]
    inputs = {"facts": json.dumps(_facts(certificate, check_url)), "ornaments": ornaments.svg()}
    return compile_pdf(HERE / template, inputs)


def _facts(certificate: CertificateFacts, check_url: str) -> dict[str, object]:
    """What the template reads, all of it drawable: a certificate once made must be printed whatever it says."""
    address = urlsplit(check_url)
    facts = {
        "number": certificate.number,
        "scheme": certificate.scheme_name,
        "title": certificate.title,
        "holder": certificate.holder,
        "birth_date": french(certificate.holder_birth_date),
        "holder_number": certificate.holder_number,
        "issued_on": french(certificate.issued_on),
        "expires_on": french(certificate.expires_on),
        "organisation": certificate.organisation_name,
        "signatory_name": certificate.signatory_name,
        "signatory_title": certificate.signatory_title,
        "course": certificate.course_label,
        "code": grouped(certificate.typed_code),
        "check_place": f"{address.netloc}{address.path.rpartition('/')[0]}",
        "year": str(certificate.issued_on.year),
        "month": str(certificate.issued_on.month),
        "day": str(certificate.issued_on.day),
    }
    return {name: printable(clean(text)) for name, text in facts.items()} | {"qr": _qr(check_url)}


def _qr(address: str) -> list[int]:
    """The bytes of a PNG, one pixel a module: three times faster to make and to set than paths of an SVG."""
    drawn = zxingcpp.create_barcode(address, zxingcpp.QRCode, options=QR_OPTIONS).to_image(add_quiet_zones=False)
    side, modules = drawn.shape[0], bytes(drawn).replace(b"\xff", b"\1")  # type: ignore[call-overload]  # 0 is dark
    rows = b"".join(b"\0" + modules[start : start + side] for start in range(0, side * side, side))
    header = struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", QR_PAINTS), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return list(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts))


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
