"""Spreadsheets that people send (security.md, items 44 and 45, C8): what is read of them, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from forprev.core import spreadsheet_reader, spreadsheets
from forprev.core.spreadsheets import FAULTS, Spreadsheet, SpreadsheetField, SpreadsheetRefused, read
from forprev.core.uploads import MEGABYTE
from tests.spreadsheets import HEADER, HOSTILE, archive, ods, text_cell, xlsx, xlsx_parts

MOST = 10_100
BORN = date(1990, 2, 1)
CELLS = st.text('abcéÉç ’-;"\t,', min_size=1, max_size=8).map(str.strip).filter(bool)


def cells(kind: str, content: bytes) -> list[list[str]]:
    return [list(row) for _, row in read(kind, content, MOST).rows]


class TestText:
    @pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_each_separator_and_encoding(self, separator: str, encoding: str, end: str) -> None:
        rows = [list(HEADER), ["Lévêque", "Zoé", "01/02/1990"], ["Œuf", "Noël", "1/2/90"]]
        text = end.join(separator.join(row) for row in rows)
        assert cells("text", text.encode(encoding)) == rows

    def test_real_bytes_of_a_french_windows(self) -> None:
        content = b"Nom;Pr\xe9nom;N\xe9(e) le\r\nD\x92Alm\xe9ida;\x8cdipe;01/02/1990\r\n"
        assert cells("text", content)[1] == ["D’Alméida", "Œdipe", "01/02/1990"]

    def test_quoted_cells_hold_separators_quotes_and_line_ends(self) -> None:
        content = 'Nom;Prénom\n"Le ""Goff""; dit Jean";"Anne\nMarie"\nPetit;Luc\n'.encode()
        assert read("text", content, MOST).rows == [
            (1, ["Nom", "Prénom"]),
            (3, ['Le "Goff"; dit Jean', "Anne\nMarie"]),
            (4, ["Petit", "Luc"]),
        ]

    def test_what_excel_says_of_its_separator(self) -> None:
        assert read("text", b"sep=|\na;b|c\n", MOST).rows == [(2, ["a;b", "c"])]

    def test_commas_within_a_text_of_semicolons(self) -> None:
        assert cells("text", b"a, b, c;d\ne, f, g;h\ni;j") == [["a, b, c", "d"], ["e, f, g", "h"], ["i", "j"]]

    def test_blank_lines_count_and_are_not_given(self) -> None:
        assert read("text", b"a;b\n\n;;\nc;d\n", MOST).rows == [(1, ["a", "b"]), (4, ["c", "d"])]

    @pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b";;;\n"])
    def test_nothing_is_nothing(self, content: bytes) -> None:
        assert read("text", content, MOST).rows == []

    @given(
        st.lists(
            st.lists(
                st.text('abcéÉç ’-;"\t,', min_size=1, max_size=8).map(str.strip).filter(bool), min_size=2, max_size=2
            ),
            min_size=1,
            max_size=5,
        )
    )
    def test_whatever_is_quoted_comes_back(self, rows: list[list[str]]) -> None:
        written = "\n".join(";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
        read_back = spreadsheet_reader.said(spreadsheet_reader.of_text(written.encode()))
        assert [row for _, row in read_back] == rows


class TestWorkbooks:
    def test_excel_s_dates_numbers_and_texts(self) -> None:
        content = xlsx(HEADER, ["Lévêque", "Zoé", BORN], ["Œuf", "Noël", datetime(1990, 2, 1, 8)], ["A", "B", 32905])  # noqa: DTZ001
        assert cells("xlsx", content)[1:] == [
            ["Lévêque", "Zoé", "1990-02-01"],
            ["Œuf", "Noël", "1990-02-01"],
            ["A", "B", "32905"],
        ]

    def test_days_that_count_from_1904(self) -> None:
        sheet = read("xlsx", xlsx(HEADER, ["A", "B", BORN], epoch_1904=True), MOST)
        assert (sheet.date_1904, sheet.rows[1][1][2]) == (True, "1990-02-01")
        assert not read("xlsx", xlsx(HEADER), MOST).date_1904

    def test_a_table_that_starts_further_down_and_right(self) -> None:
        content = xlsx([None, "Nom"], [], [None, "Petit"], first_row=4)
        assert read("xlsx", content, MOST).rows == [(4, ["", "Nom"]), (6, ["", "Petit"])]

    def test_the_first_sheet_that_is_shown(self) -> None:
        assert cells("xlsx", xlsx(HEADER, hidden_first=True)) == [list(HEADER)]

    def test_a_formula_counts_for_its_result(self) -> None:
        row = f'<row r="1">{text_cell("A1", "x")}<c r="B1" t="str"><f>A1&amp;"y"</f><v>xy</v></c></row>'
        assert cells("xlsx", archive(xlsx_parts(row))) == [["x", "xy"]]

    def test_an_ods_and_its_endless_empty_rows(self) -> None:
        content = ods(HEADER, ["Lévêque", "Zoé", BORN], [None, None, None], ["D’Œuf", "Noël", "1/2/90"])
        assert read("ods", content, MOST).rows == [
            (1, list(HEADER)),
            (2, ["Lévêque", "Zoé", "1990-02-01"]),
            (4, ["D’Œuf", "Noël", "1/2/90"]),
        ]

    def test_an_empty_workbook(self) -> None:
        assert read("xlsx", xlsx(), MOST).rows == []


@pytest.mark.parametrize(("kind", "made", "fault"), HOSTILE.values(), ids=HOSTILE)
def test_item45_a_hostile_file_is_refused(kind: str, made: Callable[[], bytes], fault: str) -> None:
    with pytest.raises(SpreadsheetRefused) as refusal:
        read(kind, made(), MOST)
    assert (refusal.value.code, refusal.value.message) == (fault, FAULTS[fault])


READ_ALL = """
import resource, sys
from pathlib import Path
from forprev.core.spreadsheets import SpreadsheetRefused, read

def most(who):
    return resource.getrusage(who).ru_maxrss

before = most(resource.RUSAGE_SELF)
for path in sys.argv[1:]:
    try:
        read(Path(path).suffix[1:], Path(path).read_bytes(), 10_100)
    except SpreadsheetRefused:
        pass
    else:
        sys.exit(path)
print(before, most(resource.RUSAGE_SELF), most(resource.RUSAGE_CHILDREN))
"""


def test_item45_what_bursts_is_not_the_application(tmp_path: Path) -> None:
    """Read one after the other by one process: it gains some megabytes; the readers meet their limit."""
    paths = [tmp_path / f"{number}.{kind}" for number, (kind, _, _) in enumerate(HOSTILE.values())]
    for path, (_, made, _) in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(made())
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, *map(str, paths)], capture_output=True, text=True, check=True
    )
    before, after, of_readers = (int(figure) for figure in done.stdout.split())
    assert after - before < 24 * 1024  # KiB
    assert 128 * 1024 < of_readers <= 512 * 1024


def test_item45_a_file_that_takes_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "PATIENCE", 0.001)
    with pytest.raises(SpreadsheetRefused) as refusal:
        read("xlsx", xlsx(HEADER), MOST)
    assert refusal.value.code == "unreadable"


def test_item45_the_reader_knows_nothing_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither our environment nor our modules: it runs isolated."""
    seen = {}

    def run(program: list[str], **options: object) -> None:
        seen.update(options, program=program)
        raise spreadsheets.subprocess.TimeoutExpired(program, 1)

    monkeypatch.setattr(spreadsheets.subprocess, "run", run)
    with pytest.raises(SpreadsheetRefused):
        read("text", b"a;b", MOST)
    assert seen["env"] == {}
    assert "-I" in seen["program"]


# The field


class UploadForm(forms.Form):
    file = SpreadsheetField(label="Fichier", required=False)


def sent(name: str, content: bytes = b"a;b") -> UploadForm:
    return UploadForm({}, {"file": SimpleUploadedFile(name, content, content_type="text/html")})


@pytest.mark.parametrize(
    ("name", "kind"),
    [("liste.xlsx", "xlsx"), ("LISTE.ODS", "ods"), ("été.csv", "text"), ("a.b.txt", "text"), ("a.tsv", "text")],
)
def test_item44_a_spreadsheet_is_taken(name: str, kind: str) -> None:
    form = sent(name)
    assert form.errors == {}
    assert form.cleaned_data["file"] == Spreadsheet(name, kind, b"a;b")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("liste.xls", b"a;b", "old_or_locked"),
        ("liste.xlsm", b"a;b", "extension"),
        ("liste.pdf", b"a;b", "extension"),
        ("liste", b"a;b", "extension"),
        ("liste.csv", b"a" * (5 * MEGABYTE + 1), "size"),
        ("liste.csv", b"", "empty"),
    ],
)
def test_item44_a_file_that_is_none_is_refused(name: str, content: bytes, code: str) -> None:
    assert [error.code for error in sent(name, content).errors.as_data()["file"]] == [code]


def test_nothing_is_sent_and_nothing_required() -> None:
    form = UploadForm({}, {})
    assert form.is_valid()
    assert form.cleaned_data["file"] is None
