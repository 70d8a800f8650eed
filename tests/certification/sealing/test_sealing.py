"""The seal on a certificate, as programs that are not ours read it (product.md, 7)."""

from __future__ import annotations

import io
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import page
import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from forprev.certification.sealing import SealError, authority, examination, examine, keys, seal
from tests.certification.documents.test_pdf import HARD, Facts, faults, paper
from tests.certification.sealing.conftest import forget
from tests.certification.sealing.readers import Reader, structure, syntax_faults

PAPER = cache(paper)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Who trusts the root that we publish."""
    made = Reader(tmp_path / "store")
    made.trust(keys.published()[0].pem)
    return made


def container_of(pdf: bytes) -> tuple[int, int]:
    """Where the signature stands, which alone is not covered: from its bracket to after the other one."""
    start = pdf.index(b"<", pdf.index(b"/ByteRange"))
    return start, pdf.index(b">", start) + 1


def changed(pdf: bytes, place: int, value: int) -> bytes:
    return pdf[:place] + bytes([value]) + pdf[place + 1 :]


@pytest.mark.parametrize("facts", HARD)
def test_a_reader_finds_it_valid_and_trusted_over_the_whole_file(facts: Facts, reader: Reader) -> None:
    report = reader.report(seal(PAPER(facts)))
    assert report.valid
    assert report.trusted
    assert "ETSI.CAdES.detached" in report.text
    assert "SHA-256" in report.text


def test_a_reader_who_does_not_know_our_root_does_not_trust_it(tmp_path: Path) -> None:
    stranger = Reader(tmp_path / "stranger")
    report = stranger.report(seal(PAPER(Facts())))
    assert report.valid
    assert not report.trusted


def test_it_certifies_and_allows_no_change() -> None:
    with pikepdf.open(io.BytesIO(seal(PAPER(Facts())))) as pdf:
        made = pdf.Root.Perms.DocMDP
        assert made.Reference[0].TransformParams.P == 1
        assert pdf.Root.AcroForm.Fields[0].V.objgen == made.objgen
        assert pdf.Root.AcroForm.SigFlags == 3
        assert str(made.M).startswith("D:2")


@pytest.mark.parametrize("facts", HARD)
@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
def test_the_sealed_file_conforms_to_the_archive_and_accessibility_standards(
    facts: Facts, profile: page.ValidationProfile
) -> None:
    assert faults(seal(PAPER(facts)), profile) == []


@pytest.mark.parametrize("facts", HARD)
def test_the_sealed_file_is_sound_and_as_tagged_as_before(facts: Facts, tmp_path: Path) -> None:
    plain = PAPER(facts)
    sealed = seal(plain)
    assert syntax_faults(sealed, tmp_path) == ""
    assert "Document" in structure(plain, tmp_path)
    assert structure(sealed, tmp_path) == structure(plain, tmp_path)
    with pikepdf.open(io.BytesIO(plain)) as before, pikepdf.open(io.BytesIO(sealed)) as after:
        assert after.pages[0].Contents.read_bytes() == before.pages[0].Contents.read_bytes()
        assert after.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()


def test_it_says_which_certificate_it_is() -> None:
    found = examine(seal(PAPER(Facts(number="SST-2/2026/000042"))))
    assert found.genuine
    assert found.number == "SST-2/2026/000042"
    assert found.sealed_at is not None


def test_each_copy_has_a_seal_of_its_own_around_the_same_paper() -> None:
    """Nothing is stored: what leaves twice is made twice."""
    one, other = seal(PAPER(Facts())), seal(PAPER(Facts()))
    assert one != other
    assert examine(one).genuine
    assert examine(other).genuine


# One byte changed


PLACES = st.floats(0, 1, exclude_max=True)
"""In the file, whatever its length."""
TRIES = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@given(place=PLACES, value=st.integers(0, 255))
@example(place=0.0, value=0)
@example(place=0.9999999, value=0)
@settings(max_examples=150, **TRIES)
def test_a_reader_detects_one_byte_changed_anywhere(reader: Reader, place: float, value: int) -> None:
    sealed = seal(PAPER(Facts()))
    start, end = container_of(sealed)
    at = int(place * (len(sealed) - (end - start)))
    at += (end - start) * (at >= start)
    if sealed[at] != value:
        assert not reader.report(changed(sealed, at, value)).valid


@given(place=PLACES, value=st.integers(0, 255))
@settings(max_examples=300, **TRIES)
def test_we_detect_one_byte_changed_anywhere(place: float, value: int) -> None:
    sealed = seal(PAPER(Facts()))
    at = int(place * len(sealed))
    if sealed[at] != value:
        assert not passes(changed(sealed, at, value))


@given(place=PLACES, value=st.sampled_from(b"0123456789abcdefABCDEF"))
@settings(max_examples=500, **TRIES)
def test_we_detect_one_digit_changed_in_the_signature(place: float, value: int) -> None:
    """Where readers look at the meaning alone: another spelling, what stands after its end."""
    sealed = seal(PAPER(Facts()))
    start, end = container_of(sealed)
    at = start + int(place * (end - start))
    if sealed[at] != value:
        assert not passes(changed(sealed, at, value))


def test_the_bytes_as_they_are_pass() -> None:
    assert passes(seal(PAPER(Facts())))


def passes(pdf: bytes) -> bool:
    """What the examining program finds, without a process a time."""
    try:
        found = examination.examined(pdf)
    except Exception:
        return False
    return bool(found.get("intact") and found.get("whole"))


# What is added or put together


def with_a_new_title(sealed: bytes) -> bytes:
    """An update after the end, as a program makes that respects signatures."""
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.set_info(generic.DictionaryObject({generic.pdf_name("/Title"): generic.pdf_string("Autre")}))
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    return out.getvalue()


def written_anew(sealed: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        pdf.save(out)
    return out.getvalue()


def moved_to_another_paper(sealed: bytes) -> bytes:
    """The whole signature, in a certificate of somebody else."""
    other = seal(PAPER(Facts(holder="USURPATEUR Jean")))
    start, end = container_of(other)
    begun, ended = container_of(sealed)
    return other[:start] + sealed[begun:ended] + other[end:]


@pytest.mark.parametrize(
    "tamper",
    [with_a_new_title, written_anew, moved_to_another_paper, lambda sealed: sealed + b"\n", lambda sealed: sealed[:-1]],
)
def test_what_was_added_to_or_put_together_is_detected(tamper, reader: Reader) -> None:
    tampered = tamper(seal(PAPER(Facts())))
    assert not reader.report(tampered).valid
    assert not examine(tampered).genuine


def test_a_seal_of_a_stranger_is_intact_but_not_ours(folder: Path) -> None:
    authority.make_key(folder.with_name("stranger"), "stranger")
    sealed = seal(PAPER(Facts()))
    folder.rename(folder.with_name("ours"))
    folder.with_name("stranger").rename(folder)
    forget()
    found = examine(sealed)
    assert (found.sealed, found.intact, found.whole, found.ours) == (True, True, True, False)
    assert not found.genuine


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\n", b"\x00" * 1000, os.urandom(5000), b"%PDF-1.7\n" + b"[" * 200_000, b"%PDF-1.7\n" * 700_000],
)
def test_what_cannot_be_read_has_no_seal(content: bytes) -> None:
    assert not examine(content).sealed


def test_a_certificate_without_a_seal_has_none() -> None:
    assert not examine(PAPER(Facts())).sealed


def test_what_takes_too_long_to_read_has_no_seal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import time; time.sleep(60)")
    monkeypatch.setattr("forprev.certification.sealing.examining.PROGRAM", program)
    monkeypatch.setattr("forprev.certification.sealing.examining.PATIENCE", 0.1)
    assert not examine(seal(PAPER(Facts()))).sealed


# Many at once


def test_threads_seal_at_the_same_time() -> None:
    """Papers and all: each gets its own."""
    numbers = [f"SST-2/2026/{rank:06d}" for rank in range(40)]
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda number: seal(paper(replace(Facts(), number=number))), numbers))
    for number, pdf in zip(numbers, sealed, strict=True):
        assert passes(pdf)
        assert examination.examined(pdf)["number"] == number


def test_no_key_no_file(folder: Path) -> None:
    (folder / "first.key.pem").unlink()
    forget()
    with pytest.raises(SealError):
        seal(PAPER(Facts()))
