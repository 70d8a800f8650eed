"""Trainees from a spreadsheet, over HTTP: sending, correcting, confirming, and what is refused."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.certification.models import ImportLine, Trainee, TraineeImport, TrainingSession, Verdict
from forprev.certification.services.exchange import delete_session
from forprev.core.dates import french
from forprev.core.spreadsheets import FAULTS
from tests.certification.common import TODAY, nothing_changes
from tests.certification.test_bulk import somebody
from tests.factories.certification import draft_session, entity_of, send, sent_session
from tests.factories.organisations import acting_manager
from tests.factories.people import PersonFactory
from tests.http.test_session_screens import entity_browser
from tests.http.world import browser_of, untouched
from tests.screens import text_of
from tests.spreadsheets import HEADER, HOSTILE, ods, xlsx, xlsx_of_many

pytestmark = pytest.mark.django_db


def sending(client: Client, session: TrainingSession, name: str, content: bytes) -> HttpResponse:
    file = SimpleUploadedFile(name, content, content_type="application/octet-stream")
    return client.post(f"/sessions/{session.pk}/stagiaires/importer", {"file": file})


def pasting(client: Client, session: TrainingSession, *rows: Sequence[str]) -> HttpResponse:
    pasted = "\r\n".join("\t".join(row) for row in rows)
    return client.post(f"/sessions/{session.pk}/stagiaires/importer", {"pasted": pasted})


def shown(client: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 302, text_of(answer)
    return text_of(client.get(answer["Location"]))


def posted(row: int, **typed: str) -> dict[str, str]:
    line = ImportLine.objects.get(row=row)
    return {"ligne": str(line.pk), **{f"ligne-{line.pk}-{name}": value for name, value in typed.items()}}


ROWS = [["Lévêque", "Zoé", "01/02/1990"], ["D’Œuf", "Noël", "3/4/85"]]
TEXT = "Nom;Prénom;Né(e) le\r\n" + "".join(";".join(row) + "\r\n" for row in ROWS)
FILES: dict[str, tuple[str, bytes]] = {
    "a CSV of a French Windows": ("liste.csv", TEXT.encode("cp1252")),
    "a CSV in UTF-8 with its mark": ("liste.csv", TEXT.encode("utf-8-sig")),
    "a text of tabs": ("liste.txt", TEXT.replace(";", "\t").encode()),
    "an XLSX of texts": ("liste.xlsx", xlsx(HEADER, *ROWS)),
    "an XLSX of dates": ("liste.xlsx", xlsx(HEADER, ["Lévêque", "Zoé", date(1990, 2, 1)], ["D’Œuf", "Noël", 31140])),
    "an XLSX of xlsxwriter": (
        "Liste.XLSX",
        xlsx_of_many([HEADER, ["Lévêque", "Zoé", date(1990, 2, 1)], ["D’Œuf", "Noël", "1985-04-03"]]),
    ),
    "an XLSX from 1904": (
        "liste.xlsx",
        xlsx(HEADER, ["Lévêque", "Zoé", 31443], ["D’Œuf", "Noël", date(1985, 4, 3)], epoch_1904=True),
    ),
    "an ODS": ("liste.ods", ods(HEADER, ["Lévêque", "Zoé", date(1990, 2, 1)], ["D’Œuf", "Noël", "3 avril 1985"])),
    "columns in another order": (
        "liste.xlsx",
        xlsx(["DDN", "Prénom(s)", "Nom d’usage"], ["1/2/90", "Zoé", "Lévêque"], ["03.04.1985", "Noël", "D’Œuf"]),
    ),
    "no header": ("liste.csv", TEXT.partition("\r\n")[2].encode()),
}


@pytest.mark.parametrize(("name", "content"), FILES.values(), ids=FILES)
def test_a35_each_kind_of_file_becomes_the_same_trainees(name: str, content: bytes) -> None:
    session = draft_session(trainees=0)
    client = entity_browser(session)
    answer = sending(client, session, name, content)
    page = shown(client, answer)
    assert f"2 lignes de {name}" in page
    assert "Retenues (2)" in page
    assert not Trainee.objects.exists()
    done = client.post(answer["Location"], {"confirm": "1"}, follow=True)
    assert "2 stagiaires ont été ajoutés à la session." in text_of(done)
    assert list(session.trainees.values_list("last_name", "first_name", "birth_date")) == [
        ("D’Œuf", "Noël", date(1985, 4, 3)),
        ("Lévêque", "Zoé", date(1990, 2, 1)),
    ]


def test_the_tab_leads_to_it() -> None:
    session = draft_session(trainees=1)
    client = entity_browser(session)
    page = client.get(f"/sessions/{session.pk}/stagiaires").content.decode()
    assert f'href="/sessions/{session.pk}/stagiaires/importer"' in page
    assert "Importer des stagiaires" in page


class TestSending:
    @pytest.mark.parametrize(
        "hostile",
        ["an XLSX of 120 MB unfolded", "an XLSX with a cell at the end of the sheet", "an ODS of fifty million cells"],
    )
    def test_item45_a_hostile_file_is_refused_and_the_next_one_taken(self, hostile: str) -> None:
        kind, made, fault = HOSTILE[hostile]
        session = draft_session(trainees=0)
        client = entity_browser(session)
        with untouched():
            answer = sending(client, session, f"liste.{kind}", made())
        assert answer.status_code == 422
        assert FAULTS[fault] in text_of(answer)
        assert "Retenues (2)" in shown(client, sending(client, session, *FILES["an ODS"]))

    def test_what_is_wrong_with_a_file_is_said_beside_it(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        with untouched():
            answer = sending(client, session, "liste.pdf", b"%PDF-")
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "Erreur : " in html
        assert html.count("Ce type de fichier n’est pas admis") == 2

    def test_columns_that_are_missing_are_named_and_what_was_pasted_stays(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        with untouched():
            answer = pasting(client, session, ["Nom", "Prénom"], ["PETIT", "Marguerite"])
        assert answer.status_code == 422
        assert "« Date de naissance »" in text_of(answer)
        assert "Marguerite" in answer.content.decode()

    @pytest.mark.parametrize("form", [{}, {"pasted": "  \r\n "}])
    def test_nothing_sent_is_said(self, form: dict[str, str]) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        with untouched():
            answer = client.post(f"/sessions/{session.pk}/stagiaires/importer", form)
        assert answer.status_code == 422
        assert "Choisissez un fichier, ou collez des lignes" in text_of(answer)

    def test_a_file_and_lines_are_one_too_many(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        form = {"pasted": "a\tb", "file": SimpleUploadedFile("liste.csv", b"a;b")}
        with untouched():
            answer = client.post(f"/sessions/{session.pk}/stagiaires/importer", form)
        assert "mais pas les deux" in text_of(answer)

    def test_clicked_twice_it_is_one_import(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        pasting(client, session, *ROWS)
        last = pasting(client, session, *ROWS)
        assert TraineeImport.objects.count() == 1
        assert "2 lignes collées" in shown(client, last)

    def test_what_a_cell_says_is_never_markup(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        answer = pasting(client, session, HEADER, ["<b>PETIT</b>", "<script>x</script>", '"><img src=x>'])
        html = client.get(answer["Location"]).content.decode()
        assert "<b>PETIT" not in html
        assert "<script>x" not in html
        assert "<img src=x" not in html


class TestPreview:
    def test_faults_first_each_beside_its_field_then_corrected_and_confirmed(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, HEADER, somebody(1), ["PETIT", "", "31/02/1990"], somebody(1))["Location"]
        html = client.get(path).content.decode()
        assert html.index("Ligne 3 ") < html.index("Ligne 4 ") < html.index("<table")
        line = ImportLine.objects.get(row=3)
        (field,) = re.findall(rf'<input[^>]*name="ligne-{line.pk}-first_name"[^>]*>', html)
        assert 'aria-invalid="true"' in field
        assert "Cette personne figure déjà à la ligne 2." in html
        corrected = client.post(path, {**posted(3, first_name="Jean", birth_date="1/2/90"), "save": "1"}, follow=True)
        assert "1 ligne a été enregistrée." in text_of(corrected)
        done = client.post(path, {"confirm": "1"}, follow=True)
        assert "2 stagiaires ont été ajoutés à la session. 1 ligne refusée n’a pas été écrite." in text_of(done)

    def test_what_was_typed_counts_when_one_confirms_at_once(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, HEADER, ["PETIT", "", "01/02/1990"])["Location"]
        client.post(path, {**posted(2, first_name="Jean"), "confirm": "1"})
        assert session.trainees.get().first_name == "Jean"

    def test_lines_in_doubt_stop_it_in_clear(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, HEADER, ["LEVEQE", "Zoe", french(known.birth_date)], somebody(1))["Location"]
        page = client.get(path)
        assert "C’est elle : Z. L., né(e) en 1980" in text_of(page)
        assert known.number not in page.content.decode()
        with nothing_changes():
            stopped = client.post(path, {"confirm": "1"})
        assert stopped.status_code == 422
        assert "1 ligne est à vérifier" in text_of(stopped)
        assert "Erreur : " in stopped.content.decode()
        client.post(path, {**posted(2, decision=str(known.pk)), "confirm": "1"})
        assert session.trainees.filter(person=known).count() == 1

    def test_lines_in_doubt_are_left_if_one_says_so(self) -> None:
        known = PersonFactory(last_name="Lévêque", first_name="Zoé")
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, HEADER, ["LEVEQE", "Zoe", french(known.birth_date)], somebody(1))["Location"]
        done = client.post(path, {"confirm": "1", "leave_doubtful": "1"}, follow=True)
        assert "1 stagiaire a été ajouté à la session. 1 ligne a été laissée de côté." in text_of(done)

    def test_clicked_twice_it_says_the_same(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, *ROWS)["Location"]
        first = client.post(path, {"confirm": "1"}, follow=True)
        with untouched():
            second = client.post(path, {"confirm": "1"})
        assert "2 stagiaires ont été ajoutés" in text_of(first)
        assert "2 stagiaires ont été ajoutés" in text_of(client.get(second["Location"]))

    def test_clicked_twice_it_says_the_same_once_the_session_is_sent(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, *ROWS)["Location"]
        client.post(path, {"confirm": "1"})
        session.refresh_from_db()
        send(session)
        with untouched():
            assert client.post(path, {"confirm": "1"}).status_code == 302

    def test_the_same_file_again_says_they_are_there(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        client.post(pasting(client, session, *ROWS)["Location"], {"confirm": "1"})
        again = pasting(client, session, *ROWS)["Location"]
        assert "Déjà dans la session (2)" in text_of(client.get(again))
        with nothing_changes():
            assert "Aucune ligne n’est à ajouter" in text_of(client.post(again, {"confirm": "1"}))

    def test_pages_filters_and_the_line_opened(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, HEADER, ["?", "", ""], *(somebody(n) for n in range(60)))["Location"]
        first, second = client.get(path), client.get(f"{path}?page=2")
        assert "Page 1 sur 2" in text_of(first)
        assert (first.content.decode().count("<fieldset class="), first.content.decode().count("<tr>")) == (1, 50)
        assert second.content.decode().count("<tr>") == 12
        refused = client.get(f"{path}?etat=refusees").content.decode()
        assert "<table" not in refused
        line = ImportLine.objects.get(row=10)
        opened = client.get(f"{path}?ligne={line.pk}").content.decode()
        assert f'name="ligne-{line.pk}-last_name"' in opened
        for query in ("page=x", "page=99", "etat=x", "ligne=x", "ligne=-1"):
            assert client.get(f"{path}?{query}").status_code == 200
        back = client.post(f"{path}?page=2&ligne={line.pk}", {"save": "1"})
        assert back["Location"] == f"{path}?page=2"

    @pytest.mark.parametrize("posted_ids", [["x"], ["999999999999999999999999"], ["²"], ["-1"], ["0"], [""]])
    def test_lines_that_are_none_change_nothing(self, posted_ids: list[str]) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, *ROWS)["Location"]
        with untouched():
            assert client.post(path, {"ligne": posted_ids, "save": "1"}).status_code == 302

    def test_a_line_of_another_import_is_not_touched(self) -> None:
        session, other = draft_session(trainees=0), draft_session(trainees=0)
        pasting(entity_browser(other), other, *ROWS)
        theirs = posted(1, last_name="MOI")
        client = entity_browser(session)
        path = pasting(client, session, *ROWS)["Location"]
        with untouched():
            client.post(path, {**theirs, "save": "1"})

    def test_a_cell_without_end_is_cut(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        path = pasting(client, session, *ROWS)["Location"]
        client.post(path, {**posted(1, last_name="A\x00" * 5000), "save": "1"})
        line = ImportLine.objects.get(row=1)
        assert (line.last_name, line.verdict) == ("A" * 500, Verdict.REFUSED)

    def test_as_many_queries_for_a_full_page_as_for_one_line(self) -> None:
        counts = []
        for count in (1, 50):
            session = draft_session(trainees=0)
            client = entity_browser(session)
            faults = [["?", "Jean", f"01/02/19{n:02}"] for n in range(count)]
            path = pasting(client, session, HEADER, *faults, *(somebody(n) for n in range(count)))["Location"]
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestWhose:
    def test_nobody_else_sees_or_confirms_it(self) -> None:
        session = draft_session(trainees=0)
        path = pasting(entity_browser(session), session, *ROWS)["Location"]
        colleague, stranger = acting_manager(session.organisation), acting_manager()
        for acting in (colleague, stranger):
            client = browser_of(acting.person)
            with untouched():
                assert client.get(path).status_code == 404
                assert client.post(path, {"confirm": "1"}).status_code == 404

    def test_an_import_is_not_found_under_another_session(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        found = pasting(client, session, *ROWS)["Location"].rpartition("/")[2]
        other = draft_session(entity_of(session), trainees=0)
        assert client.get(f"/sessions/{other.pk}/stagiaires/imports/{found}").status_code == 404

    def test_a_session_that_is_no_draft_takes_none(self) -> None:
        session = sent_session(trainees=1)
        client = entity_browser(session)
        with untouched():
            assert client.get(f"/sessions/{session.pk}/stagiaires/importer").status_code == 409
            assert pasting(client, session, *ROWS).status_code == 409
            assert client.get(f"/sessions/{session.pk}/stagiaires/modele.xlsx").status_code == 409

    def test_an_import_goes_no_further_than_its_draft(self) -> None:
        session = draft_session(trainees=1)
        client = entity_browser(session)
        path = pasting(client, session, *ROWS)["Location"]
        delete_session(session.pk, entity_of(session))
        with untouched():
            assert client.post(path, {"confirm": "1"}).status_code == 404


class TestModel:
    @staticmethod
    def model(code: str) -> tuple[TrainingSession, Client, Any]:
        session = draft_session(code=code, trainees=0)
        client = entity_browser(session)
        answer = client.get(f"/sessions/{session.pk}/stagiaires/modele.xlsx")
        assert answer["Content-Disposition"] == 'attachment; filename="modele-stagiaires.xlsx"'
        return session, client, openpyxl.load_workbook(io.BytesIO(answer.content))

    def test_item42_names_are_texts_and_dates_dates(self) -> None:
        _, _, book = self.model("SST-1")
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[1]] == ["Nom", "Prénom", "Date de naissance"]
        assert [sheet.column_dimensions[letter].number_format for letter in "AC"] == ["@", "dd/mm/yyyy"]
        assert sheet.max_row == 1

    def test_filled_in_it_is_imported(self) -> None:
        session, client, book = self.model("SST-2")
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[1]][3:] == ["E-mail", "N° Forprev"]
        sheet.append(["Lévêque", "Zoé", date(1990, 2, 1), "zoe@exemple.test"])
        filled = io.BytesIO()
        book.save(filled)
        path = sending(client, session, "modele-stagiaires.xlsx", filled.getvalue())["Location"]
        client.post(path, {"confirm": "1"})
        trainee = session.trainees.get()
        assert (trainee.last_name, trainee.birth_date, trainee.email) == (
            "Lévêque",
            date(1990, 2, 1),
            "zoe@exemple.test",
        )

    def test_left_empty_it_brings_nobody(self) -> None:
        session, client, book = self.model("SST-1")
        empty = io.BytesIO()
        book.save(empty)
        with untouched():
            answer = sending(client, session, "modele.xlsx", empty.getvalue())
        assert "sans aucun stagiaire" in text_of(answer)


def test_b31_a_child_is_kept_if_one_says_so() -> None:
    session = draft_session(trainees=0)
    client = entity_browser(session)
    born = french(TODAY - timedelta(days=3660))
    path = pasting(client, session, HEADER, ["PETIT", "Jean", born])["Location"]
    assert "a moins de 14 ans" in text_of(client.get(path))
    client.post(path, {**posted(2, decision="keep"), "confirm": "1"})
    assert session.trainees.count() == 1
