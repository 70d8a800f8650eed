"""Many certificates in one file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import Protocol

from forprev.core.text import normalise

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the same certificates give the same archive."""


class Named(Protocol):
    @property
    def number(self) -> str: ...
    @property
    def holder_last_name(self) -> str: ...
    @property
    def holder_first_name(self) -> str: ...
    @property
    def holder_number(self) -> str: ...


def file_name(certificate: Named) -> str:
    """`SST-2_GOUROUX_Nicolas_AAA01234.pdf`: ASCII, without anything a file system minds."""
    series = certificate.number.partition("/")[0]
    last_name = normalise(certificate.holder_last_name).replace(" ", "-")
    first_name = normalise(certificate.holder_first_name).title().replace(" ", "-")
    parts = (series, last_name, first_name, certificate.holder_number)
    kept = ("".join(c for c in part if c.isascii() and (c.isalnum() or c in "-.")) for part in parts)
    return "_".join(part[:60] for part in kept if part) + ".pdf"


def zip_of(documents: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of (name, content) pairs; two of the same name both stand in it."""
    out = io.BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in documents:
            stem, dot, extension = name.rpartition(".")
            unique, rank = name, 2
            while unique in taken:
                unique, rank = f"{stem}-{rank}{dot}{extension}", rank + 1
            taken.add(unique)
            archive.writestr(zipfile.ZipInfo(unique, _EPOCH), content)
    return out.getvalue()
