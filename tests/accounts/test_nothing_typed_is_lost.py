"""A form that comes too late, or from a page that slept, is taken all the same, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from forprev.accounts.models import Account, Role
from forprev.core.dates import now
from tests.accounts.conftest import Roles
from tests.factories.accounts import PASSWORD, browser_of


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
