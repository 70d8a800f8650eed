"""Spreadsheets of the tests, made here: sound ones, and those that nobody should send (security.md, C8)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

MEBIBYTE = 1 << 20
HEADER = ("Nom", "Prénom", "Date de naissance")

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def archive(parts: dict[str, str | bytes]) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return made.getvalue()


def xlsx(*rows: Sequence[Any], epoch_1904: bool = False, first_row: int = 1, hidden_first: bool = False) -> bytes:
    """As a French Excel saves it, by openpyxl; dates as dates."""
    book = openpyxl.Workbook()
    sheet = book.active
    if hidden_first:
        sheet.append(["Liste", "cachée"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("Stagiaires")
    if epoch_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for number, row in enumerate(rows, first_row):
        for place, value in enumerate(row, 1):
            sheet.cell(number, place, value)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def xlsx_of_many(rows: Iterable[Sequence[Any]]) -> bytes:
    """The same by xlsxwriter, for thousands of rows."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


def xlsx_parts(sheet: str, *, head: str = "", workbook: str = "") -> dict[str, str | bytes]:
    """The parts of a workbook by hand: `sheet` is what stands in its `sheetData`, `head` before the first element."""
    start = f'<?xml version="1.0" encoding="UTF-8"?>{head}'
    return {
        "[Content_Types].xml": (
            f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{workbook}'
            '<sheets><sheet name="F" sheetId="1" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ),
        "xl/worksheets/sheet1.xml": (f'{start}<worksheet xmlns="{_MAIN}"><sheetData>{sheet}</sheetData></worksheet>'),
    }


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def ods(*rows: Sequence[Any]) -> bytes:
    """As LibreOffice saves it: the empty rest of the sheet is told as one row, repeated."""
    rest = (
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    return archive(ods_parts("".join(_ods_row(row) for row in rows) + rest))


def _ods_row(row: Sequence[Any]) -> str:
    def cell(value: Any) -> str:
        if value is None:
            return "<table:table-cell/>"
        if isinstance(value, date):
            return (
                f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}">'
                f"<text:p>{value:%d/%m/%y}</text:p></table:table-cell>"
            )
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'

    return f"<table:table-row>{''.join(map(cell, row))}</table:table-row>"


def ods_parts(rows: str, *, head: str = "", manifest: str = "") -> dict[str, str | bytes]:
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "META-INF/manifest.xml": (
            f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{manifest}'
            "</manifest:manifest>"
        ),
        "content.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?>{head}<office:document-content xmlns:office="{_ODF}:office:1.0" '
            f'xmlns:table="{_ODF}:table:1.0" xmlns:text="{_ODF}:text:1.0" office:version="1.2"><office:body>'
            f'<office:spreadsheet><table:table table:name="F">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>"
        ),
    }


def _repeated(rows: int, columns: int) -> bytes:
    return archive(
        ods_parts(
            f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="string" '
            f'table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell></table:table-row>'
        )
    )


_LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
_LAUGHS += "]>"
_SECRET = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
_ROW = f'<row r="1">{text_cell("A1", "&a;")}</row>'
_ODS_ROW = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>&amp;a;</text:p></table:table-cell>'
    "</table:table-row>"
).replace("&amp;", "&")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def _utf_16(parts: dict[str, str | bytes], name: str) -> bytes:
    written = str(parts[name]).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return archive({**parts, name: written.encode("utf-16")})


def _sparse() -> bytes:
    """Two cells, as far from each other as a sheet allows: a few kilobytes."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "Nom", "x"
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _locked() -> bytes:
    """Its parts are marked as ciphered, as an archive with a password."""
    content = bytearray(archive(xlsx_parts("")))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + place] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


HOSTILE = {
    "an XLSX of 120 MB unfolded": ("xlsx", lambda: archive(xlsx_parts(" " * 120 * MEBIBYTE)), "bomb"),
    "an XLSX that unfolds a thousandfold": (
        "xlsx",
        lambda: archive(xlsx_parts(" " * 40 * MEBIBYTE)),
        "bomb",
    ),
    "an XLSX of many parts, none of which is large": (
        "xlsx",
        lambda: archive({**xlsx_parts(""), **{f"xl/media/{n}.png": " " * MEBIBYTE for n in range(120)}}),
        "bomb",
    ),
    "an XLSX of a thousand parts": (
        "xlsx",
        lambda: archive({**xlsx_parts(""), **{f"xl/media/{n}.png": b"x" for n in range(1000)}}),
        "bomb",
    ),
    "an XLSX with entities in entities": ("xlsx", lambda: archive(xlsx_parts(_ROW, head=_LAUGHS)), "entities"),
    "an XLSX that reads a file": ("xlsx", lambda: archive(xlsx_parts(_ROW, head=_SECRET)), "entities"),
    "an XLSX that reads a file, in UTF-16": (
        "xlsx",
        lambda: _utf_16(xlsx_parts(_ROW, head=_SECRET), "xl/worksheets/sheet1.xml"),
        "entities",
    ),
    "an XLSX whose entities come late": (
        "xlsx",
        lambda: archive(xlsx_parts(_ROW, head=f"<!--{'x' * 5000}-->{_LAUGHS}")),
        "unreadable",
    ),
    "an XLSX with a cell at the end of the sheet": ("xlsx", _sparse, "unreadable"),
    "an ODS of fifty million cells": ("ods", lambda: _repeated(100_000, 500), "unreadable"),
    "an ODS of more cells than are ever read": ("ods", lambda: _repeated(1_000_000, 500), "unreadable"),
    "an ODS of too many rows": ("ods", lambda: _repeated(20_000, 3), "too_many_rows"),
    "an ODS of too many columns": ("ods", lambda: _repeated(2, 500), "too_many_columns"),
    "an ODS with entities in entities": ("ods", lambda: archive(ods_parts(_ODS_ROW, head=_LAUGHS)), "entities"),
    "an ODS of 120 MB unfolded": ("ods", lambda: archive(ods_parts(" " * 120 * MEBIBYTE)), "bomb"),
    "an XLS, or an XLSX with a password": ("xlsx", lambda: OLE, "old_or_locked"),
    "an archive with a password": ("xlsx", _locked, "old_or_locked"),
    "an ODS with a password": (
        "ods",
        lambda: archive(ods_parts("", manifest="<manifest:encryption-data/>")),
        "old_or_locked",
    ),
    "an ODS called XLSX": ("xlsx", lambda: ods(HEADER), "content"),
    "an XLSX called ODS": ("ods", lambda: xlsx(HEADER), "content"),
    "a PDF called XLSX": ("xlsx", lambda: b"%PDF-1.7\n", "content"),
    "an XLSX called CSV": ("text", lambda: xlsx(HEADER), "content"),
    "an XLS called CSV": ("text", lambda: OLE, "old_or_locked"),
    "an archive cut short": ("xlsx", lambda: xlsx(HEADER)[:-100], "unreadable"),
    "a sheet that is no XML": ("xlsx", lambda: archive(xlsx_parts("<row><c><")), "unreadable"),
    "a text of twenty thousand rows": ("text", lambda: b"a;b;c\n" * 20_000, "too_many_rows"),
    "a text of a thousand columns": ("text", lambda: b"a;" * 1000, "too_many_columns"),
    "a text in one endless cell": ("text", lambda: b'"' + b"a" * MEBIBYTE, "content"),
    "a text in which nothing is text": ("text", lambda: bytes(range(256)), "content"),
}
"""What kind of file it says it is, its content, and how it is refused."""
