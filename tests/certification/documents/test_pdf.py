"""The certificate on paper: what it says, and that it is a valid, tagged, archivable PDF."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

import page
import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forprev.catalogue.models import TemplateVersion
from forprev.certification.documents.pdf import render
from forprev.core.text import is_name
from tests.documents import scanned, words

CHECK_URL = "https://forprev.exemple.fr/verification/ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONG = "Jean-Baptiste-Emmanuel-Christophe DE LA ROCHEFOUCAULD-MONTMORENCY-LUXEMBOURG"
MARKUP = "#panic() *gras* _italique_ $x^2$ \\ @ref <img src=file:///etc/passwd> `code` [a](b)"


@dataclass(frozen=True)
class Facts:
    number: str = "SST-2/2022/000123"
    template_version: TemplateVersion = field(default_factory=TemplateVersion, compare=False)
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
    typed_code: str = "23456789CDF3"


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
    Facts(
        number="W" * 60,
        scheme_name="W" * 40,
        title="W" * 200,
        holder="W" * 100 + " " + "M" * 100,
        organisation_name="W" * 150,
        signatory_name="W" * 100,
        signatory_title="W" * 150,
        course_label="Mise à jour des compétences",
    ),
    Facts(holder="W" * 24),
    Facts(organisation_name="日本 🔥 ООО شركة Ωmega \ue000 \u202eX"),
]
"""Among them every field at its longest, in its widest letter."""


def paper(facts: Facts) -> bytes:
    return render(facts, check_url=CHECK_URL)


def bare(text: str) -> str:
    """Without the spaces, which extraction makes and loses at the ends of lines."""
    return "".join(text.split())


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
        "Code : 2345 6789 CDF3",
    ):
        assert line in text


@pytest.mark.parametrize("day", ["29/02/2024", "28/02/2027"])
def test_dates_are_written_in_full_on_leap_days_too(day):
    facts = Facts(issued_on=date(2024, 2, 29), expires_on=date(2027, 2, 28))
    assert day in words(paper(facts))


@pytest.mark.parametrize(
    "holder", [LONG, "NGUYỄN-ŒDIPE ÇŸŁñ d’Ålesund", "Lefèvre-Affligée Ofﬁce", "Le\u0301ve\u0302que"]
)
def test_names_are_printed_letter_for_letter(holder):
    """Over several lines, with ligatures, and composed where they were not."""
    assert bare(unicodedata.normalize("NFC", holder)) in bare(words(paper(Facts(holder=holder))))


def test_no_line_of_a_title_starts_with_its_dash():
    facts = Facts(title="Certificat former des acteurs PRAP – industrie, BTP, commerce, bureau")
    command = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(command, input=paper(facts), capture_output=True, check=True).stdout.decode()
    lines = [line.strip() for line in text.splitlines()]
    assert "Certificat former des acteurs PRAP –" in lines
    assert "industrie, BTP, commerce, bureau" in lines


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


@pytest.mark.parametrize("facts", HARD)
def test_words_keep_within_the_frame_and_apart(facts, tmp_path):
    boxes = line_boxes(paper(facts), tmp_path)
    assert len(boxes) >= 12
    for left, top, right, bottom in boxes:
        assert 20 < left < right < 277
        assert 20 < top < bottom < 190
    for one, other in combinations(boxes, 2):
        sideways = min(one[2], other[2]) - max(one[0], other[0])
        downwards = min(one[3], other[3]) - max(one[1], other[1])
        line = min(one[3] - one[1], other[3] - other[1])
        assert sideways <= 0 or downwards <= line / 2


def line_boxes(content: bytes, folder) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every line of text, in millimetres."""
    command = ["pdftotext", "-bbox-layout", "-", "-"]
    drawn = subprocess.run(command, input=content, cwd=folder, capture_output=True, check=True).stdout
    lines = ElementTree.fromstring(drawn).iter("{http://www.w3.org/1999/xhtml}line")  # noqa: S314
    sides = ("xMin", "yMin", "xMax", "yMax")
    return [tuple(float(line.attrib[side]) / 72 * 25.4 for side in sides) for line in lines]


def test_says_what_it_is_to_archives_and_to_screen_readers():
    with pikepdf.open(io.BytesIO(paper(Facts()))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == f"{Facts.title} – GOUROUX Nicolas"
            assert metadata["dc:creator"] == ["MAROSE FORMATION"]
            assert metadata["xmp:CreateDate"].startswith("2022-12-01")
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["pdfuaid:part"] == "1"
        elements = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        figures = [element for element in elements if element.S == "/Figure"]
        assert [str(figure.Alt) for figure in figures] == ["QR code menant à la vérification publique de ce certificat"]
        assert len([element for element in elements if element.S == "/H1"]) == 1


def test_the_same_row_gives_the_same_bytes():
    assert paper(Facts()) == paper(Facts())


def test_threads_may_print_at_the_same_time():
    facts = [Facts(number=f"SST-2/2022/{rank:06}") for rank in range(12)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(paper, facts)) == [paper(one) for one in facts]


def test_another_row_gives_another_paper():
    assert paper(Facts()) != paper(replace(Facts(), number="SST-2/2022/000124"))


def test_every_letter_that_a_name_may_have_can_be_printed():
    letters = [letter for letter in map(chr, range(0x20, 0x2000)) if is_name(letter)]
    assert len(letters) > 500
    for start in range(0, len(letters), 60):
        some = "".join(letters[start : start + 60])
        assert faults(paper(Facts(holder=some)), page.ValidationProfile.PDF_A_3A) == []


def test_a_certificate_once_made_can_be_printed_whatever_it_says():
    """A row cannot be changed: what no font draws leaves a mark, and never refuses the paper."""
    characters = [
        chr(code) for code in (*range(0x3000), *range(0xE000, 0xE010), *range(0xFB00, 0xFB07), 0x1F525, 0xFEFF)
    ]
    for start in range(0, len(characters), 400):
        some = "".join(f"a{character}" for character in characters[start : start + 400])
        paper(Facts(organisation_name=some))
        paper(Facts(holder=some))


def test_what_no_font_draws_leaves_a_mark_and_what_hides_goes():
    text = words(paper(Facts(organisation_name="Feu 🔥 日 ООО Ωmega \u202eX\ufeff\u200dY")))
    assert "Feu □ □ ООО Ωmega XY" in text


def test_names_are_never_markup():
    assert MARKUP.replace(" ", "") in words(paper(Facts(holder=MARKUP))).replace(" ", "")


LETTERS = st.characters(
    min_codepoint=0x20, max_codepoint=0x17F, categories=["Lu", "Ll", "Lo", "Pd", "Po", "Ps", "Sm", "Sc", "Zs"]
)


@given(holder=st.text(LETTERS, min_size=1, max_size=201), organisation=st.text(LETTERS, min_size=1, max_size=150))
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_any_name_fits_one_page(holder, organisation):
    content = paper(Facts(holder=holder, organisation_name=organisation))
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
    text = words(content)
    assert "Fin de validité : 01/12/2025" in text
    assert bare(holder) in bare(text)
    assert bare(organisation) in bare(text)


def test_the_address_of_the_check_can_be_copied():
    text = subprocess.run(["pdftotext", "-", "-"], input=paper(Facts()), capture_output=True, check=True).stdout
    assert "forprev.exemple.fr/verification" in text.decode()


@pytest.mark.parametrize("address", [CHECK_URL, CHECK_URL.replace("exemple", "sous-domaine.exemple" * 4)])
def test_the_printed_qr_code_leads_to_the_check(address):
    assert scanned(render(Facts(), check_url=address)) == [address]
