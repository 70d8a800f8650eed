"""Exports: the whole filtered list, as spreadsheets read it, and nothing that acts as a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime

import pytest
from django.contrib.messages import get_messages
from django.utils.safestring import mark_safe
from lxml import etree

from forprev.core.lists.export import _bare, write_csv, write_xlsx

pytestmark = pytest.mark.urls("tests.core.lists.sample")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_rows(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def xlsx_cells(content: bytes) -> list[etree._Element]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return list(etree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(f"{SHEET}c"))


def test_csv_holds_all_pages_of_what_is_filtered_in_the_order_shown(samples, page, client):
    samples(43)
    seen = page("/liste", champ="ville", operateur="contient", valeur="Étienne", tri="-numero")
    response = client.get(seen.link("Exporter en CSV"))
    assert response["Content-Type"].startswith("text/csv")
    assert response["Content-Disposition"].startswith('attachment; filename="sessions-')
    head, *rows = csv_rows(response.getvalue())
    assert head == ["Numéro", "Ville", "Date de fin de session", "Date de modification", "État", "Note"]
    assert [int(row[0]) for row in rows] == [number for number in range(43, 0, -1) if number % 3]
    assert rows[-1] == ["1", "Saint-Étienne", "01/01/2022", "03/01/2022 00:30", "En cours de saisie", "'=1+1"]


def test_xlsx_holds_texts_numbers_and_dates(samples, client):
    samples(2)
    response = client.get("/liste", {"export": "xlsx", "tri": "numero"})
    assert "spreadsheetml" in response["Content-Type"]
    cells = xlsx_cells(response.getvalue())
    assert len(cells) == 3 * 6
    assert not [cell for cell in cells if cell.find(f"{SHEET}f") is not None]
    values = {cell.get("r"): "".join(cell.itertext()) for cell in cells}
    assert values["A2"] == "1"
    assert values["B2"] == "Saint-Étienne"
    assert values["F2"] == "=1+1"
    assert float(values["C2"]) == (date(2022, 1, 1) - date(1899, 12, 30)).days


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_disarmed(start):
    text = f"{start}cmd|' /C calc'!A0"
    file = io.BytesIO()
    write_csv(file, [[text]])
    assert csv_rows(file.getvalue()) == [["'" + text]]
    file = io.BytesIO()
    write_xlsx(file, [["Titre"], [text]])
    (cell,) = [cell for cell in xlsx_cells(file.getvalue()) if cell.get("r") == "A2"]
    assert cell.find(f"{SHEET}f") is None
    assert cell.get("t") == "inlineStr"


def test_addresses_are_not_links_and_long_texts_are_cut():
    file = io.BytesIO()
    write_xlsx(file, [["https://example.test/", "x" * 40_000, None, 3, datetime(2022, 1, 1, 12)]])  # noqa: DTZ001 (spreadsheets know no zones)
    values = {cell.get("r"): "".join(cell.itertext()) for cell in xlsx_cells(file.getvalue())}
    assert values["A1"] == "https://example.test/"
    assert len(values["B1"]) == 32_767
    with zipfile.ZipFile(file) as book:
        assert not [name for name in book.namelist() if name.endswith(".rels") and b"example.test" in book.read(name)]


def test_negative_numbers_stay_numbers_and_html_leaves():
    file = io.BytesIO()
    write_csv(file, [[-5, _bare(mark_safe("<b>R&amp;D</b>")), _bare(True), _bare(None)]])
    assert csv_rows(file.getvalue()) == [["-5", "R&D", "Oui", ""]]


def test_too_many_rows_are_refused_and_said(samples, page, client):
    samples(16)
    assert "Export possible jusqu’à 15 sessions" in page("/courte").text
    response = client.get("/courte", {"export": "csv", "tri": "numero"})
    assert response.status_code == 302
    assert response["Location"] == "/courte?tri=numero"
    assert "limité à 15 sessions" in str(next(iter(get_messages(response.wsgi_request))))


def test_unknown_format_shows_the_list(samples, page):
    samples(1)
    assert page("/liste", export="exe").numbers == [1]


def test_number_of_queries_does_not_depend_on_the_rows(samples, client, django_assert_num_queries):
    samples(1500)
    with django_assert_num_queries(2):
        client.get("/liste", {"export": "csv"}).getvalue()
