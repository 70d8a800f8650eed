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
from forprev.core.documents import compile_pdf, draw_png, printable
from forprev.core.text import clean

HERE = Path(__file__).parent
LAYOUTS = {1: "certificate.typ"}
"""By the layout of a template's version; an old one is never changed, so that an old row gives the same paper."""
WORDS = ("awarded_text", "partner_text", "stamp_text", "check_text", "mention")
"""What a template says in its own words."""
QR_OPTIONS = "ecLevel=L,dataMask=0"
"""The lowest level, since its modules are the largest that the square can have. Choosing the mask anew for each costs
three times the drawing for nothing: of 1,500 codes seen at 100, 150 and 200 dots an inch, a reader missed 15 views of
those with the mask of the standard's rules and 2 of those with this one (with masks 2 and 4, one view in 80 to 100).
"""
QR_PAINTS = bytes.fromhex("072f3d ffffff")


class Paper(Protocol):
    """The words and colours of a certificate; the model `TemplateVersion` has it all."""

    @property
    def layout(self) -> int: ...
    @property
    def awarded_text(self) -> str: ...
    @property
    def partner_text(self) -> str: ...
    @property
    def stamp_text(self) -> str: ...
    @property
    def check_text(self) -> str: ...
    @property
    def mention(self) -> str: ...
    @property
    def colour(self) -> str: ...
    @property
    def accent(self) -> str: ...


class CertificateFacts(Protocol):
    """What the paper says; the model `Certificate` has it all."""

    @property
    def number(self) -> str: ...
    @property
    def template_version(self) -> Paper: ...
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
    return compile_pdf(*_set(certificate, check_url, specimen=False))


def render_specimen(certificate: CertificateFacts, *, check_url: str) -> bytes:
    """What cannot be taken for a certificate: `SPÉCIMEN` runs across the sheet."""
    return compile_pdf(*_set(certificate, check_url, specimen=True))


def draw_specimen(certificate: CertificateFacts, *, check_url: str) -> bytes:
    """The same as a picture for a screen: a PNG of about 1,170 by 830 pixels."""
    return draw_png(*_set(certificate, check_url, specimen=True))


def _set(certificate: CertificateFacts, check_url: str, *, specimen: bool) -> tuple[Path, dict[str, str]]:
    """The template and what it reads."""
    paper = certificate.template_version
    words = {name: printable(clean(getattr(paper, name))) for name in WORDS}
    facts = {
        **_facts(certificate, check_url),
        **words,
        "colour": paper.colour,
        "accent": paper.accent,
        "specimen": "SPÉCIMEN" if specimen else "",
    }
    return HERE / LAYOUTS[paper.layout], {
        "facts": json.dumps(facts),
        "ornaments": ornaments.svg(paper.colour, paper.accent),
    }


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
