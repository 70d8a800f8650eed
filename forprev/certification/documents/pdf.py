"""A certificate on paper: the PDF is a pure function of the row."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import wrap
from threading import Lock
from typing import Protocol, cast
from urllib.parse import urlsplit

import segno
import typst
from django.conf import settings

from forprev.certification.documents import ornaments
from forprev.core.dates import french
from forprev.core.text import clean

HERE = Path(__file__).parent
TEMPLATES = {1: "certificate.typ"}
"""By `template_version`; an old version is never changed, so that an old row keeps giving the same paper."""
FONTS = ("@expo-google-fonts/fraunces", "@expo-google-fonts/atkinson-hyperlegible-next")
QR_VERSION, QR_MASK, QR_CAPACITY = 6, 2, 106
"""Fixed: choosing them costs segno five times the drawing. Version 6 holds 106 bytes at level M."""
_UNPRINTABLE = re.compile(
    "[^\u0020-\u0331\u0370-\u0484\u0487-\u04ff\u0621-\u063a\u0641-\u064a\u1e00-\u2040\u20a0-\u20bf\u2116\u2122\ufb00-\ufb06]"
)
"""What neither the fonts nor those inside Typst draw: other scripts than Latin, Greek, Cyrillic and Arabic; emoji."""
_compiling = Lock()
"""A compiler serves one thread at a time and refuses the others."""


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
    def verification_code(self) -> str: ...


def render(certificate: CertificateFacts, *, check_url: str) -> bytes:
    """The certificate as PDF/A-3a and PDF/UA-1, one A4 page; the same row and address give the same bytes."""
    template = TEMPLATES[certificate.template_version]
    inputs = {"facts": json.dumps(_facts(certificate, check_url)), "ornaments": ornaments.svg()}
    with _compiling:
        content = _compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"])
    return cast(bytes, content)


@cache
def _compiler(template: str) -> typst.Compiler:
    """Reads template and fonts once; it sees nothing outside of this folder."""
    fonts = [settings.NODE_MODULES / package for package in FONTS]
    return typst.Compiler(HERE / template, root=HERE, font_paths=fonts, ignore_system_fonts=True)


def _facts(certificate: CertificateFacts, check_url: str) -> dict[str, str]:
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
        "code": " ".join(wrap(certificate.verification_code, 4)),
        "check_place": f"{address.netloc}{address.path.rpartition('/')[0]}",
        "year": str(certificate.issued_on.year),
        "month": str(certificate.issued_on.month),
        "day": str(certificate.issued_on.day),
    }
    return {name: _UNPRINTABLE.sub("□", clean(text)) for name, text in facts.items()} | {"qr": _qr(check_url)}


def _qr(address: str) -> str:
    """An SVG of the address."""
    version = QR_VERSION if len(address.encode()) <= QR_CAPACITY else None
    code = segno.make(address, error="m", version=version, mask=QR_MASK, boost_error=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, dark="#072f3d", xmldecl=False, svgns=True)
    return out.getvalue().decode()
