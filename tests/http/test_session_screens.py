"""What the session's screens show, take and refuse, over HTTP."""

from __future__ import annotations

import io
import uuid
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pypdf import PdfReader

from forprev.accreditation.models import AccreditationStatus
from forprev.certification.models import Trainee, TrainingSession
from forprev.core.dates import add_months, french
from tests.certification.common import TODAY, go_to, nothing_changes
from tests.factories.accreditation import accredit
from tests.factories.catalogue import scheme
from tests.factories.certification import (
    answered_session,
    draft_session,
    entity_of,
    issued_session,
    sent_session,
    taken_over,
    trainer,
    trainer_of,
)
from tests.factories.organisations import OrganisationFactory, TrainingSiteFactory, acting_manager
from tests.http.world import browser_of
from tests.screens import text_of

pytestmark = pytest.mark.django_db


def entity_browser(session: TrainingSession) -> Client:
    return browser_of(session.created_by)


def trainer_browser(session: TrainingSession) -> Client:
    return browser_of(session.trainers.get(position=1).person)


def sent_form(session: TrainingSession, **changes: object) -> dict[str, object]:
    return {
        "version": session.version,
        "scheme": "SST",
        "level": "1",
        "qualification": "SST-1",
        "course": "initial",
        "place_kind": "france",
        "postal_code": "26800",
        "city": "ETOILE SUR RHONE",
        "end_date": french(TODAY),
        "next": "1",
        **changes,
    }


class TestDetails:
    @pytest.mark.parametrize(
        ("field", "message"),
        [
            ("qualification", "Le certificat doit être renseigné."),
            ("place_kind", "Le lieu de formation doit être renseigné."),
            ("postal_code", "Le code postal doit être renseigné."),
            ("city", "La ville doit être renseignée."),
            ("course", "L’identification doit être renseignée."),
            ("end_date", "La date de fin de session doit être renseignée."),
        ],
    )
    def test_a31_what_is_missing_is_said_beside_the_field(self, field: str, message: str) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        with nothing_changes():
            response = client.post(f"/sessions/{session.pk}", sent_form(session, **{field: ""}))
        html = response.content.decode()
        assert response.status_code == 422
        assert html.count(message) == 2
        assert "Erreur : " in html

    def test_a_draft_is_kept_as_it_is_and_taken_up_by_a_colleague(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        partial = sent_form(session, qualification="", city="VALENCE")
        del partial["next"]
        assert client.post(f"/sessions/{session.pk}", {**partial, "save": "1"}).status_code == 302
        colleague = browser_of(acting_manager(session.organisation).person)
        page = colleague.get(f"/sessions/{session.pk}").content.decode()
        assert 'value="VALENCE"' in page

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"level": "2", "qualification": "SST-2"}, "Sélectionnez un choix valide"),
            ({"scheme": "Catec", "level": "1", "qualification": "Catec-1-S"}, "Sélectionnez un choix valide"),
            ({"qualification": "inconnu"}, "Sélectionnez un choix valide"),
            ({"end_date": "31/02/2026"}, "Cette date n’existe pas"),
            ({"end_date": "31/12/9999"}, "Cette date n’existe pas"),
            ({"end_date": "01/12/2025"}, "La session est terminée depuis plus de 3 mois"),
            ({"postal_code": "2680"}, "Le code postal compte cinq chiffres"),
            ({"city": "V" * 101}, "100"),
        ],
    )
    def test_what_the_screen_does_not_offer_changes_nothing(self, changes: dict[str, str], message: str) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        with nothing_changes():
            response = client.post(f"/sessions/{session.pk}", sent_form(session, **changes))
        assert response.status_code == 422
        assert message in text_of(response)

    def test_a32_only_the_entity_s_own_sites_for_the_scheme(self) -> None:
        organisation = OrganisationFactory()
        accredit(organisation, "Catec", 1)
        TrainingSiteFactory(organisation=organisation, scheme=scheme("Catec"))
        foreign = TrainingSiteFactory(organisation=OrganisationFactory(), scheme=scheme("Catec"))
        session = draft_session(acting_manager(organisation), trainees=0)
        client = entity_browser(session)
        form = sent_form(session, scheme="Catec", qualification="Catec-1-S")
        with nothing_changes():
            refused = client.post(f"/sessions/{session.pk}", form)
            stolen = client.post(f"/sessions/{session.pk}", {**form, "place_kind": "site", "site": foreign.pk})
        assert "demande une plateforme pédagogique" in text_of(refused)
        assert stolen.status_code == 422

    @pytest.mark.parametrize("status", [AccreditationStatus.SUSPENDED, AccreditationStatus.WITHDRAWN])
    def test_b09_a_suspended_or_withdrawn_accreditation_opens_nothing(self, status: str) -> None:
        session = draft_session(trainees=0)
        session.organisation.accreditations.update(status=status)
        client = entity_browser(session)
        with nothing_changes():
            response = client.post(f"/sessions/{session.pk}", sent_form(session))
        assert "n’est pas valide au 16/03/2026" in text_of(response)

    def test_a_stale_form_shows_both_versions(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        stale = sent_form(session, city="LYON")
        assert client.post(f"/sessions/{session.pk}", sent_form(session, city="VALENCE")).status_code == 302
        with nothing_changes():
            response = client.post(f"/sessions/{session.pk}", stale)
        assert response.status_code == 409
        assert "Ville LYON VALENCE" in text_of(response)

    def test_fields_that_the_form_does_not_have_are_ignored(self) -> None:
        session = draft_session(trainees=0)
        client = entity_browser(session)
        taken = {*sent_form(session), "site", "country"}
        extra = {f.name: "1" for f in TrainingSession._meta.concrete_fields if f.name not in taken}
        client.post(f"/sessions/{session.pk}", {**sent_form(session), **extra, "state": "issued"})
        changed = TrainingSession.objects.get(pk=session.pk)
        assert (changed.state, changed.created_by_id, changed.organisation_id, changed.version) == (
            "draft",
            session.created_by_id,
            session.organisation_id,
            session.version + 1,
        )


class TestLists:
    def test_a36_the_entity_s_columns_and_the_trainer_s(self) -> None:
        session = draft_session()
        page = text_of(entity_browser(session).get("/sessions/a-traiter"))
        for column in (
            "Numéro",
            "Dispositif niveau",
            "Certificat",
            "Date de fin de session",
            "Dernier intervenant",
            "Date de modification",
            "État",
        ):
            assert column in page
        assert "Raison sociale" not in page
        assert "En cours de saisie" in page
        assert "Affichage de 1 à 1 sur 1 session" in page
        assert "Raison sociale" in text_of(trainer_browser(sent_session()).get("/sessions/a-traiter"))

    @pytest.mark.parametrize("column", ["numero", "dispositif_niveau", "certificat", "fin", "intervenant", "etat"])
    def test_a36_every_column_sorts(self, column: str) -> None:
        acting = acting_manager()
        first, second = draft_session(acting, trainees=0), draft_session(acting, "PRAPIBC-1", trainees=0)
        client = entity_browser(first)
        for sign in ("", "-"):
            page = text_of(client.get(f"/sessions/a-traiter?tri={sign}{column}"))
            assert f" {first.pk} " in page
            assert f" {second.pk} " in page

    def test_criteria_and_exports(self) -> None:
        acting = acting_manager()
        sst, prap = draft_session(acting, trainees=0), draft_session(acting, "PRAPIBC-1", trainees=0)
        client = entity_browser(sst)
        query = "champ=certificat&operateur=contient&valeur=prap"
        page = text_of(client.get(f"/sessions/a-traiter?{query}"))
        assert "sur 1 session" in page
        exported = client.get(f"/sessions/a-traiter?{query}&export=csv").getvalue().decode("utf-8-sig")
        assert str(prap.pk) in exported
        assert f"\n{sst.pk};" not in exported
        assert client.get("/sessions/a-traiter?export=xlsx").getvalue().startswith(b"PK")

    def test_an_empty_list_says_so(self) -> None:
        page = text_of(browser_of(acting_manager().person).get("/sessions/a-traiter"))
        assert "Vous n’avez pas de session de certification à traiter" in page

    def test_the_same_form_twice_makes_one_session(self) -> None:
        acting = acting_manager()
        client = browser_of(acting.person)
        key = uuid.uuid4()
        answers = {client.post("/sessions/nouvelle", {"key": key})["Location"] for _ in range(2)}
        assert len(answers) == 1


class TestResults:
    def test_a37_saved_then_sent_after_confirmation(self) -> None:
        session = sent_session(trainees=2)
        client = trainer_browser(session)
        first, second = session.trainees.all()
        path = f"/sessions/{session.pk}/stagiaires"
        one = {"version": session.version, f"result-{first.pk}": "success"}
        assert client.post(path, {**one, "save": "1"}).status_code == 302
        session.refresh_from_db()
        missing = client.post(path, {**one, "version": session.version, "submit": "1", "action": "send_results"})
        assert "Le résultat de 1 stagiaire doit encore être renseigné." in text_of(missing)
        session.refresh_from_db()
        both = {**one, "version": session.version, f"result-{second.pk}": "failure"}
        confirm = client.post(path, {**both, "submit": "1", "action": "send_results"})
        assert confirm["Location"] == f"/sessions/{session.pk}/resultats"
        session.refresh_from_db()
        assert session.state == "trainer"
        assert "1 échec" in text_of(client.get(confirm["Location"]))
        client.post(confirm["Location"], {"version": session.version})
        session.refresh_from_db()
        assert session.state == "entity"

    def test_a37_a_return_needs_its_comment(self) -> None:
        session = sent_session(trainees=1)
        client = trainer_browser(session)
        with nothing_changes():
            response = client.post(
                f"/sessions/{session.pk}/stagiaires",
                {"version": session.version, "submit": "1", "action": "return", "comment": "  "},
            )
        assert "Le commentaire doit être renseigné." in text_of(response)

    def test_results_of_another_session_s_trainee_are_ignored(self) -> None:
        session, other = sent_session(trainees=1), sent_session(trainees=1)
        stranger = other.trainees.get()
        client = trainer_browser(session)
        client.post(
            f"/sessions/{session.pk}/stagiaires",
            {"version": session.version, f"result-{stranger.pk}": "success", "save": "1"},
        )
        assert Trainee.objects.get(pk=stranger.pk).result == ""

    def test_nobody_gives_results_from_the_entity(self) -> None:
        session = sent_session(trainees=1)
        client = entity_browser(session)
        trainee = session.trainees.get()
        with nothing_changes():
            response = client.post(
                f"/sessions/{session.pk}/stagiaires",
                {
                    "version": session.version,
                    f"result-{trainee.pk}": "success",
                    "submit": "1",
                    "action": "send_results",
                },
            )
        assert response.status_code == 409


class TestGenerationAndDownload:
    def test_a38_twice_is_once(self) -> None:
        session = answered_session(trainees=3, failures=1)
        client = entity_browser(session)
        path = f"/sessions/{session.pk}/generer"
        assert "2 certificats seront créés et numérotés." in text_of(client.get(path))
        for _ in range(2):
            answer = client.post(path, {"version": session.version})
            assert answer["Location"] == f"/sessions/{session.pk}/telechargements"
        assert session.certificates.count() == 2

    def test_b40_past_the_delay_the_fund_is_named(self, clock: time_machine.Traveller) -> None:
        session = answered_session(trainees=1)
        go_to(clock, add_months(TODAY, 3) + timedelta(days=1))
        client = entity_browser(session)
        with nothing_changes():
            response = client.post(f"/sessions/{session.pk}/generer", {"version": session.version})
        assert "Demandez à votre caisse de la rouvrir." in text_of(response)

    def test_a40_fifteen_days_and_no_more(self, clock: time_machine.Traveller) -> None:
        session = issued_session(trainees=2)
        certificate = session.certificates.first()
        assert certificate is not None
        paths = (f"/sessions/{session.pk}/telechargements/certificats.zip", f"/certificats/{certificate.pk}/pdf")
        go_to(clock, TODAY + timedelta(days=15))
        client = entity_browser(session)
        archive, pdf = (client.get(path) for path in paths)
        assert len(zipfile.ZipFile(io.BytesIO(archive.content)).namelist()) == 2
        assert pdf.headers["Content-Disposition"].startswith('attachment; filename="SST-1_')
        go_to(clock, TODAY + timedelta(days=16))
        client = entity_browser(session)
        assert {client.get(path)["Location"] for path in paths} == {f"/sessions/{session.pk}/telechargements"}
        page = text_of(client.get(f"/sessions/{session.pk}/telechargements"))
        assert "2 candidats ont validé la certification" in page
        assert "Aucun duplicata ne sera délivré pour le niveau acteur." in page
        assert "n’est plus possible" in page

    def test_a41_a_trainer_s_own_as_long_as_it_is_valid(self, clock: time_machine.Traveller) -> None:
        person = trainer("SST-2", expires_on=TODAY)
        own = person.certificates.get()
        client = browser_of(person)
        assert french(TODAY) in text_of(client.get("/certificats"))
        assert client.get(f"/certificats/{own.pk}/pdf").status_code == 200
        taken_over(person, "Amiante-2")
        go_to(clock, TODAY + timedelta(days=1))
        client = browser_of(person)
        assert client.get(f"/certificats/{own.pk}/pdf")["Location"] == "/certificats"
        assert "Expiré" in text_of(client.get("/certificats"))

    def test_a40_a41_too_late_is_told_to_nobody_else(self, clock: time_machine.Traveller) -> None:
        """A certificate that never was the actor's does not exist for it, late or not."""
        late = [issued_session(trainees=1).certificates.get(), trainer("SST-2", expires_on=TODAY).certificates.get()]
        others = [acting_manager().person, trainer("SST-2"), trainer_of(late[0].session).person]
        for day in (TODAY, TODAY + timedelta(days=16)):
            go_to(clock, day)
            for certificate in late:
                for client in map(browser_of, others):
                    assert client.get(f"/certificats/{certificate.pk}/pdf").status_code == 404

    def test_a42_the_paper_says_what_the_row_says(self) -> None:
        session = issued_session(trainees=1)
        certificate = session.certificates.get()
        client = entity_browser(session)
        pdf = PdfReader(io.BytesIO(client.get(f"/certificats/{certificate.pk}/pdf").content))
        text = " ".join(pdf.pages[0].extract_text().replace("\xa0", " ").split())
        assert f"N° Forprev : {certificate.holder_number}" in text
        assert f"Délivré le : {french(TODAY)}" in text
        assert f"Fin de validité : {french(add_months(TODAY, 24))}" in text
        assert session.organisation.name in text

    def test_the_public_check_tells_no_more_than_needed(self) -> None:
        certificate = issued_session(trainees=1).certificates.get()
        response = Client().get(f"/verification/{certificate.verification_code.lower()}")
        page = text_of(response)
        assert "Valide" in page
        assert certificate.holder_last_name.upper() not in page.upper().split()
        assert certificate.holder_number not in page
        unknown = Client().get(f"/verification/{'A' * 26}")
        assert unknown.status_code == 404
        assert "Introuvable" in text_of(unknown)


def test_markup_in_names_is_shown_as_text() -> None:
    session = draft_session(trainees=0)
    Trainee.objects.create(
        session=session,
        last_name="<b>X</b>",
        first_name="Y",
        birth_date=TODAY - timedelta(9000),
        creation_key=uuid.uuid4(),
    )
    html = entity_browser(session).get(f"/sessions/{session.pk}/stagiaires").content.decode()
    assert "<b>X</b>" not in html
    assert "&lt;B&gt;X&lt;/B&gt;" in html


@pytest.mark.parametrize("birth_date", ["31/02/1980", "hier", "", "1/1/3000", "00000000"])
def test_a_wrong_birth_date_loses_nothing_typed(birth_date: str) -> None:
    session = draft_session(trainees=0)
    client = entity_browser(session)
    with nothing_changes():
        response = client.post(
            f"/sessions/{session.pk}/stagiaires",
            {"key": uuid.uuid4(), "last_name": "D’Artagnan", "first_name": "Zoé", "birth_date": birth_date},
        )
    assert response.status_code == 422
    assert 'value="D’Artagnan"' in response.content.decode()


def test_a_manager_of_two_entities_sees_one_at_a_time() -> None:
    here = acting_manager()
    there = acting_manager(person=here.person)
    session = draft_session(here, trainees=0)
    other = draft_session(there, trainees=0)
    client = browser_of(here.person)
    for acting, seen, hidden in ((here, session, other), (there, other, session)):
        client.post("/role", {"role": acting.key})
        assert client.get(f"/sessions/{seen.pk}").status_code == 200
        assert client.get(f"/sessions/{hidden.pk}").status_code == 404
    assert client.post("/role", {"role": "national_administrator-0"}).status_code == 404


def test_every_page_is_closed_to_frames_caches_and_foreign_scripts() -> None:
    session = draft_session()
    response = entity_browser(session).get(f"/sessions/{session.pk}")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert entity_of(session).organisation_id == session.organisation_id
