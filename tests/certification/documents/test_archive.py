"""Certificates in one file."""

from __future__ import annotations

import io
import zipfile
from types import SimpleNamespace

import pytest

from forprev.certification.documents.archive import file_name, zip_of


def named(last_name: str, first_name: str, number: str = "SST-2/2022/000123") -> SimpleNamespace:
    return SimpleNamespace(
        number=number, holder_last_name=last_name, holder_first_name=first_name, holder_number="AAA01234"
    )


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (named("GOUROUX", "Nicolas"), "SST-2_GOUROUX_Nicolas_AAA01234.pdf"),
        (named("Lévêque", "Anne-Sophie"), "SST-2_LEVEQUE_Anne-Sophie_AAA01234.pdf"),
        (named("d’Œuf", "Zoé"), "SST-2_D-OEUF_Zoe_AAA01234.pdf"),
        (named("../../etc", "a/b\\c"), "SST-2_ETC_A-B-C_AAA01234.pdf"),
        (named("Иванов", "Пётр"), "SST-2_AAA01234.pdf"),
        (named("X" * 300, "Y"), f"SST-2_{'X' * 60}_Y_AAA01234.pdf"),
    ],
)
def test_file_names_are_plain(certificate, expected):
    assert file_name(certificate) == expected


def test_the_archive_holds_every_document_once_and_is_always_the_same():
    documents = [("a.pdf", b"one"), ("b.pdf", b"two"), ("a.pdf", b"three")]
    content = zip_of(documents)
    assert content == zip_of(documents)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a.pdf": b"one",
            "b.pdf": b"two",
            "a-2.pdf": b"three",
        }
