"""Items 10 to 13 of the security checklist, each by its number: second factors, and their loss."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, FactorReset, Role, Totp
from forprev.accounts.services import factors, passwords
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.secrets import decrypt
from forprev.notices.models import OutgoingMail
from tests.accounts.conftest import Roles
from tests.accounts.items.common import HERE, NETWORK, code_of, give_code, is_signed_in, secret_shown, sign_in
from tests.accounts.second_factors import VERIFIED, Application, SoftwareKey
from tests.concurrency import together
from tests.factories.accounts import AccountFactory, browser_of

# 10 to 13: second factors


@pytest.mark.parametrize("role", NETWORK)
def test_item10_demanded_of_the_network(client: Client, account: Account, roles: Roles, role: Role) -> None:
    roles.give(account.person, role)
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    sign_in(client, account)
    assert client.get("/entites").headers["Location"] == "/mon-profil/second-facteur"
    secret = secret_shown(client)
    client.post("/mon-profil/second-facteur/application", {"code": code_of(secret)})
    assert client.get("/entites").status_code != 302


@pytest.mark.parametrize("role", [Role.MANAGER, Role.DELEGATE, Role.TRAINER])
def test_item10_offered_to_the_others(client: Client, account: Account, roles: Roles, role: Role) -> None:
    roles.give(account.person, role, organisation_id=1)
    sign_in(client, account)
    assert client.get("/entites").status_code in (200, 403)
    assert "C’est facultatif pour vous, et conseillé" in client.get("/mon-profil/second-facteur").content.decode()


def test_item10_the_network_keeps_one(account: Account, roles: Roles) -> None:
    Application(account)
    roles.give(account.person, Role.SUPPORT_AGENT)
    with pytest.raises(DomainError, match="demande un second facteur"):
        factors.remove_totp(account, None)
    assert Totp.objects.filter(account=account).exists()
    account.refresh_from_db()
    assert account.has_second_factor


def test_item11_a_code_serves_once_and_thirty_seconds(client: Client, account: Account) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        application = Application(account)
        code = application.code()
        sign_in(client, account)
        assert give_code(client, code).headers["Location"] == "/"
        other = Client()
        sign_in(other, account)
        assert give_code(other, code).status_code == 200
        assert not is_signed_in(other)
        late = application.code(1)
        clock.shift(timedelta(seconds=120))
        assert not factors.prove_by_code(account, late, HERE)
        assert factors.prove_by_code(account, application.code(), HERE)


@pytest.mark.django_db(transaction=True)
def test_item11_one_code_on_two_connections_at_once_serves_one() -> None:
    account = AccountFactory()
    application = Application(account)
    code = application.code()
    outcomes = together(*[lambda: factors.prove_by_code(account, code, HERE)] * 4)
    assert sorted(outcomes, key=str) == [False, False, False, True]


def test_item11_the_secret_is_encrypted(account: Account) -> None:
    application = Application(account)
    stored = Totp.objects.get().secret
    assert application.secret not in stored
    assert decrypt(stored) == application.secret


def test_item11_recovery_codes_serve_once_and_are_only_hashed(client: Client, account: Account) -> None:
    application = Application(account)
    code = application.recovery_codes[3]
    assert len(set(application.recovery_codes)) == 10
    assert not account.recovery_codes.filter(code_hash__icontains=code.replace("-", "")).exists()
    sign_in(client, account)
    assert give_code(client, f" {code.lower()} ").headers["Location"] == "/"
    assert not factors.prove_by_code(account, code, HERE)
    assert "code de secours" in OutgoingMail.objects.latest("created_at").text


def test_item12_a_lost_factor_takes_two_persons(account: Account, roles: Roles) -> None:
    Application(account)
    first, second = (Acting(AccountFactory().person, Role.SUPPORT_AGENT) for _ in range(2))
    session = browser_of(account)
    with pytest.raises(DomainError, match="propre compte"):
        factors.ask_factor_reset(Acting(account.person, Role.SUPPORT_AGENT), account, "moi-même")
    reset = factors.ask_factor_reset(first, account, "Rappelée au numéro de la mairie")
    assert OutgoingMail.objects.latest("created_at").recipient == account.email
    for nobody in (first, Acting(account.person, Role.SUPPORT_AGENT)):
        with pytest.raises(DomainError, match="seconde personne"):
            factors.decide_factor_reset(nobody, reset.pk, approve=True)
    assert Totp.objects.filter(account=account).exists()

    factors.decide_factor_reset(second, reset.pk, approve=True)
    assert not Totp.objects.filter(account=account).exists()
    assert not account.recovery_codes.exists()
    assert session.get("/").headers["Location"].startswith("/connexion")
    assert "est retiré" in OutgoingMail.objects.latest("created_at").subject
    reset.refresh_from_db()
    assert (reset.asked_by, reset.decided_by) == (first.person, second.person)


def test_item12_a_refusal_changes_nothing(account: Account) -> None:
    Application(account)
    first, second = (Acting(AccountFactory().person, Role.SUPPORT_AGENT) for _ in range(2))
    reset = factors.ask_factor_reset(first, account, "Rappelée")
    factors.decide_factor_reset(second, reset.pk, approve=False)
    assert Totp.objects.filter(account=account).exists()
    with pytest.raises(DomainError, match="déjà traitée"):
        factors.decide_factor_reset(second, reset.pk, approve=True)


def test_item12_on_the_screens_of_the_hotline(account: Account, roles: Roles) -> None:
    Application(account)
    agents = [AccountFactory(), AccountFactory()]
    for agent in agents:
        roles.give(agent.person, Role.SUPPORT_AGENT)
    asking, deciding = (browser_of(agent) for agent in agents)
    sent = {"identifier": account.person.number, "reason": "Rappelée au standard"}
    assert asking.post("/assistance/seconds-facteurs", sent).status_code == 302
    assert asking.post("/assistance/seconds-facteurs", sent).status_code == 422
    page = f"/assistance/seconds-facteurs/{FactorReset.objects.get().pk}"
    assert "Approuver le retrait" not in asking.get(page).content.decode()
    asking.post(page, {"approve": "1"})
    assert FactorReset.objects.get().state == FactorReset.State.ASKED
    assert "Approuver le retrait" in deciding.get(page).content.decode()
    deciding.post(page, {"approve": "1"})
    assert FactorReset.objects.get().state == FactorReset.State.APPROVED


def test_item13_whoever_invites_never_sees_a_password(account: Account, links: list[str]) -> None:
    before = account.password
    passwords.invite(account)
    account.refresh_from_db()
    assert account.password == before
    mail = OutgoingMail.objects.get()
    assert mail.confidential
    assert links[0] in mail.text


# Passkeys


@pytest.fixture
def key(client: Client, account: Account) -> SoftwareKey:
    made = SoftwareKey()
    browser_of(account, client=client)
    options = client.post("/mon-profil/second-facteur/cle/creation").json()
    sent = {"name": "Clé du bureau", "passkey": made.create(options)}
    answer = client.post("/mon-profil/second-facteur/cle/reponse", sent, content_type="application/json")
    assert answer.json() == {"url": "/mon-profil/second-facteur/codes"}
    client.post("/deconnexion")
    return made


def sign_with(client: Client, key: SoftwareKey):
    options = client.post("/connexion/cle-d-acces").json()
    return client.post("/connexion/cle-d-acces/reponse", key.sign(options), content_type="application/json")


def test_item10_a_passkey_alone_signs_in(client: Client, account: Account, key: SoftwareKey) -> None:
    assert sign_with(client, key).json() == {"url": "/"}
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.session["strong"] is True


def test_item10_a_passkey_stands_for_the_code(client: Client, account: Account, key: SoftwareKey) -> None:
    assert sign_in(client, account).headers["Location"] == "/connexion/second-facteur"
    assert sign_with(client, key).json() == {"url": "/"}


def test_an_answer_serves_one_challenge(client: Client, key: SoftwareKey) -> None:
    browser, other = Client(), Client()
    options = browser.post("/connexion/cle-d-acces").json()
    other.post("/connexion/cle-d-acces")
    signed = key.sign(options)
    for stranger in (other, Client()):
        answer = stranger.post("/connexion/cle-d-acces/reponse", signed, content_type="application/json")
        assert answer.status_code == 400
    spoilt = {**signed, "response": {**signed["response"], "signature": "AAAA"}}
    for sent in (spoilt, signed):
        answer = browser.post("/connexion/cle-d-acces/reponse", sent, content_type="application/json")
        assert answer.status_code == 400
    assert sign_with(browser, key).status_code == 200


@pytest.mark.parametrize("fault", ["origin", "not verified", "copied", "unknown", "signature"])
def test_a_passkey_that_is_not_right_opens_nothing(client: Client, key: SoftwareKey, fault: str) -> None:
    if fault == "origin":
        key.origin = "https://faux-forprev.test"
    elif fault == "not verified":
        key.flags &= ~VERIFIED
    elif fault == "copied":
        assert sign_with(client, key).status_code == 200
        client.post("/deconnexion")
        key.counter = 0
    elif fault == "unknown":
        key.credential_id = b"x" * 32
    else:
        key.key = SoftwareKey().key
    answer = sign_with(client, key)
    assert answer.status_code == 400
    assert "clé" in answer.json()["message"]
    assert not is_signed_in(client)


def test_another_s_passkey_is_no_second_factor_of_mine(client: Client, key: SoftwareKey) -> None:
    mine = AccountFactory()
    Application(mine)
    sign_in(client, mine)
    assert sign_with(client, key).status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize("body", ["", "[]", "null", '"x"', "{", '{"id": 3}', '{"id": "AA", "response": 1}', "[" * 5000])
def test_hostile_answers_are_refused_in_words(client: Client, key: SoftwareKey, body: str) -> None:
    client.post("/connexion/cle-d-acces")
    answer = client.post("/connexion/cle-d-acces/reponse", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["message"]
