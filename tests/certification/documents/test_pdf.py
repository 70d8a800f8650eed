"""The certificate on paper: what it says, and that it is a valid, tagged, archivable PDF."""

from __future__ import annotations

import io
import re
import subprocess
from dataclasses import dataclass, replace
from datetime import date

import page
import pikepdf
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from forprev.certification.documents.pdf import render
from forprev.core.text import is_name

CHECK_URL = "https://forprev.exemple.fr/verification/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONG = "Jean-Baptiste-Emmanuel-Christophe DE LA ROCHEFOUCAULD-MONTMORENCY-LUXEMBOURG"
MARKUP = "#panic() *gras* _italique_ $x^2$ \\ @ref <img src=file:///etc/passwd> `code` [a](b)"


@dataclass(frozen=True)
class Facts:
    number: str = "SST-2/2022/000123"
    template_version: int = 1
    scheme_name: str = "SST"
    title: str = "Certificat former des sauveteurs secouristes du travail"
    holder: str = "GOUROUX Nicolas"
    holder_birth_date: date = date(1980, 2, 29)
    holder_number: str = "AAA01234"
    issued_on: date = date(2022, 12, 1)
    expires_on: date = date(2025, 12, 1)
    organisation_name: str = "MAROSE FORMATION"
    signatory_name: str = "Camille VERDIER"
    signatory_title: str = "Chef du département Formation de l’INRS"
    course_label: str = "Stage initial"
    verification_code: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


HARD = [
    Facts(),
    Facts(holder=LONG, organisation_name="Société de formation à la prévention " * 4),
    Facts(holder="W" * 200, organisation_name="M" * 150),
    Facts(holder="NGUYỄN ŒDIPE ÇŸŁñ d’Ålesund"),
    Facts(holder=MARKUP, organisation_name=MARKUP),
    Facts(
        scheme_name="Amiante sous-section 4",
        title="Attestation de compétence amiante sous-section 4 – Encadrant technique",
    ),
]


def paper(facts: Facts) -> bytes:
    return render(facts, check_url=CHECK_URL)


def words(content: bytes) -> str:
    """The page's text, its spaces made single and its soft breaks taken out."""
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    return " ".join(text.replace("\u200b", "").replace("\xa0", " ").split())


def test_a42_says_everything_to_the_letter():
    text = words(paper(Facts()))
    for line in (
        "SST",
        "Certificat former des sauveteurs secouristes du travail",
        "Camille VERDIER",
        "Chef du département Formation de l’INRS",
        "Partenaire habilité par l’INRS",
        "(Cachet et signature)",
        "MAROSE FORMATION",
        "GOUROUX Nicolas",
        "Né(e) le : 29/02/1980",
        "N° Forprev : AAA01234",
        "Délivré le : 01/12/2022",
        "Fin de validité : 01/12/2025",
        "SST-2/2022/000123",
        "forprev.exemple.fr/verification",
    ):
        assert line in text


LENGTH = "a stream /Length does not match its raw content length"


def faults(content: bytes, profile: page.ValidationProfile) -> list[str]:
    """What `page-validation`, a program independent of the one that writes the file, has against it.

    Where compressed data happen to end with a carriage return, it takes that byte for a part of the line end that
    follows and finds the length wrong by one; then the lengths are checked here, against the bytes themselves.
    """
    messages = [failure.message for failure in page.validate_pdf_bytes(content, profile=profile).failures]
    if LENGTH in messages and b"\r\nendstream" in content:
        assert_lengths(content)
        messages.remove(LENGTH)
    return messages


def assert_lengths(content: bytes) -> None:
    """Every stream written with its /Length is followed, that many bytes on, by the end that belongs there."""
    heads = list(re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\n", content))
    assert heads
    for head in heads:
        end = head.end() + int(head[1])
        assert content[end : end + 10] == b"\nendstream"


@pytest.mark.parametrize("facts", HARD)
@pytest.mark.parametrize("profile", [page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1])
def test_conforms_to_the_archive_and_accessibility_standards(facts, profile):
    assert faults(paper(facts), profile) == []


def test_the_checker_refuses_a_damaged_file():
    with pikepdf.open(io.BytesIO(paper(Facts()))) as pdf:
        del pdf.Root.MarkInfo
        damaged = io.BytesIO()
        pdf.save(damaged)
    assert not page.validate_pdf_bytes(damaged.getvalue(), profile=page.ValidationProfile.PDF_UA_1).is_compliant


@pytest.mark.parametrize("facts", HARD)
def test_one_a4_page_with_its_fonts(facts):
    with pikepdf.open(io.BytesIO(paper(facts))) as pdf:
        assert len(pdf.pages) == 1
        width, height = (float(side) / 72 * 25.4 for side in pdf.pages[0].MediaBox[2:])
        assert (round(width), round(height)) == (297, 210)
        assert str(pdf.Root.Lang) == "fr-FR"
        fonts = [
            descendant.FontDescriptor
            for font in pdf.pages[0].Resources.Font.values()
            for descendant in font.DescendantFonts
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


def test_the_same_row_gives_the_same_bytes():
    assert paper(Facts()) == paper(Facts())


def test_another_row_gives_another_paper():
    assert paper(Facts()) != paper(replace(Facts(), number="SST-2/2022/000124"))


def test_every_letter_that_a_name_may_have_can_be_printed():
    letters = [letter for letter in map(chr, range(0x20, 0x2000)) if is_name(letter)]
    assert len(letters) > 500
    for start in range(0, len(letters), 60):
        some = "".join(letters[start : start + 60])
        assert faults(paper(Facts(holder=some)), page.ValidationProfile.PDF_A_3A) == []


def test_names_are_never_markup():
    assert MARKUP.replace(" ", "") in words(paper(Facts(holder=MARKUP))).replace(" ", "")


LETTERS = st.characters(
    min_codepoint=0x20, max_codepoint=0x17F, categories=["Lu", "Ll", "Lo", "Pd", "Po", "Ps", "Sm", "Sc", "Zs"]
)


@given(holder=st.text(LETTERS, min_size=1, max_size=201), organisation=st.text(LETTERS, min_size=1, max_size=150))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_fits_one_page(holder, organisation):
    reader = PdfReader(io.BytesIO(paper(Facts(holder=holder, organisation_name=organisation))))
    assert len(reader.pages) == 1
    assert "Fin de validité : 01/12/2025" in " ".join(reader.pages[0].extract_text().split())


def test_the_printed_qr_code_leads_to_the_check(tmp_path):
    (tmp_path / "certificate.pdf").write_bytes(paper(Facts()))
    subprocess.run(["pdftoppm", "-r", "150", "-png", "certificate.pdf", "drawn"], cwd=tmp_path, check=True)
    with Image.open(tmp_path / "drawn-1.png") as drawn:
        assert [code.text for code in zxingcpp.read_barcodes(drawn)] == [CHECK_URL]
