"""Reads a spreadsheet that somebody sent, as a program of its own: what hangs or bursts on it is not the application.

`python -I spreadsheet_reader.py xlsx 10100 < file` prints lines of JSON: `{"date1904": false}`, then `[row, [cell, …]]`
for each row that says something (rows counted from 1 as on the screen, cells as text, days as `1980-02-01`), then
`{"end": true}`. A fault is `{"fault": word}`, a word of `spreadsheets.FAULTS`, instead of the end. Anything else (an
error, a limit passed, a crash) means that the file cannot be read.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MEMORY = 512 << 20
"""Bytes that reading may take; the allocator gives up beyond, and the process with it."""
SECONDS = 15
MOST_ENTRIES = 500
MOST_UNFOLDED = 100 << 20
"""Bytes of all the parts of an archive together, unfolded."""
MOST_RATIO = 200
"""How many times larger a part of more than a mebibyte may become."""
HEAD = 4096
"""Bytes at the start of a part in which a document type would stand."""
MOST_COLUMNS = 60
MOST_OF_A_CELL = 500
"""Characters; beyond, the cell is cut: it is no name, date or address, and is told so as it stands."""
MOST_TEXT = 5_000_000
"""Characters of all the cells together."""
SEPARATORS = ";\t,|"
LOOKED_AT = 20
"""Lines of a text in which the separator is looked for."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Starts a workbook of before 2007, and one locked by a password."""
ARCHIVE = b"PK\x03\x04"
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
DATE_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")

Row = tuple[int, list[str]]


class Fault(Exception):
    """The file is not read; its argument is the word that says why."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    try:
        date_1904, rows = read(sys.argv[1], sys.stdin.buffer.read())
        say({"date1904": date_1904})
        for number, row in enumerate(said(rows)):
            if number >= int(sys.argv[2]):
                raise Fault("too_many_rows")
            say(row)
        say({"end": True})
    except Fault as fault:
        say({"fault": str(fault)})


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def read(kind: str, content: bytes) -> tuple[bool, Iterable[Row]]:
    """Whether days count from 1904, and the rows of a file of this kind (`xlsx`, `ods` or `text`)."""
    if content.startswith(OLE):
        raise Fault("old_or_locked")
    if kind == "text":
        return False, of_text(content)
    return check_archive(kind, content), of_workbook(content)


def said(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows that are not blank, without the blank cells at their end."""
    length = 0
    for number, cells in rows:
        kept = [cell.strip()[:MOST_OF_A_CELL] for cell in cells]
        while kept and not kept[-1]:
            kept.pop()
        if len(kept) > MOST_COLUMNS:
            raise Fault("too_many_columns")
        length += sum(map(len, kept))
        if length > MOST_TEXT:
            raise Fault("bomb")
        if kept:
            yield number, kept


def check_archive(kind: str, content: bytes) -> bool:
    """Refuse an archive that is not this kind of workbook, or that would burst; whether its days count from 1904."""
    if not content.startswith(ARCHIVE):
        raise Fault("content")
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except zipfile.BadZipFile:
        raise Fault("unreadable") from None
    parts = archive.infolist()
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_UNFOLDED:
        raise Fault("bomb")
    for part in parts:
        if part.flag_bits & 1:
            raise Fault("old_or_locked")
        if part.file_size > 1 << 20 and part.file_size > MOST_RATIO * part.compress_size:
            raise Fault("bomb")
        with archive.open(part) as opened:
            # Without the zeros, what is written in UTF-16 reads alike.
            if b"<!DOCTYPE" in opened.read(HEAD).replace(b"\0", b"").upper():
                raise Fault("entities")
    names = archive.namelist()
    if kind == "xlsx":
        if "xl/workbook.xml" not in names:
            raise Fault("content")
        return bool(DATE_1904.search(archive.read("xl/workbook.xml")))
    if "content.xml" not in names or "mimetype" not in names or not archive.read("mimetype").startswith(ODS):
        raise Fault("content")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise Fault("old_or_locked")
    return False


def of_workbook(content: bytes) -> Iterator[Row]:
    """The rows of the first sheet that is shown and holds something."""
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError:
        raise Fault("old_or_locked") from None
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.visible is not SheetVisibleEnum.Visible or sheet.typ is not SheetTypeEnum.WorkSheet:
            continue
        opened = workbook.get_sheet_by_index(index)
        if opened.start is None:
            continue
        # The reader gives the empty rows above the first cell, but not the empty columns before it.
        margin = [""] * min(opened.start[1], MOST_COLUMNS + 1)
        for number, row in enumerate(opened.iter_rows(), 1):
            yield number, [*margin, *(as_text(cell) for cell in row[: MOST_COLUMNS + 1])]
        return


def as_text(cell: Any) -> str:
    """`datetime(1980, 2, 1)` gives `1980-02-01`, 29252.0 gives `29252`."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def of_text(content: bytes) -> Iterator[Row]:
    """The rows of a text whose cells are parted by semicolons, tabs, commas or bars."""
    try:
        text = decoded(content)
    except UnicodeDecodeError:
        raise Fault("content") from None
    if "\0" in text:
        raise Fault("content")
    first, _, rest = text.partition("\n")
    told = re.fullmatch(r"sep=(.)\s*", first)
    separator, text, above = (told[1], rest, 1) if told else (separator_of(text), text, 0)
    rows = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        for row in rows:
            yield above + rows.line_num, row
    except csv.Error:
        raise Fault("content") from None


def decoded(content: bytes) -> str:
    """The text, by its mark, else as UTF-8, else as Windows writes French."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    with suppress(UnicodeDecodeError):
        return content.decode("utf-8-sig")
    return content.decode("cp1252")


def separator_of(text: str) -> str:
    """The separator that parts most of the first lines into the same number of cells, quoted text left aside."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def score(separator: str) -> tuple[int, int]:
        counts = Counter(line.count(separator) for line in lines)
        counts.pop(0, None)
        each, alike = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        return alike, each

    return max(SEPARATORS, key=score)


if __name__ == "__main__":
    main()
