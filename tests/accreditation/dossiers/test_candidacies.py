"""From the home page to a provisional account; and drafts that nobody takes up again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from forprev.accounts import throttling
from forprev.accounts.absence import closing_reasons, reasons_of
from forprev.accounts.acting import roles_of
from forprev.accounts.models import Account
from forprev.accreditation.dossiers import candidacies, drafts, services
from forprev.accreditation.dossiers.selectors import applicant, demands_of, visible_to
from forprev.accreditation.models import Candidacy, Dossier, DossierState
from forprev.core.dates import add_months, now, today
from forprev.core.uploads import Document
from forprev.notices.models import OutgoingMail
from forprev.people.models import Person
from tests.documents import pdf
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import taken_over, trainer
from tests.factories.dossiers import entity_dossier, first_request
from tests.factories.organisations import acting_manager
from tests.factories.people import PersonFactory
from tests.screens import text_of

pytestmark = pytest.mark.django_db

START, ASKED, CONFIRM = "/premiere-demande", "/premiere-demande/message", "/premiere-demande/confirmation"
TYPED = {
    "last_name": "ROUSSEL",
    "first_name": "Karim",
    "birth_date": "03/05/1981",
    "email": "karim@exemple.test",
    "organisation_name": "Atelier Roussel Formation",
}


def answer_all() -> None:
    for candidacy in Candidacy.objects.filter(token_hash=None):
        candidacies.answer(candidacy.pk)


def mailed(to: str = TYPED["email"]) -> OutgoingMail:
    return OutgoingMail.objects.filter(recipient=to).latest("created_at")


def link_of(mail: OutgoingMail) -> str:
    return urlsplit(re.search(r"http\S+", mail.text)[0]).path


def ask(client: Client | None = None, **typed: str) -> Any:
    answer = (client or Client()).post(START, {**TYPED, **typed})
    answer_all()
    return answer


def test_from_the_home_page_to_the_password() -> None:
    browser = Client()
    assert START in browser.get("/").content.decode()
    assert ask(browser)["Location"] == ASKED
    assert not Person.objects.filter(last_name="ROUSSEL").exists()
    mail = mailed()
    assert (mail.subject, mail.confidential) == ("[FORPREV] Commencez votre demande d’habilitation", True)
    assert browser.get(link_of(mail))["Location"] == CONFIRM
    assert "Atelier Roussel Formation" in text_of(browser.get(CONFIRM))
    assert browser.post(CONFIRM)["Location"] == "/reinitialisation-mot-de-passe"
    account = Account.objects.get(email=TYPED["email"])
    assert account.person.display_name == "ROUSSEL Karim"
    dossier = Dossier.objects.get(applicant=account.person)
    assert (dossier.state, dossier.organisation_name) == (DossierState.DRAFT, "Atelier Roussel Formation")
    assert roles_of(account.person) == []
    assert reasons_of(account.person)[0].title == "Votre demande d’habilitation est à terminer"
    assert not Candidacy.objects.exists()
    password = "quatre tasses sous le pommier"
    set_one = browser.post("/reinitialisation-mot-de-passe", {"password": password, "confirmation": password})
    assert set_one["Location"] == "/connexion"


def test_the_link_is_not_in_the_database() -> None:
    ask()
    token = link_of(mailed()).rsplit("/", 1)[1]
    assert Candidacy.objects.get().token_hash not in ("", token)


def test_opening_the_link_does_not_use_it_up() -> None:
    ask()
    for _ in range(3):
        scanner = Client()
        assert scanner.get(link_of(mailed()))["Location"] == CONFIRM
        assert scanner.get(CONFIRM).status_code == 200
    assert Candidacy.objects.count() == 1


def test_the_second_click_of_two_goes_on_to_the_password() -> None:
    ask()
    browser = Client()
    browser.get(link_of(mailed()))
    assert [browser.post(CONFIRM)["Location"] for _ in range(2)] == ["/reinitialisation-mot-de-passe"] * 2
    assert Dossier.objects.count() == 1


def test_the_link_works_once_and_for_72_hours() -> None:
    ask()
    path = link_of(mailed())
    with time_machine.travel(now() + timedelta(hours=73)):
        assert Client().get(path).status_code == 410
    browser = Client()
    browser.get(path)
    browser.post(CONFIRM)
    assert Client().get(path).status_code == 410
    assert Client().post(CONFIRM).status_code == 410


def test_item06_the_answer_is_the_same_whoever_has_an_account() -> None:
    known = AccountFactory(email="connue@exemple.test")
    answers = [ask(email=email) for email in (known.email, "CONNUE@exemple.test", "inconnue@exemple.test")]
    assert {(answer.status_code, answer["Location"], answer.content) for answer in answers} == {(302, ASKED, b"")}
    assert mailed(known.email).subject == "[FORPREV] Votre demande d’habilitation"
    assert "/premiere-demande/lien/" not in mailed(known.email).text
    assert Account.objects.count() == 1


def test_a_like_person_of_the_register_is_not_taken_over() -> None:
    like = PersonFactory(last_name="ROUSSEL", first_name="Karim", birth_date=date(1981, 5, 3))
    ask()
    opened = candidacies.confirm(link_of(mailed()).rsplit("/", 1)[1])
    assert opened.dossier.applicant != like
    assert not Account.objects.filter(person=like).exists()


def test_an_account_opened_meanwhile_is_not_doubled() -> None:
    ask()
    account = AccountFactory(email=TYPED["email"])
    browser = Client()
    browser.get(link_of(mailed()))
    assert browser.post(CONFIRM)["Location"] == "/connexion"
    assert Dossier.objects.get().applicant == account.person


def test_whoever_failed_once_begins_anew_by_a_link() -> None:
    account = AccountFactory(email=TYPED["email"])
    first_request(account.person, DossierState.REFUSED)
    assert closing_reasons(account.person)
    ask()
    browser = Client()
    browser.get(link_of(mailed()))
    assert browser.post(CONFIRM)["Location"] == "/connexion"
    assert closing_reasons(account.person) == []


def test_an_accepted_request_is_not_said_to_have_failed() -> None:
    account = AccountFactory()
    first_request(account.person, DossierState.ACCEPTED)
    assert reasons_of(account.person) == []


def test_a_mailbox_is_not_pestered() -> None:
    for _ in range(candidacies.MAILS_PER_ADDRESS + 2):
        ask()
    assert OutgoingMail.objects.filter(recipient=TYPED["email"]).count() == candidacies.MAILS_PER_ADDRESS


def test_an_address_is_slowed_down() -> None:
    browser = Client()
    for rank in range(throttling.LINKS_PER_ADDRESS):
        assert browser.post(START, {**TYPED, "email": f"p{rank}@exemple.test"}).status_code == 302
    refused = browser.post(START, TYPED)
    assert refused.status_code == 429
    assert "Trop d’essais" in text_of(refused)
    assert 'value="ROUSSEL"' in refused.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("last_name", "", "Le nom doit être renseigné."),
        ("birth_date", "31/02/1980", "Cette date n’existe pas"),
        ("email", "karim", "e-mail"),
        ("organisation_name", "", "La raison sociale doit être renseignée."),
        ("organisation_name", "Atelier 🎓", "ne peuvent pas être imprimés"),
    ],
)
def test_bad_input_is_told_beside_its_field(field: str, value: str, message: str) -> None:
    answer = Client().post(START, {**TYPED, field: value})
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert 'value="Karim"' in answer.content.decode()
    assert not Candidacy.objects.exists()


def test_somebody_signed_in_begins_at_once() -> None:
    person = trainer("SST-2")
    browser = browser_of(AccountFactory(person=person))
    posted = {"organisation_name": "Atelier"}
    paths = {browser.post(START, posted)["Location"] for _ in range(2)}
    (path,) = paths
    assert browser.get(path, follow=True).status_code == 200
    assert browser.get(START)["Location"] == path
    assert visible_to(applicant(person)).count() == 1


def test_a_manager_is_shown_its_own_way() -> None:
    acting = acting_manager()
    browser = browser_of(AccountFactory(person=acting.person))
    assert "dans votre rôle de gestionnaire" in text_of(browser.get(START))
    browser.post(START, {"organisation_name": "Atelier"})
    assert not Dossier.objects.exists()


def test_whoever_is_closed_out_of_forprev_is_told_by_mail_only() -> None:
    person = PersonFactory()
    taken_over(person, "SST-2", expires_on=add_months(today(), -13))
    AccountFactory(person=person, email=TYPED["email"])
    ask()
    assert mailed().subject == "[FORPREV] Commencez votre demande d’habilitation"


# Drafts


def test_a_draft_is_announced_once_then_deleted_with_its_documents(django_capture_on_commit_callbacks: Any) -> None:
    account = AccountFactory()
    with time_machine.travel("2026-01-31T12:00:00+01:00"):
        draft = first_request(account.person, pieces=False)
        document = Document("a.pdf", "application/pdf", pdf())
        piece = services.attach_piece(draft.pk, applicant(account.person), 1, demands_of(draft)[0].key, document)
    for day, mails, kept in (
        ("2026-12-30", 0, True),
        ("2026-12-31", 1, True),
        ("2027-01-05", 1, True),
        ("2027-01-31", 1, True),
        ("2027-02-01", 1, False),
    ):
        with time_machine.travel(f"{day}T04:20:00+01:00"), django_capture_on_commit_callbacks(execute=True):
            drafts.look_after_drafts()
        told = OutgoingMail.objects.filter(subject__contains="en brouillon")
        assert (told.count(), Dossier.objects.filter(pk=draft.pk).exists()) == (mails, kept), day
    assert told.get().subject == "[FORPREV] Votre demande en brouillon sera supprimée le 31/01/2027"
    assert not default_storage.exists(piece.document)


def test_what_was_sent_or_taken_up_again_stays() -> None:
    with time_machine.travel("2026-01-31T12:00:00+01:00"):
        sent = first_request(AccountFactory().person, DossierState.UNDER_REVIEW)
        taken_up = first_request(AccountFactory().person)
        entity_dossier()
    with time_machine.travel("2026-11-02T12:00:00+01:00"):
        services.save_common(taken_up.pk, applicant(taken_up.applicant), 1, services.Common())
    with time_machine.travel("2027-03-01T12:00:00+01:00"):
        drafts.look_after_drafts()
        assert set(Dossier.objects.all()) == {sent, taken_up}


def test_candidacies_are_forgotten_after_72_hours() -> None:
    ask()
    candidacies.forget_old()
    assert Candidacy.objects.count() == 1
    with time_machine.travel(now() + timedelta(hours=73)):
        candidacies.forget_old()
    assert Candidacy.objects.count() == 0
