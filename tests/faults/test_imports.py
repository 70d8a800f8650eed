"""Spreadsheets as large as they come, with bad lines among the good ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forprev.certification.models import ImportLine, Trainee, TrainingSession, Verdict
from forprev.certification.services.entry import MOST_TRAINEES
from forprev.core.spreadsheets import FAULTS
from tests.certification.test_bulk import somebody
from tests.factories.certification import draft_session
from tests.faults.conftest import Happened
from tests.http.world import browser_of, untouched
from tests.screens import text_of

EACH = 101
"""One line of so many is bad."""
IMPOSSIBLE = "31/02/1980"


def spreadsheet(count: int) -> bytes:
    """A CSV of a French Windows."""
    rows = (
        f"{last};{first};{IMPOSSIBLE if n % EACH == 0 else born}" for n, (last, first, born) in enumerate(people(count))
    )
    return "\r\n".join(["Nom;Prénom;Date de naissance", *rows]).encode("cp1252")


def people(count: int) -> Iterator[list[str]]:
    for n in range(count):
        last, first, born = somebody(n % 10_000)
        yield [f"{last}{'ABCDEFGHIJ'[n // 10_000]}", first, born]


def send(browser: Client, session: TrainingSession, content: bytes) -> object:
    file = SimpleUploadedFile("liste.csv", content, content_type="text/csv")
    return browser.post(f"/sessions/{session.pk}/stagiaires/importer", {"file": file})


FAULT = pytest.mark.fault(
    29,
    "A spreadsheet of 100,000 lines, bad ones among them",
    "more than a session holds is refused; else each bad line is told, and nothing written before it is confirmed",
)


@FAULT
@pytest.mark.django_db
def test_a_hundred_thousand_lines_are_refused_in_words(happened: Happened) -> None:
    session = draft_session(trainees=0)
    browser = browser_of(session.created_by)
    content = spreadsheet(100_000)
    with untouched():
        answer = send(browser, session, content)
    assert answer.status_code == 422
    assert FAULTS["too_many_rows"] in text_of(answer)
    happened(f"100,000 lines ({len(content) >> 10} KiB): refused")


@FAULT
@pytest.mark.heavy
@pytest.mark.django_db
def test_as_many_as_a_session_holds(happened: Happened) -> None:
    """Taken up later, from another browser, and confirmed."""
    session = draft_session(trainees=0)
    bad = len(range(0, MOST_TRAINEES, EACH))
    answer = send(browser_of(session.created_by), session, spreadsheet(MOST_TRAINEES))
    assert answer.status_code == 302
    assert not Trainee.objects.exists()
    lines = ImportLine.objects.filter(of__session=session)
    assert lines.filter(verdict=Verdict.KEPT).count() == MOST_TRAINEES - bad
    refused = lines.filter(verdict=Verdict.REFUSED)
    assert list(refused.order_by("row").values_list("row", flat=True)) == list(range(2, MOST_TRAINEES + 2, EACH))
    assert set(refused.values_list("birth_date", flat=True)) == {IMPOSSIBLE}

    later = browser_of(session.created_by)
    page = text_of(later.get(answer["Location"]))
    assert f"Refusées ({bad})" in page
    assert "Ligne 2" in page
    assert "Cette date n’existe pas" in page
    done = later.post(answer["Location"], {"confirm": "1"}, follow=True)
    assert session.trainees.count() == MOST_TRAINEES - bad, text_of(done)
    happened(f"{MOST_TRAINEES} lines: {bad} told with line, field and reason, the others confirmed")
