"""Item 14 of the security checklist: OpenID Connect against a real provider, and against one that lies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.test import Client
from joserfc import jws, jwt
from joserfc.jwk import RSAKey
from pytest_django import Settings

from forprev.accounts import openid
from forprev.accounts.models import Account, OpenIdIdentity, Role
from forprev.core.dates import now
from forprev.notices.models import OutgoingMail
from tests.accounts.conftest import Roles
from tests.accounts.second_factors import Application
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.openid_provider import provider

SITE = "http://localhost:8000"
START, RETURN, BIND = "/connexion/openid", "/connexion/openid/retour", "/connexion/openid/associer"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(SITE) as address:
        yield address


@pytest.fixture(autouse=True)
def configured(settings: Settings, issuer: str) -> Iterator[None]:
    settings.PUBLIC_URL = SITE
    settings.OPENID_ISSUER = issuer
    settings.OPENID_CLIENT_ID = "forprev"
    settings.OPENID_CLIENT_SECRET = "secret-du-client"
    settings.OPENID_ACR = ["eidas1", "eidas2"]
    settings.OPENID_STRONG_ACR = ["eidas2"]
    yield
    openid._client_of.cache_clear()


def at_the_provider(url: str, login: str, acr: str = "eidas1") -> str:
    """What a person does there; the address by which the browser comes back to us, without its origin."""
    browser = requests.Session()
    answer = browser.get(url, allow_redirects=False)
    while not answer.headers.get("Location", "").startswith(SITE):
        if answer.is_redirect:
            following = requests.compat.urljoin(answer.url, answer.headers["Location"])
            answer = browser.get(following, allow_redirects=False)
        else:
            assert "/interaction/" in answer.url, answer.text
            answer = browser.post(answer.url, {"login": login, "acr": acr}, allow_redirects=False)
    return answer.headers["Location"].removeprefix(SITE)


def go(client: Client, login: str = "antoine", acr: str = "eidas1", **sent: str) -> Any:
    """From our button to our answer to what the provider says."""
    url = client.post(START, sent).headers["Location"]
    return client.get(at_the_provider(url, login, acr))


def bound(account: Account, subject: str = "antoine") -> None:
    from django.conf import settings

    OpenIdIdentity.objects.create(account=account, issuer=settings.OPENID_ISSUER, subject=subject)


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def refused(client: Client, answer: Any) -> bool:
    said = client.get("/connexion").content.decode()
    return answer.headers["Location"] == "/connexion" and "n’a pas abouti" in said and signed_in_as(client) is None


def test_item14_off_unless_configured(client: Client, db: None, settings: Settings) -> None:
    settings.OPENID_ISSUER = ""
    assert "S’identifier avec" not in client.get("/connexion").content.decode()
    assert client.post(START).status_code == client.get(RETURN).status_code == 404


def test_item14_what_is_asked_of_the_provider(client: Client, db: None) -> None:
    assert "S’identifier avec ProConnect" in client.get("/connexion").content.decode()
    url = client.post(START, headers={"host": "localhost"}).headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert asked["acr_values"] == "eidas1 eidas2"
    assert asked["redirect_uri"] == f"{SITE}{RETURN}"


def test_item14_the_first_time_the_owner_binds_it_by_the_password(client: Client, account: Account) -> None:
    answer = go(client)
    assert answer.headers["Location"] == f"/connexion?next={BIND}"
    assert signed_in_as(client) is None
    page = client.get(f"/connexion?next={BIND}").content.decode()
    assert "Connectez-vous une fois avec votre mot de passe Forprev" in page
    sent = {"identifier": account.email, "password": PASSWORD, "next": BIND}
    assert client.post("/connexion", sent).headers["Location"] == BIND
    assert "antoine@ministere.test" in client.get(BIND).content.decode()
    assert not OpenIdIdentity.objects.exists()
    client.post(BIND, {"bind": "1"})
    assert OpenIdIdentity.objects.get().account == account
    assert "Nouvelle identité professionnelle associée" in OutgoingMail.objects.get().text

    other = Client()
    assert go(other).headers["Location"] == "/"
    assert signed_in_as(other) == str(account.pk)


def test_item14_an_e_mail_alone_opens_nothing(client: Client, db: None) -> None:
    AccountFactory(email="antoine@ministere.test")
    assert go(client).headers["Location"] == f"/connexion?next={BIND}"
    assert signed_in_as(client) is None


def test_item14_binding_takes_the_second_factor_too(client: Client, account: Account) -> None:
    application = Application(account)
    go(client)
    sent = {"identifier": account.email, "password": PASSWORD, "next": BIND}
    assert client.post("/connexion", sent).headers["Location"] == "/connexion/second-facteur"
    assert client.post(BIND, {"bind": "1"}).headers["Location"].startswith("/connexion")
    code = {"code": application.code()}
    assert client.post("/connexion/second-facteur", code).headers["Location"] == BIND


def test_item14_one_may_decline(client: Client, account: Account) -> None:
    go(client)
    client.post("/connexion", {"identifier": account.email, "password": PASSWORD})
    client.post(BIND, {})
    assert client.post(BIND, {"bind": "1"}).headers["Location"] == "/"
    assert not OpenIdIdentity.objects.exists()


def test_item14_what_waits_to_be_bound_does_not_wait_long(client: Client, account: Account) -> None:
    go(client)
    client.post("/connexion", {"identifier": account.email, "password": PASSWORD})
    with time_machine.travel(now() + timedelta(minutes=10, seconds=5)):
        client.post(BIND, {"bind": "1"})
    assert not OpenIdIdentity.objects.exists()


def test_item14_an_identity_opens_one_account(client: Client, account: Account) -> None:
    go(client)
    bound(AccountFactory())
    client.post("/connexion", {"identifier": account.email, "password": PASSWORD})
    said = client.post(BIND, {"bind": "1"}, follow=True)
    assert OpenIdIdentity.objects.get().account != account
    assert said.redirect_chain == [("/", 302)]


def test_item14_the_provider_s_level_decides_on_our_second_factor(client: Client, account: Account) -> None:
    Application(account)
    bound(account)
    assert go(client, acr="eidas1").headers["Location"] == "/connexion/second-facteur"
    assert signed_in_as(client) is None
    strong = Client()
    assert go(strong, acr="eidas2").headers["Location"] == "/"
    assert strong.session["strong"] is True


def test_item14_a_network_role_needs_a_strong_level(client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.COMMITTEE)
    bound(account)
    go(client, acr="eidas1")
    assert client.get("/entites").headers["Location"] == "/mon-profil/second-facteur"
    strong = Client()
    go(strong, acr="eidas2")
    assert strong.get("/entites").status_code == 403


def test_item14_a_level_that_was_not_asked_is_refused(client: Client, account: Account, settings: Settings) -> None:
    bound(account)
    settings.OPENID_ACR = ["eidas2"]
    assert refused(client, go(client, acr="eidas1"))


def test_item14_an_account_out_of_use_stays_shut(client: Client, account: Account) -> None:
    bound(account)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    go(client)
    assert signed_in_as(client) is None


@pytest.mark.parametrize("asked", ["https://ailleurs.test/", "//ailleurs.test", "/\\ailleurs.test"])
def test_item14_and_39_next_stays_ours(client: Client, account: Account, asked: str) -> None:
    bound(account)
    assert go(client, next=asked).headers["Location"] == "/"
    client.post("/deconnexion")
    assert go(client, next="/entites?page=2").headers["Location"] == "/entites?page=2"


def test_item14_signing_out_ends_the_provider_s_session_too(client: Client, account: Account, issuer: str) -> None:
    bound(account)
    go(client)
    address = client.post("/deconnexion").headers["Location"]
    assert address.startswith(f"{issuer}/session/end?")
    assert parse_qs(urlsplit(address).query)["post_logout_redirect_uri"] == [f"{SITE}/connexion"]
    assert signed_in_as(client) is None
    assert requests.get(address, timeout=5).status_code == 200


# Answers that are not right


def test_item14_a_state_of_nobody(client: Client, account: Account) -> None:
    bound(account)
    url = client.post(START).headers["Location"]
    back = at_the_provider(url, "antoine")
    assert refused(client, client.get(back.replace("state=", "state=x")))


def test_item14_an_answer_serves_once(client: Client, account: Account) -> None:
    bound(account)
    back = at_the_provider(client.post(START).headers["Location"], "antoine")
    assert client.get(back).headers["Location"] == "/"
    client.post("/deconnexion")
    assert refused(client, client.get(back))


def test_item14_an_answer_serves_the_browser_that_asked(client: Client, account: Account) -> None:
    bound(account)
    back = at_the_provider(client.post(START).headers["Location"], "antoine")
    victim = Client()
    victim.post(START)
    assert refused(victim, victim.get(back))


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=access_denied&error_description=<script>"])
def test_item14_nonsense_is_answered_in_words(client: Client, db: None, query: str) -> None:
    assert refused(client, client.get(RETURN + query))


Tamper = Callable[[str, Callable[[requests.Response], None]], None]


@pytest.fixture
def tamper(monkeypatch: pytest.MonkeyPatch) -> Tamper:
    """Alter the provider's answers at the addresses that end so, on their way to us."""

    def install(ending: str, alter: Callable[[requests.Response], None]) -> None:
        send = requests.Session.send

        def altered(self: requests.Session, request: Any, **how: Any) -> requests.Response:
            answer = send(self, request, **how)
            if urlsplit(request.url).path.endswith(ending):
                alter(answer)
            return answer

        monkeypatch.setattr(requests.Session, "send", altered)

    return install


STRANGER = RSAKey.generate_key(2048)


def forged(token: str, key: RSAKey = STRANGER, **claims: Any) -> str:
    """The same token with other claims, signed by a stranger under the provider's own key id."""
    header, payload = (
        jws.extract_compact(token.encode()).headers(),
        json.loads(jws.extract_compact(token.encode()).payload),
    )
    return jwt.encode({"alg": "RS256", "kid": header["kid"]}, {**payload, **claims}, key)


def unsigned(token: str) -> str:
    payload = token.split(".")[1]
    return f"eyJhbGciOiJub25lIn0.{payload}."


def replace_id_token(change: Callable[[str], str]) -> Callable[[requests.Response], None]:
    def alter(answer: requests.Response) -> None:
        body = answer.json()
        body["id_token"] = change(body["id_token"])
        answer._content = json.dumps(body).encode()

    return alter


def replace_userinfo(
    change: Callable[[str], str], kind: str = "application/jwt"
) -> Callable[[requests.Response], None]:
    def alter(answer: requests.Response) -> None:
        answer._content = change(answer.text).encode()
        answer.headers["Content-Type"] = kind

    return alter


@pytest.mark.parametrize("change", [forged, unsigned, lambda token: token[:-8] + "AAAAAAAA", lambda token: "x"])
def test_item14_an_id_token_that_the_provider_did_not_sign(
    client: Client, account: Account, tamper: Tamper, change: Callable[[str], str]
) -> None:
    bound(account)
    tamper("/token", replace_id_token(change))
    assert refused(client, go(client))


def test_item14_no_id_token_at_all(client: Client, account: Account, tamper: Tamper) -> None:
    bound(account)

    def alter(answer: requests.Response) -> None:
        body = answer.json()
        del body["id_token"]
        answer._content = json.dumps(body).encode()

    tamper("/token", alter)
    assert refused(client, go(client))


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "un autre"},
        {"aud": "autre-application"},
        {"aud": "autre-application", "azp": "forprev"},
        {"iss": "https://ailleurs.test"},
        {"exp": 1_700_000_000},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=["nonce", "audience", "audience with azp", "issuer", "expired", "access token"],
)
def test_item14_an_id_token_for_somebody_else(
    client: Client, account: Account, tamper: Tamper, issuer: str, claims: dict[str, Any]
) -> None:
    """Rightly signed this time: by a key that the provider's address gives out."""
    bound(account)
    tamper("/token", replace_id_token(lambda token: forged(token, **claims)))
    tamper("/me", replace_userinfo(forged))
    openid._client().load_server_metadata()["jwks"] = {"keys": [_public(issuer)]}
    assert refused(client, go(client))


def test_the_forger_of_these_tests_would_get_in_with_the_right_claims(
    client: Client, account: Account, tamper: Tamper, issuer: str
) -> None:
    bound(account)
    tamper("/token", replace_id_token(forged))
    openid._client().load_server_metadata()["jwks"] = {"keys": [_public(issuer)]}
    tamper("/me", replace_userinfo(forged))
    assert go(client).headers["Location"] == "/"


def _public(issuer: str) -> dict[str, Any]:
    """The stranger's key under the provider's key id."""
    kid = next(
        key["kid"] for key in requests.get(f"{issuer}/jwks", timeout=5).json()["keys"] if key.get("kty") == "RSA"
    )
    return {**STRANGER.as_dict(private=False), "kid": kid}


@pytest.mark.parametrize("change", [forged, unsigned, lambda token: "{}"])
def test_item14_userinfo_that_the_provider_did_not_sign(
    client: Client, account: Account, tamper: Tamper, change: Callable[[str], str]
) -> None:
    bound(account)
    tamper("/me", replace_userinfo(change))
    assert refused(client, go(client))


def test_item14_plain_userinfo(client: Client, account: Account, tamper: Tamper) -> None:
    bound(account)
    tamper("/me", replace_userinfo(lambda _: '{"sub": "antoine"}', "application/json"))
    assert refused(client, go(client))


def test_item14_userinfo_of_another_person(client: Client, account: Account, tamper: Tamper) -> None:
    bound(account)
    first = Client()
    kept: list[str] = []
    tamper("/me", lambda answer: kept.append(answer.text))
    go(first, login="berthe")
    tamper("/me", replace_userinfo(lambda _: kept[0]))
    assert refused(client, go(client))


@pytest.mark.parametrize("fault", ["down", "slow", "broken", "another issuer"])
def test_item14_a_provider_that_fails_leaves_the_password(
    client: Client, account: Account, settings: Settings, tamper: Tamper, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    openid._client_of.cache_clear()
    if fault == "down":
        settings.OPENID_ISSUER = "http://127.0.0.1:9"
    elif fault == "slow":
        seen = []

        def silent(self: requests.Session, request: Any, **how: Any) -> requests.Response:
            seen.append(how["timeout"])
            raise requests.Timeout

        monkeypatch.setattr(requests.Session, "send", silent)
    elif fault == "broken":
        tamper("/.well-known/openid-configuration", replace_userinfo(lambda _: "<html>", "text/html"))
    else:
        tamper(
            "/.well-known/openid-configuration",
            replace_userinfo(lambda text: text.replace('"issuer":"', '"issuer":"x')),
        )
    answer = client.post(START)
    if fault == "another issuer":
        answer = client.get(at_the_provider(answer.headers["Location"], "antoine"))
    assert refused(client, answer)
    if fault == "slow":
        assert seen == [openid.TIMEOUT]
    sent = {"identifier": account.email, "password": PASSWORD}
    assert client.post("/connexion", sent).headers["Location"] == "/"
