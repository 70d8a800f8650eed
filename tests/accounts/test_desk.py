"""What the hotline does for somebody who cannot get in."""

from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Account, Role
from forprev.accounts.throttling import PER_ACCOUNT_AND_ADDRESS
from forprev.notices.models import OutgoingMail
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.screens import make_network_role, signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return signed_in(make_network_role(Role.SUPPORT_AGENT))


def links_to(account: Account) -> int:
    return OutgoingMail.objects.filter(recipient=account.email).count()


def test_the_first_sign_in_mail_leaves_again_and_voids_the_one_before(desk: Client) -> None:
    account = AccountFactory()
    account.set_unusable_password()
    account.save()
    page = f"/assistance/comptes/{account.pk}"
    assert "Renvoyer le message de première connexion" in text_of(desk.get(page))
    for _ in range(2):
        assert account.email in text_of(desk.post(page, {"action": "link"}, follow=True))
    assert links_to(account) == 2
    assert account.password_links.filter(ended_at=None).count() == 1


def test_a_mailbox_is_not_filled(desk: Client) -> None:
    account = AccountFactory()
    page = f"/assistance/comptes/{account.pk}"
    for _ in range(3):
        desk.post(page, {"action": "link"})
    assert "le dernier est valable" in text_of(desk.post(page, {"action": "link"}))
    assert links_to(account) == 3


def test_no_link_for_an_account_that_opens_nothing(desk: Client) -> None:
    account = AccountFactory(is_active=False)
    assert "n’ouvre plus rien" in text_of(desk.post(f"/assistance/comptes/{account.pk}", {"action": "link"}))
    assert links_to(account) == 0


def test_whoever_mistyped_too_often_gets_in_at_once(desk: Client, client: Client) -> None:
    account = AccountFactory()
    page = f"/assistance/comptes/{account.pk}"
    tried = {"identifier": account.email, "password": "faux-mot-de-passe"}
    for _ in range(PER_ACCOUNT_AND_ADDRESS):
        client.post("/connexion", tried)
    refused = client.post("/connexion", {**tried, "password": PASSWORD})
    assert "Trop d’essais" in text_of(refused)
    assert f"{PER_ACCOUNT_AND_ADDRESS} depuis un quart d’heure" in text_of(desk.get(page))
    desk.post(page, {"action": "forgive"})
    assert client.post("/connexion", {**tried, "password": PASSWORD}).status_code == 302
    assert "Débloquer" not in text_of(desk.get(page))
