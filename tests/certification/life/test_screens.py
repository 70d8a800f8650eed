"""The screens of certificates after their issue: the network's list, one of them, cancelling; one's own cards."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accounts.services.sessions import PROVED
from forprev.certification.life.services import cancel, cancel_session
from forprev.certification.life.wording import term_in_words
from forprev.certification.models import Certificate
from forprev.core.dates import now
from forprev.people.models import Person
from forprev.people.services import correct_identity
from tests.certification.common import TODAY, go_to, nothing_changes
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import entity_of, issued_session, taken_over, trainer
from tests.factories.organisations import acting_national, acting_officer, fund
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent
from tests.screens import menu_of, queries_of, text_of

pytestmark = pytest.mark.django_db

REASON = "Stagiaire absent le second jour, attesté par l’employeur"
LIST = "/certificats/delivres"


def client_of(acting: Acting) -> Client:
    return browser_of(AccountFactory(person=acting.person))


@pytest.fixture
def officer() -> Acting:
    return acting_officer()


@pytest.fixture
def national() -> Acting:
    return acting_national(Role.NATIONAL_ADMINISTRATOR)


def one() -> Certificate:
    return issued_session(trainees=1).certificates.get()


class TestList:
    def test_in_the_menu_of_those_who_follow_certificates(self, officer: Acting, national: Acting) -> None:
        for acting in (officer, national, acting_agent()):
            assert "CERTIFICATS" in menu_of(client_of(acting).get("/tableau-de-bord"))
        assert "CERTIFICATS" not in menu_of(client_of(acting_national(Role.COMMITTEE)).get("/tableau-de-bord"))

    def test_it_shows_and_finds_them(self, national: Acting) -> None:
        session = issued_session(trainees=2)
        gone, stays = session.certificates.order_by("pk")
        cancel(gone.pk, national, REASON)
        browser = client_of(national)
        text = text_of(browser.get(LIST))
        assert gone.number in text
        assert stays.holder in text
        for state, found, other in (("cancelled", gone, stays), ("valid", stays, gone)):
            page = text_of(browser.get(f"{LIST}?champ=etat&operateur=est&valeur={state}"))
            assert found.number in page
            assert other.number not in page
        for name, value in (("numero", stays.number.lower()), ("forprev", stays.person.number)):
            answer = browser.post(LIST, {"champ": name, "operateur": "egal", "valeur": value}, follow=True)
            page = text_of(answer)
            assert stays.number in page
            assert gone.number not in page

    @pytest.mark.parametrize("column", ["numero", "titulaire", "delivre", "fin"])
    def test_it_is_sorted(self, national: Acting, column: str) -> None:
        first = taken_over(PersonFactory(last_name="ABADIE"), "SST-1", issued_on=TODAY - timedelta(days=9))
        last = taken_over(PersonFactory(last_name="ZIDI"), "SST-1", issued_on=TODAY - timedelta(days=1))
        browser = client_of(national)
        for sign, (before, after) in (("", (first, last)), ("-", (last, first))):
            text = text_of(browser.get(f"{LIST}?tri={sign}{column}"))
            assert text.index(before.number) < text.index(after.number)

    @pytest.mark.parametrize(
        ("condition", "index"),
        [
            ({"number__iexact": "sst-1/2026/000001"}, "certificate_by_number"),
            ({"number__istartswith": "sst-1/2026"}, "certificate_by_number"),
        ],
    )
    def test_each_criterion_has_its_index(self, condition: dict[str, object], index: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert index in Certificate.objects.filter(**condition).explain()

    @pytest.mark.parametrize(
        ("day", "alone", "of_one_qualification"),
        [
            ("issued_on", "certificate_by_issue", "certificate_by_qualification"),
            ("expires_on", "certificate_by_term", "certificate_by_validity"),
        ],
    )
    def test_so_has_each_date(self, day: str, alone: str, of_one_qualification: str) -> None:
        """Alone and for one qualification; which of the two an empty table is read by is left to chance."""
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Certificate.objects.filter(**{day: TODAY}).explain()
        assert alone in plan or of_one_qualification in plan
        indexes = {index.name: index.fields for index in Certificate._meta.indexes}
        assert indexes[alone] == [day]
        assert indexes[of_one_qualification] == ["qualification", day]

    def test_as_many_queries_for_a_hundred(self, national: Acting) -> None:
        issued_session(trainees=1)
        browser = client_of(national)
        few = queries_of(browser, f"{LIST}?taille=100")
        issued_session(trainees=30)
        assert queries_of(browser, f"{LIST}?taille=100") == few


class TestOne:
    def test_what_it_says_and_what_happened(self, officer: Acting) -> None:
        certificate = one()
        browser = client_of(officer)
        text = text_of(browser.get(f"{LIST}/{certificate.pk}"))
        for said in (certificate.number, certificate.holder, "Valide", "Délivrance", "Annuler ce certificat"):
            assert said in text
        cancel(certificate.pk, officer, REASON)
        text = text_of(browser.get(f"{LIST}/{certificate.pk}"))
        assert "Annulé le 16/03/2026" in text
        assert f"{officer.display_name} ({officer.role_label})" in text
        assert REASON in text
        assert "Annuler ce certificat" not in text

    def test_the_links_both_ways(self, officer: Acting) -> None:
        was = one()
        holder = was.person
        correct_identity(
            holder.pk, acting_agent(), before=holder.identity, after=holder.identity._replace(first_name="Dominik")
        )
        now = Certificate.objects.get(edition=2)
        browser = client_of(officer)
        old, new = (browser.get(f"{LIST}/{c.pk}").content.decode() for c in (was, now))
        assert f'Remplacé par <a href="{LIST}/{now.pk}">{now.number}</a>' in old
        assert f'<a href="{LIST}/{was.pk}">{was.number}</a>' in new

    def test_the_hotline_looks_and_cancels_nothing(self) -> None:
        certificate, browser = one(), client_of(acting_agent())
        text = text_of(browser.get(f"{LIST}/{certificate.pk}"))
        assert certificate.number in text
        assert "Annuler ce certificat" not in text
        assert browser.get(f"{LIST}/{certificate.pk}/annuler").status_code == 403

    def test_the_officer_of_another_region_finds_nothing(self) -> None:
        certificate, browser = one(), client_of(acting_officer(fund("bretagne")))
        with nothing_changes():
            assert browser.get(f"{LIST}/{certificate.pk}").status_code == 404
            assert browser.post(f"{LIST}/{certificate.pk}/annuler", {"reason": REASON}).status_code == 404
            session = f"/sessions/{certificate.session_id}/certificats"
            assert browser.get(session).status_code == 404
            assert browser.post(f"{session}/annuler", {"reason": REASON}).status_code == 404
        assert certificate.number not in text_of(browser.get(LIST))


class TestCancelling:
    def test_it_says_what_will_happen_then_does_it(self, officer: Acting) -> None:
        certificate, browser = one(), client_of(officer)
        path = f"{LIST}/{certificate.pk}/annuler"
        with nothing_changes():
            text = text_of(browser.get(path))
        for said in ("Cette action est définitive", certificate.holder, "ne compte plus nulle part"):
            assert said in text
        page = browser.post(path, {"reason": REASON}, follow=True)
        assert page.redirect_chain == [(f"{LIST}/{certificate.pk}", 302)]
        assert f"Le certificat {certificate.number} est annulé." in page.content.decode()
        assert browser.get(path)["Location"] == f"{LIST}/{certificate.pk}"

    def test_it_says_that_a_trainer_is_one_no_more(self, national: Acting) -> None:
        run_by = trainer()
        issued_session(trainers=[run_by], trainees=1)
        path = f"{LIST}/{run_by.certificates.get().pk}/annuler"
        assert "elle n’est plus formateur" in text_of(client_of(national).get(path))

    @pytest.mark.parametrize("reason", ["", "trop peu"])
    def test_a_reason_too_short_is_said_beside_it_and_kept(self, officer: Acting, reason: str) -> None:
        certificate, browser = one(), client_of(officer)
        with nothing_changes():
            page = browser.post(f"{LIST}/{certificate.pk}/annuler", {"reason": reason})
        assert page.status_code == 422
        assert "Il y a un problème" in text_of(page)
        assert reason in page.content.decode()

    def test_a_colleague_was_faster(self, officer: Acting) -> None:
        certificate, other = one(), acting_officer()
        browser = client_of(officer)
        cancel(certificate.pk, other, REASON)
        with nothing_changes():
            page = browser.post(f"{LIST}/{certificate.pk}/annuler", {"reason": REASON}, follow=True)
        assert f"déjà été annulé le 16/03/2026 par {other.display_name}" in page.content.decode()

    def test_item22_only_after_a_recent_proof(self, officer: Acting) -> None:
        certificate, browser = one(), client_of(officer)
        held = browser.session
        held[PROVED] = int((now() - timedelta(minutes=6)).timestamp())
        held.save()
        for path in (f"{LIST}/{certificate.pk}/annuler", f"/sessions/{certificate.session_id}/certificats/annuler"):
            with nothing_changes():
                assert browser.post(path, {"reason": REASON})["Location"] == "/confirmation-identite"


class TestSession:
    def test_every_certificate_at_once(self, officer: Acting) -> None:
        session, browser = issued_session(trainees=3), client_of(officer)
        path = f"/sessions/{session.pk}/certificats"
        text = text_of(browser.get(path))
        assert "Annuler tous les certificats de la session" in text
        assert text.count("Valide") == 3
        assert "3 certificats seront annulés" in text_of(browser.get(f"{path}/annuler"))
        page = browser.post(f"{path}/annuler", {"reason": REASON}, follow=True)
        text = text_of(page)
        assert "3 certificats sont annulés" in page.content.decode()
        assert text.count("Annulé") >= 3
        assert "Tous les certificats de cette session ont été annulés le 16/03/2026" in text
        assert "Annuler tous les certificats de la session" not in text_of(browser.get(path))
        assert REASON in text_of(browser.get(f"/sessions/{session.pk}"))

    def test_the_entity_downloads_nothing_any_more(self, officer: Acting) -> None:
        session = issued_session(trainees=2)
        browser = client_of(entity_of(session))
        gone = session.certificates.all()[0]
        cancel(gone.pk, officer, REASON)
        tab = f"/sessions/{session.pk}/telechargements"
        text = text_of(browser.get(tab))
        assert text.count("Télécharger (PDF)") == 1
        assert "Annulé" in text
        assert browser.get(f"/certificats/{gone.pk}/pdf")["Location"] == tab
        cancel_session(session.pk, officer, REASON)
        text = text_of(browser.get(tab))
        assert "ne doivent plus être remis" in text
        assert "Télécharger" not in text.replace("Téléchargements", "")
        assert browser.get(f"{tab}/certificats.zip")["Location"] == tab

    def test_a40_the_entity_fetches_what_replaced_one_past_the_first_days(self, clock: time_machine.Traveller) -> None:
        session = issued_session(trainees=2)
        was = session.certificates.select_related("person").all()[0]
        go_to(clock, TODAY + timedelta(days=30))
        holder: Person = was.person
        correct_identity(
            holder.pk, acting_agent(), before=holder.identity, after=holder.identity._replace(first_name="Dominik")
        )
        browser = client_of(entity_of(session))
        text = text_of(browser.get(f"/sessions/{session.pk}/telechargements"))
        now = Certificate.objects.get(edition=2)
        assert now.number in text
        assert was.number not in text
        assert "jusqu’au 30/04/2026 inclus" in text
        assert browser.get(f"/certificats/{now.pk}/pdf").headers["Content-Type"] == "application/pdf"


class TestOwnCards:
    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (42, "42 jours restants"),
            (1, "Expire demain"),
            (0, "Expire aujourd’hui"),
            (-1, "Expiré depuis 1 jour"),
            (-30, "Expiré depuis 30 jours"),
        ],
    )
    def test_the_days_that_are_left(self, days: int, words: str) -> None:
        certificate = taken_over(trainer(), "SST-3", expires_on=TODAY + timedelta(days=days))
        assert term_in_words(certificate, TODAY) == words

    def test_one_card_each_with_what_can_be_done(self, national: Acting, settings: object) -> None:
        person = trainer("SST-2", expires_on=TODAY + timedelta(days=42))
        valid = person.certificates.get()
        gone = taken_over(person, "SST-3")
        expired = taken_over(person, "PRAP2S-2", expires_on=TODAY - timedelta(days=3))
        cancel(gone.pk, national, REASON)
        page = browser_of(AccountFactory(person=person)).get("/certificats")
        html, text = page.content.decode(), text_of(page)
        for said in ("Valide", "42 jours restants", "Annulé le 16/03/2026", REASON, "Expiré depuis 3 jours"):
            assert said in text
        assert html.count("/pdf") == 1
        assert f"/certificats/{valid.pk}/pdf" in html
        assert f'/verification/{valid.verification_code}" readonly' in html
        assert f'/verification/{expired.verification_code}" readonly' in html
        assert gone.verification_code not in html

    def test_the_public_page_does_not_call_an_ended_one_valid(self, national: Acting) -> None:
        certificate = one()
        cancel(certificate.pk, national, REASON)
        text = text_of(Client().get(f"/verification/{certificate.verification_code}"))
        assert "Annulé" in text
        assert "Valide" not in text
        assert REASON not in text
