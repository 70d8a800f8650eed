"""Whoever chooses a new password because somebody else got in shuts that person out for good."""

from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Account
from forprev.accounts.services import passwords
from forprev.accounts.services.profile import ask_email_change
from forprev.accounts.signals import email_change_asked

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
