"""Whoever chooses a new password because somebody else got in shuts that person out for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from forprev.accounts.models import Account
from forprev.accounts.services import passwords
from forprev.accounts.services.profile import CHANGES_PER_ACCOUNT, ask_email_change
from forprev.accounts.signals import email_change_asked
from forprev.core.dates import now
from tests.factories.accounts import browser_of

NEW = "une autre phrase bien longue"


@pytest.mark.parametrize("way", ["link", "change"])
def test_item08_a_new_password_ends_the_change_of_address(
    client: Client, account: Account, links: list[str], way: str
) -> None:
    tokens: list[str] = []

    def note(*, token: str, **_: object) -> None:
        tokens.append(token)

    email_change_asked.connect(note)
    ask_email_change(account, "voleur@exemple.test")
    email_change_asked.disconnect(note)
    if way == "link":
        passwords.send_password_link(account.email)
        passwords.set_password_by_link(links[-1], NEW, "")
    else:
        passwords.change_password(account, NEW, None)
    account.refresh_from_db()
    browser_of(account, client=client)
    assert client.post(f"/mon-profil/e-mail/{tokens[-1]}").status_code == 410
    account.refresh_from_db()
    assert account.email == "Alice.Frigg@exemple.test"


def test_item08_the_link_serves_in_a_browser_that_is_signed_in_too(account: Account, links: list[str]) -> None:
    browser = browser_of(account)
    passwords.send_password_link(account.email)
    browser.get(f"/reinitialisation-mot-de-passe/{links[-1]}")
    answer = browser.post("/reinitialisation-mot-de-passe", {"password": NEW, "confirmation": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/connexion")
    page = browser.get("/connexion")
    assert "Votre mot de passe est enregistré." in page.content.decode()


def test_item07_nobody_writes_to_strangers_without_end_through_changes_of_address(account: Account) -> None:
    browser = browser_of(account)
    for number in range(CHANGES_PER_ACCOUNT):
        assert browser.post("/mon-profil", {"email": f"autre{number}@exemple.test"}).status_code == 302
    answer = browser.post("/mon-profil", {"email": "encore@exemple.test"})
    assert answer.status_code == 422
    assert "plusieurs changements d’adresse" in answer.content.decode()
    assert 'value="encore@exemple.test"' in answer.content.decode()
    assert account.email_changes.count() == CHANGES_PER_ACCOUNT
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert browser_of(account).post("/mon-profil", {"email": "encore@exemple.test"}).status_code == 302
