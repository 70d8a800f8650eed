"""`Mes données`: all of one's own, nothing of anybody else, no secret."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from forprev.accounts.models import Account, Role
from forprev.accounts.services.factors import renew_recovery_codes
from forprev.certification.models import Trainee
from forprev.core.dates import now
from forprev.people import documents, personal_data
from forprev.people.models import Person
from forprev.people.services import note_lookup
from tests.accounts.second_factors import Application
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import issued_session, trainer
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

JSON, PDF = "/mon-profil/mes-donnees/json", "/mon-profil/mes-donnees/pdf"


@pytest.fixture
def rich() -> Account:
    """A manager and trainer who ran a session, with a second factor."""
    person = trainer("SST-2", last_name="LEMOINE", first_name="Stéphanie")
    MembershipFactory(person=person, role=Role.MANAGER, organisation=OrganisationFactory(name="MAROSE FORMATION"))
    account = AccountFactory(person=person, email="stephanie@exemple.test")
    Application(account)
    note_lookup(person, "ABC12345")
    issued_session(trainers=[person], trainees=3)
    return account


def told(account: Account) -> dict[str, list[dict[str, object]]]:
    answer = browser_of(account).get(JSON)
    assert answer.status_code == 200
    return json.loads(answer.content)


def pdf_text(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().replace("\u200b", "").split()) for page in pages)


def test_the_page_offers_both(rich: Account) -> None:
    page = browser_of(rich).get("/mon-profil/mes-donnees").content.decode()
    assert f"Mon profil {rich.person.number}" in page
    for label in ("Mes données", "Télécharger (PDF)", "Télécharger (JSON)"):
        assert label in page


def test_everything_is_there(rich: Account) -> None:
    data = told(rich)
    assert data["number"] == rich.person.number
    assert data["identity"][0]["last_name"] == "LEMOINE"
    assert data["account"][0]["email"] == "stephanie@exemple.test"
    assert data["account"][0]["has_second_factor"] is True
    assert data["memberships"][0]["organisation"] == "MAROSE FORMATION"
    assert data["fund_attachment"] == [{"fund": "Carsat Bretagne"}]
    assert len(data["certificates"]) == 1
    assert len(data["sessions_run"]) == 1
    assert len(data["lookups"]) == 1
    assert data["sessions"][0]["device"] == ""
    assert [mail["subject"] for mail in data["mails"]]


def test_nobody_else_and_no_secret_is_in_it(rich: Account) -> None:
    renew_recovery_codes(rich)
    content = browser_of(rich).get(JSON).content.decode()
    for trainee in Trainee.objects.all():
        assert trainee.last_name not in content
    rich.refresh_from_db()
    secrets = [rich.password, rich.totp.secret, *rich.recovery_codes.values_list("code_hash", flat=True)]
    assert all(secret not in content for secret in secrets)
    assert all(session.session_key not in content for session in rich.sessions.all())


def test_the_pdf_says_the_same(rich: Account) -> None:
    answer = browser_of(rich).get(PDF)
    name = f"forprev-mes-donnees-{rich.person.number}-"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name}')
    assert answer.headers["Content-Type"] == "application/pdf"
    text = pdf_text(answer.content)
    for words in ("LEMOINE Stéphanie", rich.person.number, "MAROSE FORMATION", "Carsat Bretagne", "page 1 sur"):
        assert words in text


def test_what_is_too_much_for_paper_is_in_the_json(rich: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_ROWS", 2)
    for rank in range(5):
        note_lookup(rich.person, f"ABC1000{rank}")
    text = pdf_text(browser_of(rich).get(PDF).content)
    assert "Les 2 dernières lignes sur 6. Les 4 autres sont dans le fichier JSON" in text
    assert len(told(rich)["lookups"]) == 6


@pytest.mark.parametrize("name", ['#import "x"', "$x$ *gras* _it_", "名前 🎓", "l’<b>Été</b> & Cie\\", "a" * 150])
def test_whatever_a_name_is_it_stays_a_name(name: str) -> None:
    person = PersonFactory()
    MembershipFactory(person=person, role=Role.MANAGER, organisation=OrganisationFactory(name=name))
    browser = browser_of(AccountFactory(person=person))
    assert json.loads(browser.get(JSON).content)["memberships"][0]["organisation"] == name
    text = pdf_text(browser.get(PDF).content)
    if name.isascii() and " " in name:
        assert name in text


def test_it_is_asked_for_by_oneself_lately(rich: Account) -> None:
    for path in (JSON, PDF):
        assert Client().get(path).headers["Location"].startswith("/connexion")
    browser = browser_of(rich)
    with time_machine.travel(now() + timedelta(minutes=6)):
        for path in (JSON, PDF):
            assert browser.get(path).headers["Location"] == "/confirmation-identite"


def test_whoever_has_no_role_gets_it_too() -> None:
    assert told(AccountFactory())["memberships"] == []


def test_as_many_queries_for_thirty_sessions_as_for_one() -> None:
    counts = []
    for number in (1, 30):
        person = trainer()
        for _ in range(number):
            issued_session(trainers=[person], trainees=1)
        browser = browser_of(AccountFactory(person=person))
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(JSON).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


NOT_TOLD = {
    "accounts.FactorReset.asked_by": "what an agent did, told to the person whose account it was",
    "accounts.FactorReset.decided_by": "the same",
    "certification.CertificateEnd.by": "the same, told to the holder of the certificate",
    "organisations.DataChange.closed_by": "the same, or what a manager did for its entity",
    "people.Merge.by": "the same",
    "people.Merge.undone_by": "the same",
    "support.CorrectionRequest.closed_by": "the same",
}


def test_no_package_forgets_a_person() -> None:
    """Each table that refers to a person or an account is read for a person who has an account."""
    person = AccountFactory().person
    with CaptureQueriesContext(connection) as queries:
        personal_data.held_on(person)
    read = " ".join(query["sql"] for query in queries)
    missing = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("forprev.") and not _is_history(model)
        for field in model._meta.concrete_fields
        if field.related_model in (Person, Account)
        and f'"{model._meta.db_table}"."{field.column}"' not in read
        and f"{model._meta.label}.{field.name}" not in NOT_TOLD
    ]
    assert missing == []


def _is_history(model: type[Model]) -> bool:
    return hasattr(model, "pgh_id")
