"""A form that comes too late, or from a page that slept, is taken all the same, once."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.test import Client

from forprev.accounts.models import Account, Role
from forprev.core.dates import now
from forprev.notices.models import OutgoingMail
from tests.accounts.conftest import Roles
from tests.accounts.second_factors import Application
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of


@pytest.fixture
def browser(account: Account, roles: Roles) -> Client:
    roles.give(account.person, Role.MANAGER, "MAROSE FORMATION", organisation_id=1)
    return browser_of(account)


@pytest.mark.parametrize("first", ["/session", "/entites"])
def test_item17_a_form_is_held_though_another_request_found_the_session_ended(
    browser: Client, account: Account, first: str
) -> None:
    with time_machine.travel(now() + timedelta(hours=2)):
        browser.get(first)
        assert browser.post("/entites", {"lieu": ["Vanves", "Paris"]}).headers["Location"] == "/connexion"
        answer = browser.post("/connexion", {"identifier": account.email, "password": PASSWORD})
        assert answer.headers["Location"] == "/reprendre"
        assert browser.get("/reprendre").context["held"].fields == [("lieu", "Vanves"), ("lieu", "Paris")]


@pytest.mark.parametrize(
    ("path", "fields"), [("/mon-profil", {"email": "b@exemple.test"}), ("/entites", {"lieu": "Paris"})]
)
def test_item22_a_form_sent_again_is_held_no_more(
    browser: Client, account: Account, path: str, fields: dict[str, str]
) -> None:
    with time_machine.travel(now() + timedelta(hours=2)):
        browser.post(path, fields)
        browser.post("/connexion", {"identifier": account.email, "password": PASSWORD})
        assert browser.get("/reprendre").status_code == 200
        browser.post(path, {**fields, "held": "1"})
        assert browser.get("/reprendre").status_code == 302
        role = browser.post("/role", {"role": "manager-1"})
        assert role.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("referer", "reached"),
    [
        ("http://testserver/mon-profil/second-facteur/cle", "http://testserver/mon-profil/second-facteur/cle"),
        ("http://ailleurs.test/", "/mon-profil"),
        (None, "/mon-profil"),
    ],
)
def test_item22_a_script_that_must_wait_for_a_proof_goes_on_from_its_page(
    browser: Client, referer: str | None, reached: str
) -> None:
    headers = {"Referer": referer} if referer else {}
    with time_machine.travel(now() + timedelta(minutes=6)):
        asked = "/mon-profil/second-facteur/cle/creation"
        answer = browser.post(asked, "{}", content_type="application/json", headers=headers)
        assert answer.headers["Location"] == "/confirmation-identite"
        answer = browser.post("/confirmation-identite", {"password": PASSWORD})
        assert answer.headers["Location"] == reached
        assert browser.get(reached).status_code == 200


def test_what_is_typed_before_a_gate_stands_is_taken_after_it(account: Account, roles: Roles) -> None:
    """A role that demands a second factor is given while a page is open."""
    roles.give(account.person, Role.MANAGER, "MAROSE FORMATION", organisation_id=1)
    browser = browser_of(account, strong=False)
    roles.give(account.person, Role.COMMITTEE)
    sent = {"lieu": "Vanves", "acting": "manager-1"}
    assert browser.post("/entites", sent).headers["Location"] == "/mon-profil/second-facteur"
    secret = re.search(
        r'secret-key">([A-Z2-7 ]+)<', browser.get("/mon-profil/second-facteur/application").content.decode()
    )[1].replace(" ", "")
    browser.post("/mon-profil/second-facteur/application", {"code": pyotp.TOTP(secret).now()})
    assert browser.post("/mon-profil/second-facteur/codes", {"noted": "1"}).headers["Location"] == "/reprendre"
    assert ("lieu", "Vanves") in browser.get("/reprendre").context["held"].fields


def test_a_session_that_began_without_the_second_factor_proves_it(account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.COMMITTEE)
    application = Application(account)
    browser = browser_of(account, strong=False)
    assert browser.get("/mon-profil/second-facteur").headers["Location"] == "/confirmation-identite"
    browser.post("/confirmation-identite", {"password": PASSWORD, "code": application.code()})
    assert browser.get("/mon-profil/second-facteur").status_code == 200
    assert browser.get("/entites").status_code == 403


@pytest.mark.parametrize("path", ["/deconnexion", "/mon-profil/sessions/fin", "/role"])
def test_an_address_that_only_takes_a_form_says_so(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "Cette adresse ne s’ouvre pas ainsi" in answer.content.decode()


def test_a_form_of_a_forgotten_session_does_not_lead_back_to_it(client: Client, db: None) -> None:
    assert client.post("/mon-profil/sessions/fin").headers["Location"] == "/connexion"


def test_a04_only_the_account_itself_confirms_its_address(browser: Client, account: Account) -> None:
    browser.post("/mon-profil", {"email": "fautive@exemple.test"})
    mail = OutgoingMail.objects.get(recipient="fautive@exemple.test")
    path = re.search(r"/mon-profil/e-mail/\S+", mail.text)[0]
    for stranger in (Client(), browser_of(AccountFactory())):
        assert account.person.last_name not in stranger.get(path).content.decode()
        assert stranger.post(path).status_code in (302, 410)
        account.refresh_from_db()
        assert account.email != "fautive@exemple.test"
    assert browser.post(path).headers["Location"] == "/mon-profil"
    account.refresh_from_db()
    assert account.email == "fautive@exemple.test"
