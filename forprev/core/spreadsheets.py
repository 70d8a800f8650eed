"""Spreadsheets sent or pasted, read as rows of text by a program of their own (security.md, items 44 and 45)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django import forms

from forprev.core.errors import DomainError
from forprev.core.text import clean
from forprev.core.uploads import MEGABYTE, NO_BREAK

READER = Path(__file__).with_name("spreadsheet_reader.py")
PATIENCE = 30
"""Seconds that reading may last, on a busy machine too."""
MOST_MEGABYTES = 5
MOST_PASTED = 2_000_000
"""Characters; some thirty thousand lines of a name, a first name and a date."""
TEXT = "text"
KINDS = {".xlsx": "xlsx", ".ods": "ods", ".csv": TEXT, ".tsv": TEXT, ".txt": TEXT}

FAULTS = {
    "content": "Le contenu de ce fichier ne correspond pas à son nom : choisissez un fichier XLSX, ODS ou CSV.",
    "old_or_locked": (
        "Ce fichier est protégé par un mot de passe ou d’un ancien format : enregistrez-le au format XLSX, "
        "sans mot de passe."
    ),
    "bomb": "Ce fichier prend une place démesurée une fois ouvert : copiez ses lignes dans un nouveau fichier.",
    "entities": "Ce fichier contient des définitions non admises : copiez ses lignes dans un nouveau fichier.",
    "too_many_rows": "Ce fichier compte trop de lignes : répartissez-les en plusieurs fichiers.",
    "too_many_columns": "Ce fichier compte trop de colonnes : ne gardez que celles qui sont demandées.",
    "unreadable": "Ce fichier est endommagé ou illisible : copiez ses lignes dans un nouveau fichier.",
}
"""What can be wrong with a spreadsheet, and what the person is told."""


class SpreadsheetRefused(DomainError):
    """A spreadsheet that is not read; `code` is a key of `FAULTS`."""

    def __init__(self, fault: str) -> None:
        super().__init__(FAULTS[fault], code=fault)


@dataclass(frozen=True)
class Spreadsheet:
    """A file as it was sent: its name, what it says it is, all of it."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Sheet:
    """The rows that are not blank, each with its number on the screen; `date_1904`: its days count from 1904."""

    rows: Sequence[tuple[int, Sequence[str]]]
    date_1904: bool


class SpreadsheetField(forms.FileField):
    """One XLSX, ODS or CSV file, not yet read; gives a `Spreadsheet`, or None if none was sent and none is required."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", f"XLSX, ODS ou CSV, {MOST_MEGABYTES}{NO_BREAK}Mo au plus.")
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(KINDS)}

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        if (upload.size or 0) > MOST_MEGABYTES * MEGABYTE:
            raise forms.ValidationError(
                f"Ce fichier est trop gros : il ne peut pas dépasser {MOST_MEGABYTES}{NO_BREAK}Mo.", code="size"
            )
        name = clean(upload.name or "")
        extension = PurePosixPath(name).suffix.lower()
        if extension == ".xls":
            raise forms.ValidationError(FAULTS["old_or_locked"], code="old_or_locked")
        if extension not in KINDS:
            raise forms.ValidationError(
                "Ce type de fichier n’est pas admis : choisissez un fichier XLSX, ODS ou CSV.", code="extension"
            )
        return Spreadsheet(name, KINDS[extension], upload.read())


def read(kind: str, content: bytes, most_rows: int) -> Sheet:
    """The rows of a spreadsheet, as text; SpreadsheetRefused if it cannot be read or holds more than `most_rows`.

    Read by a process of its own, with limits on memory and time and without our environment.
    """
    program = [sys.executable, "-I", str(READER), kind, str(most_rows)]
    try:
        done = subprocess.run(program, input=content, capture_output=True, timeout=PATIENCE, env={}, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise SpreadsheetRefused("unreadable") from None
    first, *rows = [json.loads(line) for line in done.stdout.splitlines()] or [{}]
    last = rows.pop() if rows else first
    if "end" not in last:
        raise SpreadsheetRefused(last.get("fault", "unreadable"))
    return Sheet([(number, cells) for number, cells in rows], first["date1904"])
