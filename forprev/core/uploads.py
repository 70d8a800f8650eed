"""Documents that people send: looked into before they are kept, kept under a random name, served as downloads only.

A package keeps the key and the name of a document in a row of its own, and says who may fetch it (security.md, items
44 and 46).
"""

from __future__ import annotations

import hashlib
import math
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import Any

import structlog
from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.db.models import Model
from django.http import FileResponse, Http404

from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.text import clean

NAME_LENGTH = 150
"""Characters of a document's name that are kept, its extension included."""
MEGABYTE = 1 << 20
MOST_OF_A_REQUEST = 20 * MEGABYTE
"""Bytes of one request with its files: beyond, nothing of it is read."""
NO_BREAK = "\N{NO-BREAK SPACE}"
CHECK = Path(__file__).with_name("document_check.py")
PATIENCE = 20
"""Seconds that looking into a document may last, on a busy machine too."""

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Format:
    """A kind of document: its name on the screen, how its file is named, how its content starts."""

    label: str
    content_type: str
    extensions: tuple[str, ...]
    magic: bytes


PDF = Format("PDF", "application/pdf", (".pdf",), b"%PDF-")
JPEG = Format("JPEG", "image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff")
PNG = Format("PNG", "image/png", (".png",), b"\x89PNG\r\n\x1a\n")

FAULTS = {
    "encrypted": "Ce PDF est protégé par un mot de passe : enregistrez-le sans protection.",
    "active": "Ce PDF contient un programme ou un formulaire actif : imprimez-le en PDF, puis joignez le résultat.",
    "attached": "Ce PDF contient d’autres fichiers : imprimez-le en PDF, puis joignez le résultat.",
    "too_many_pixels": "Cette image est trop grande : réduisez ses dimensions.",
    "unreadable": "Ce fichier est endommagé ou illisible : enregistrez-le de nouveau, ou choisissez-en un autre.",
}
"""What can be wrong inside a document, and what the person is told."""


@dataclass(frozen=True)
class Document:
    """A document that was looked into: its own name, what it is, all of it."""

    name: str
    content_type: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """SHA-256, in hexadecimal: the same for the same document."""
        return hashlib.sha256(self.content).hexdigest()


class DocumentField(forms.FileField):
    """One document of a known format; gives a `Document`, or None if none was sent and none is required."""

    widget = forms.FileInput

    def __init__(self, *, formats: Sequence[Format] = (PDF, JPEG, PNG), most_megabytes: int = 5, **kwargs: Any) -> None:
        self.formats, self.most_megabytes = formats, most_megabytes
        kwargs.setdefault("help_text", f"{self._named}, {most_megabytes}{NO_BREAK}Mo au plus.")
        super().__init__(**kwargs)

    @property
    def _named(self) -> str:
        *most, last = (each.label for each in self.formats)
        return f"{', '.join(most)} ou {last}" if most else last

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"accept": ",".join(extension for each in self.formats for extension in each.extensions)}

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        size = upload.size or 0
        if size > self.most_megabytes * MEGABYTE:
            told = f"{math.ceil(size / MEGABYTE * 10) / 10}".replace(".", ",")
            limit = f"{self.most_megabytes}{NO_BREAK}Mo"
            raise _refusal(f"Ce fichier fait {told}{NO_BREAK}Mo : il ne peut pas dépasser {limit}.", "size")
        name = _shortened(clean(upload.name or ""))
        extension = PurePosixPath(name).suffix.lower()
        meant = next((each for each in self.formats if extension in each.extensions), None)
        if meant is None:
            raise _refusal(f"Ce type de fichier n’est pas admis : choisissez un fichier {self._named}.", "extension")
        content = upload.read()
        if not content.startswith(meant.magic):
            raise _refusal(f"Ce fichier n’est pas un {meant.label}, malgré son nom.", "content")
        if fault := fault_in(content, meant):
            raise _refusal(FAULTS[fault], fault)
        return Document(name, meant.content_type, content)


def _refusal(message: str, code: str) -> forms.ValidationError:
    return forms.ValidationError(message, code=code)


def _shortened(name: str) -> str:
    path = PurePosixPath(name)
    return path.stem[: NAME_LENGTH - len(path.suffix)] + path.suffix if len(name) > NAME_LENGTH else name


def fault_in(content: bytes, meant: Format) -> str:
    """What is wrong inside, as a key of `FAULTS`; empty for a sound document.

    Looked into by a process of its own, with limits on memory and time and without our environment.
    """
    program = [sys.executable, "-I", str(CHECK), meant.content_type]
    try:
        looked = subprocess.run(program, input=content, capture_output=True, timeout=PATIENCE, env={}, check=True)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return "unreadable"
    fault = looked.stdout.decode()
    return fault if fault in FAULTS or not fault else "unreadable"


class RequestLimit(FileUploadHandler):
    """Refuses a request that is too large for any form, before it fills a disk; each field has its own, lower limit."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        if content_length > MOST_OF_A_REQUEST:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


# Keeping and serving

Keep = Callable[[Document, str], str]


@contextmanager
def keeping() -> Iterator[Keep]:
    """Gives `keep(document, folder)`, which stores a document and returns its key; stands around the transaction.

    When the block fails, the commit at its end included, nothing of what was kept stays. DomainError where the storage
    takes nothing: it is full, or away.
    """
    kept: list[str] = []

    def keep(document: Document, folder: str) -> str:
        extension = PurePosixPath(document.name).suffix.lower()
        name = f"{folder}/{secrets.token_hex(16)}{extension}"
        kept.append(name)
        try:
            return default_storage.save(name, ContentFile(document.content))
        except OSError as error:
            logger.error("document_not_kept", problem=repr(error))
            message = "Le document n’a pas pu être enregistré : rien n’est envoyé. Réessayez dans quelques minutes."
            raise DomainError(message, code="storage") from error

    try:
        yield keep
    except BaseException:
        for key in kept:
            _remove(key)
        raise


def discard(key: str) -> None:
    """Remove a document once the transaction under way is committed."""
    if key:
        transaction.on_commit(partial(default_storage.delete, key), robust=True)


ORPHAN_HOURS = 24
"""How old a file is, at the least, before it can be one that nothing refers to: what is being sent is younger."""

_held: dict[str, list[tuple[type[Model], str]]] = {}


def holds_documents(folder: str, model: type[Model], field: str) -> None:
    """Register which rows hold the keys of the documents of a folder."""
    if (model, field) not in _held.setdefault(folder, []):
        _held[folder].append((model, field))


def orphans() -> Iterator[str]:
    """Documents that no row holds: those of a transaction whose end was cut short."""
    oldest = now() - timedelta(hours=ORPHAN_HOURS)
    for folder, holders in _held.items():
        try:
            _, names = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        kept: set[str] = set()
        for model, field in holders:
            kept.update(model._base_manager.exclude(**{field: ""}).values_list(field, flat=True).iterator())
        for name in names:
            key = f"{folder}/{name}"
            if key not in kept and _modified_before(key, oldest):
                yield key


def _modified_before(key: str, moment: datetime) -> bool:
    try:
        return default_storage.get_modified_time(key) < moment
    except OSError:  # gone meanwhile
        return False


def sweep(*, pretend: bool = False) -> int:
    """Remove the orphans; how many there were."""
    found = list(orphans())
    for key in found if not pretend else ():
        if _remove(key):
            logger.warning("orphan_removed", key=key)
    return len(found)


def _remove(key: str) -> bool:
    """Whether it could be; what stays is an orphan, for the next sweep."""
    try:
        default_storage.delete(key)
    except OSError as error:
        logger.error("orphan_stays", key=key, problem=repr(error))
        return False
    return True


def download(key: str, name: str, content_type: str) -> FileResponse:
    """The document as a file to save, never as a page.

    Http404 if the storage does not hold it, DomainError if it cannot be read for the time being.
    """
    try:
        content = default_storage.open(key)
    except FileNotFoundError:
        logger.error("document_missing", key=key)
        raise Http404 from None
    except OSError as error:
        logger.error("document_unreadable", key=key, problem=repr(error))
        message = "Le document ne peut pas être lu pour le moment. Réessayez dans quelques minutes."
        raise DomainError(message, code="storage") from error
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
