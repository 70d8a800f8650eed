"""Documents that people send (security.md, items 44 to 46): what is admitted, kept, and how it is served."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from django import forms
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from pytest_django import Settings

from forprev.core import uploads
from forprev.core.errors import DomainError
from forprev.core.uploads import FAULTS, JPEG, MEGABYTE, PDF, PNG, Document, DocumentField
from tests import documents
from tests.documents import HOSTILE_PDF, bomb, pdf, picture

FOLDER = "essais"


class UploadForm(forms.Form):
    document = DocumentField(label="Justificatif", required=False)


def sent(name: str, content: bytes) -> UploadForm:
    """The declared type is the browser's word: nothing is made of it."""
    return UploadForm({}, {"document": SimpleUploadedFile(name, content, content_type="text/html")})


def error(name: str, content: bytes) -> str:
    (message,) = sent(name, content).errors["document"]
    return message


@pytest.mark.parametrize(
    ("name", "content", "known"),
    [
        ("Carte d’identité.pdf", pdf(), PDF),
        ("compact.pdf", pdf(**documents.COMPACT), PDF),
        ("SCAN.PDF", pdf(pages=30), PDF),
        ("photo.jpg", picture(), JPEG),
        ("photo.JPEG", picture(mode="L"), JPEG),
        ("capture.png", picture("PNG", mode="RGBA"), PNG),
    ],
)
def test_item44_a_sound_document_is_taken(name: str, content: bytes, known: uploads.Format) -> None:
    form = sent(name, content)
    assert form.errors == {}
    assert form.cleaned_data["document"] == Document(name, known.content_type, content)


def test_nothing_is_sent_and_nothing_required() -> None:
    form = UploadForm({}, {})
    assert form.is_valid()
    assert form.cleaned_data["document"] is None


@pytest.mark.parametrize(("content", "fault"), HOSTILE_PDF.values(), ids=HOSTILE_PDF)
def test_item44_a_hostile_pdf_is_refused(content: bytes, fault: str) -> None:
    assert error("piece.pdf", content) == FAULTS[fault]


def test_item45_a_pdf_that_unfolds_without_end_is_refused() -> None:
    """The same one that unfolds to little is sound."""
    assert sent("piece.pdf", bomb(1 << 20)).errors == {}
    assert error("piece.pdf", bomb(1 << 30)) == FAULTS["unreadable"]


def test_item45_a_document_that_takes_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.001)
    assert error("piece.pdf", pdf()) == FAULTS["unreadable"]


def test_item44_a_picture_of_too_many_pixels_is_refused() -> None:
    assert error("photo.png", picture("PNG", 8_000, 8_000, "1")) == FAULTS["too_many_pixels"]


@pytest.mark.parametrize(("name", "form"), [("photo.jpg", "JPEG"), ("photo.png", "PNG")])
def test_item44_a_picture_that_is_cut_is_refused(name: str, form: str) -> None:
    assert error(name, picture(form, 400, 300)[:-40]) == FAULTS["unreadable"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("piece.pdf", picture()),
        ("piece.pdf", b"<script>alert(1)</script>" + pdf()),
        ("photo.jpg", picture("PNG")),
        ("photo.png", pdf()),
        ("photo.jpg", b"MZ" + picture()),
    ],
)
def test_item44_a_name_that_lies_is_refused(name: str, content: bytes) -> None:
    assert "malgré son nom" in error(name, content)


@pytest.mark.parametrize("name", ["piece.exe", "piece.pdf.exe", "piece", ".pdf", "photo.svg", "page.html"])
def test_item44_another_kind_of_file_is_refused(name: str) -> None:
    assert error(name, pdf()).startswith("Ce type de fichier n’est pas admis : choisissez un fichier PDF, JPEG ou PNG.")


def test_item44_a_file_too_large_is_refused_unread() -> None:
    full = picture().ljust(5 * MEGABYTE, b"\x00")
    assert sent("photo.jpg", full).errors == {}
    assert error("photo.jpg", full + b"\x00") == "Ce fichier fait 5,1\xa0Mo : il ne peut pas dépasser 5\xa0Mo."
    assert (
        error("photo.jpg", b"\x00" * (7 * MEGABYTE)) == "Ce fichier fait 7,0\xa0Mo : il ne peut pas dépasser 5\xa0Mo."
    )


def test_an_empty_file_is_refused() -> None:
    assert error("piece.pdf", b"")


# Keeping and serving


class Failure(Exception):
    """Anything that goes wrong."""


@pytest.fixture
def folder() -> Iterator[None]:
    """Nothing is in the folder of the tests, neither before nor after."""

    def empty() -> None:
        for name in kept():
            default_storage.delete(f"{FOLDER}/{name}")

    empty()
    yield
    empty()


def kept() -> list[str]:
    if not default_storage.exists(FOLDER):
        return []
    names: list[str] = default_storage.listdir(FOLDER)[1]
    return names


DOCUMENT = Document("Carte d’identité.pdf", "application/pdf", pdf())


@pytest.mark.usefixtures("folder")
def test_item46_a_document_is_kept_under_a_name_that_says_nothing() -> None:
    with uploads.keeping() as keep:
        keys = [keep(DOCUMENT, FOLDER), keep(DOCUMENT, FOLDER)]
    assert len(set(keys)) == 2
    assert all(len(name) == 36 and name.endswith(".pdf") for name in kept())
    with default_storage.open(keys[0]) as stored:
        assert stored.read() == DOCUMENT.content


def test_item46_only_the_application_reads_what_is_kept(settings: Settings, tmp_path: Path) -> None:
    """On a disk, as it runs."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    with uploads.keeping() as keep:
        kept_at = settings.MEDIA_ROOT / keep(DOCUMENT, FOLDER)
    assert kept_at.read_bytes() == DOCUMENT.content
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept_at, kept_at.parent)] == [0o600, 0o700]
    assert not kept_at.is_relative_to(settings.STATIC_ROOT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("folder")
def test_nothing_is_kept_when_the_transaction_fails() -> None:
    with pytest.raises(Failure):
        keep_two_and_fail()
    assert kept() == []


def keep_two_and_fail() -> None:
    with uploads.keeping() as keep, transaction.atomic():
        keep(DOCUMENT, FOLDER)
        keep(DOCUMENT, FOLDER)
        assert len(kept()) == 2
        raise Failure


@pytest.mark.usefixtures("folder")
def test_a_storage_that_is_full_is_told_and_nothing_of_the_document_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(name: str, content: object) -> str:
        with default_storage.open(name, "wb") as stored:
            stored.write(b"the first bytes")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(default_storage, "save", fill_up)
    with pytest.raises(DomainError, match="n’a pas pu être enregistré"), uploads.keeping() as keep:
        keep(DOCUMENT, FOLDER)
    assert kept() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("folder")
def test_a_document_goes_with_the_transaction_that_discards_it() -> None:
    with uploads.keeping() as keep:
        key = keep(DOCUMENT, FOLDER)
    with pytest.raises(Failure):
        discard_and_fail(key)
    assert len(kept()) == 1
    with transaction.atomic():
        uploads.discard(key)
        assert len(kept()) == 1
    assert kept() == []


def discard_and_fail(key: str) -> None:
    with transaction.atomic():
        uploads.discard(key)
        raise Failure


@pytest.mark.usefixtures("folder")
def test_item46_a_document_is_served_to_be_saved_and_never_shown() -> None:
    with uploads.keeping() as keep:
        key = keep(DOCUMENT, FOLDER)
    response = uploads.download(key, DOCUMENT.name, DOCUMENT.content_type)
    assert b"".join(response.streaming_content) == DOCUMENT.content  # type: ignore[arg-type]
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Carte%20d%E2%80%99identit%C3%A9.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.usefixtures("folder")
def test_a_document_that_is_gone_is_not_found() -> None:
    with pytest.raises(Http404):
        uploads.download(f"{FOLDER}/absent.pdf", "absent.pdf", "application/pdf")


@pytest.mark.parametrize("name", ["../../etc/x.pdf", "a\r\nSet-Cookie: b.pdf", "\u202efdp.exe.pdf", "n" * 300 + ".pdf"])
def test_item46_a_name_is_only_a_name(name: str) -> None:
    form = sent(name, pdf())
    assert form.errors == {}
    taken = form.cleaned_data["document"].name
    assert taken.endswith(".pdf")
    assert len(taken) <= uploads.NAME_LENGTH
    assert not set(taken) & set("/\\\r\n\u202e")
