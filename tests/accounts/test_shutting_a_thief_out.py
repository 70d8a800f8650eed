"""Whoever chooses a new password because somebody else got in shuts that person out for good."""

from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Account
from forprev.accounts.services import passwords
from forprev.accounts.services.profile import ask_email_change
from forprev.accounts.signals import email_change_asked
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
