from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.models import Account
from forprev.accounts.services.passwords import set_password
from tests.accounts.conftest import Roles
from tests.factories.accounts import PASSWORD

REFUSED = "L’identifiant ou le mot de passe n’est pas le bon."


def submit(client: Client, identifier: str, password: str = PASSWORD, **more: str):
    return client.post("/connexion", {"identifier": identifier, "password": password, **more})


def test_the_page_bears_the_labels_of_the_product(client: Client, db: None) -> None:
    page = client.get("/connexion").content.decode()
    for label in ("<h1>Connexion</h1>", "E-mail ou n° Forprev", "Mot de passe", "Se connecter", "Mot de passe oublié"):
        assert label in page
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="username"' in page


@pytest.mark.parametrize("way", ["email", "number"])
def test_a01_email_or_number_opens_a_new_session(client: Client, account: Account, roles: Roles, way: str) -> None:
    client.get("/tous")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    answer = submit(client, account.email if way == "email" else account.person.number)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.session.session_key != before


def test_unknown_account_and_wrong_password_get_one_answer(client: Client, account: Account) -> None:
    pages = []
    for identifier in (account.email, "inconnu@exemple.test", "ZZZ99999"):
        answer = submit(client, identifier, "devine")
        assert answer.status_code == 200
        page = answer.content.decode()
        assert REFUSED in page
        assert "devine" not in page
        pages.append(answer.context["form"].errors)
    assert pages[0] == pages[1] == pages[2]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "sent",
    [{}, {"identifier": ""}, {"identifier": "a\x00b", "password": "x"}, {"identifier": "x" * 300, "password": "x"}],
)
def test_bad_input_gets_the_page_again(client: Client, db: None, sent: dict[str, str]) -> None:
    answer = client.post("/connexion", sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ("/entites?page=2", "/entites?page=2"),
        ("https://ailleurs.test/", "/"),
        ("//ailleurs.test/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\ailleurs.test", "/"),
    ],
)
def test_next_leads_only_to_our_own_pages(client: Client, account: Account, asked: str, reached: str) -> None:
    page = client.get("/connexion", {"next": asked}).context["next"]
    assert submit(client, account.email, next=page).headers["Location"] == reached
    client.logout()
    assert submit(client, account.email, next=asked).headers["Location"] == reached


def test_whoever_is_signed_in_goes_home(client: Client, account: Account) -> None:
    client.force_login(account)
    assert client.get("/connexion").headers["Location"] == "/"


def test_sign_out_ends_the_session_on_the_server(client: Client, account: Account) -> None:
    client.force_login(account)
    key = client.session.session_key
    assert client.get("/deconnexion").status_code == 405
    assert client.post("/deconnexion").headers["Location"] == "/connexion"
    assert not client.session.exists(key)


def test_signing_in_needs_the_token_of_the_form(account: Account) -> None:
    client = Client(enforce_csrf_checks=True)
    assert submit(client, account.email).status_code == 403


def test_long_and_unusual_passwords_open(client: Client, account: Account) -> None:
    password = "é🔑 " * 42 + "à"
    set_password(account, password)
    assert submit(client, account.email, password).status_code == 302
