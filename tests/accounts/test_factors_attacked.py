"""Second factors against whoever copies, borrows or replays (security.md, items 9 to 12)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pyotp
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticatorData, CollectedClientData

from forprev.accounts.models import Account, Passkey
from tests.accounts.conftest import Roles
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of

ORIGIN = settings.PUBLIC_URL
SITE = hashlib.sha256(b"localhost").digest()
FLAG = AuthenticatorData.FLAG


class Key:
    """A passkey of `account` in software, registered at once."""

    def __init__(self, account: Account) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(account.pk).encode()).digest()
        cose = ES256.from_cryptography_key(self.private.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, cose)
        self.row = Passkey.objects.create(
            account=account, name="Clé", credential_id=self.id, credential=bytes(credential)
        )
        Account.objects.filter(pk=account.pk).update(has_second_factor=True)

    def sign(
        self, challenge: str, *, counter: int = 0, flags: FLAG = FLAG.UP | FLAG.UV, origin: str = ORIGIN
    ) -> dict[str, Any]:
        client_data = CollectedClientData.create(CollectedClientData.TYPE.GET, challenge, origin)
        data = AuthenticatorData.create(SITE, flags, counter)
        signature = self.private.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        return {
            "id": websafe_encode(self.id),
            "rawId": websafe_encode(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            },
        }


def challenge_of(client: Client) -> str:
    return client.post("/connexion/cle-d-acces").json()["challenge"]


def answer(client: Client, signed: dict[str, Any]) -> int:
    body = json.dumps(signed)
    return client.post("/connexion/cle-d-acces/reponse", body, content_type="application/json").status_code


def test_item10_a_passkey_signs_in(client: Client, account: Account, roles: Roles) -> None:
    assert answer(client, Key(account).sign(challenge_of(client))) == 200
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.session["strong"]


@pytest.mark.parametrize(
    "wrong", [{"flags": FLAG.UP}, {"flags": FLAG.UV}, {"origin": "https://localhost:8000"}, {"challenge": "AAAA"}]
)
def test_item10_a_passkey_that_proves_too_little_is_refused(
    client: Client, account: Account, wrong: dict[str, Any]
) -> None:
    signed = Key(account).sign(**{"challenge": challenge_of(client), **wrong})
    assert answer(client, signed) == 400
    assert "_auth_user_id" not in client.session


def test_item10_an_answer_serves_once(client: Client, account: Account, roles: Roles) -> None:
    signed = Key(account).sign(challenge_of(client))
    assert answer(Client(), signed) == 400
    assert answer(client, signed) == 200
    client.post("/deconnexion")
    assert answer(client, signed) == 400
    challenge_of(client)
    assert answer(client, signed) == 400


def test_item09_the_passkey_of_another_does_not_stand_in(client: Client, account: Account, roles: Roles) -> None:
    Key(account)
    other = Key(AccountFactory())
    client.post("/connexion", {"identifier": account.email, "password": PASSWORD})
    assert answer(client, other.sign(challenge_of(client))) == 400
    browser = browser_of(account)
    challenge = browser.post("/confirmation-identite/cle-d-acces").json()["challenge"]
    body = json.dumps(other.sign(challenge))
    refused = browser.post("/confirmation-identite/cle-d-acces/reponse", body, content_type="application/json")
    assert refused.status_code == 400


@pytest.mark.parametrize("counter", [0, 4, 5])
def test_item10_a_counter_that_does_not_advance_tells_of_a_copy(
    client: Client, account: Account, roles: Roles, counter: int
) -> None:
    key = Key(account)
    assert answer(client, key.sign(challenge_of(client), counter=5)) == 200
    client.post("/deconnexion")
    assert answer(client, key.sign(challenge_of(client), counter=counter)) == 400
    assert answer(client, key.sign(challenge_of(client), counter=6)) == 200


def test_item11_the_page_shown_again_keeps_its_key(account: Account, roles: Roles) -> None:
    """A phone may load the page anew while its owner looks at the application."""
    browser = browser_of(account)
    page = "/mon-profil/second-facteur/application"
    secret = browser.get(page).context["secret"].replace(" ", "")
    browser.get(page)
    taken = browser.post(page, {"code": pyotp.TOTP(secret).now()})
    assert taken.headers["Location"] == "/mon-profil/second-facteur/codes"
