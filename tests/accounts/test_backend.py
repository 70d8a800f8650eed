from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import BasePasswordHasher, MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Account
from forprev.people.models import IssuedNumber
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.factories.people import PersonFactory


@pytest.mark.parametrize(
    "identifier", ["Alice.Frigg@Exemple.test", "alice.frigg@exemple.TEST", "  alice.frigg@exemple.test "]
)
def test_a01_the_email_opens_whatever_its_case(account: Account, identifier: str) -> None:
    assert authenticate(username=identifier, password=PASSWORD) == account


def test_a01_any_number_that_leads_to_the_person_opens(account: Account) -> None:
    IssuedNumber.objects.create(number="OLD00001", person=account.person)
    number = account.person.number
    for typed in (number, number.lower(), f" {number[:3]} {number[3:]}", "OLD00001"):
        assert authenticate(username=typed, password=PASSWORD) == account


@pytest.mark.parametrize("password", ["", "autre chose", PASSWORD.upper(), PASSWORD + " "])
def test_another_password_opens_nothing(account: Account, password: str) -> None:
    assert authenticate(username=account.email, password=password) is None


def test_closed_accounts_and_those_without_password_do_not_open(db: None) -> None:
    closed = AccountFactory(is_active=False)
    new = AccountFactory(password=None)
    assert authenticate(username=closed.email, password=PASSWORD) is None
    assert authenticate(username=new.email, password="!") is None


def test_an_account_closed_while_signed_in_has_no_session_any_more(account: Account, client, roles) -> None:
    client.force_login(account)
    Account.objects.update(is_active=False)
    assert client.get("/entites").headers["Location"].startswith("/connexion")


@pytest.mark.parametrize("identifier", ["inconnu@exemple.test", "ZZZ99999", "n'importe quoi", "sans compte"])
def test_an_unknown_account_costs_one_hash_like_a_known_one(
    account: Account, identifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: BasePasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    if identifier == "sans compte":
        identifier = PersonFactory().number
    assert authenticate(username=identifier, password="devine") is None
    for_unknown = len(hashed)
    assert authenticate(username=account.email, password="devine") is None
    assert for_unknown == len(hashed) - for_unknown == 1


@pytest.mark.parametrize("path", ["/connexion", "/mot-de-passe-oublie"])
def test_item06_known_and_unknown_accounts_cost_the_same_queries(client: Client, account: Account, path: str) -> None:
    counts = set()
    for identifier in (account.email, account.person.number, "inconnu@exemple.test", "ZZZ99999", "n'importe quoi"):
        with CaptureQueriesContext(connection) as queries:
            client.post(path, {"identifier": identifier, "password": "devine"})
        counts.add(len(queries))
    assert len(counts) == 1
