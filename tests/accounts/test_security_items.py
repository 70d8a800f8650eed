"""Items 4 to 22 of the security checklist (1 to 3: passwords; 14: OpenID Connect), each by its number."""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import SimpleCookie

import pyotp
import pytest
import time_machine
from django.conf import settings as project
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, FactorReset, PasswordLink, Role, Session, Totp
from forprev.accounts.services import factors, passwords
from forprev.accounts.throttling import TooManyAttempts
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.secrets import decrypt
from forprev.demo.services import NotLocal, load
from forprev.notices.models import OutgoingMail
from tests.accounts.conftest import Roles
from tests.accounts.second_factors import VERIFIED, Application, SoftwareKey
from tests.concurrency import together
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of

HERE = "192.0.2.1"
NEW = "une tout autre phrase secrète"
NETWORK = [Role.FUND_OFFICER, Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT]


def sign_in(client: Client, account: Account, password: str = PASSWORD):
    return client.post("/connexion", {"identifier": account.email, "password": password})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give_code(client: Client, code: str):
    return client.post("/connexion/second-facteur", {"code": code})


# 4 and 5: passwords at rest, and their change


def test_item04_argon2id_and_hashed_anew_at_sign_in(client: Client, account: Account, settings: Settings) -> None:
    assert account.password.startswith("md5$")  # the tests' own hasher, cheap
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    sign_in(client, account)
    account.refresh_from_db()
    assert account.password.startswith("argon2$argon2id$")
    assert sign_in(Client(), account).status_code == 302


def test_item05_a_change_asks_for_the_present_password(client: Client, account: Account) -> None:
    browser_of(account, client=client)
    later = now() + timedelta(minutes=5, seconds=1)
    with time_machine.travel(later):
        for answer in (
            client.get("/mon-profil/mot-de-passe"),
            client.post("/mon-profil/mot-de-passe", {"password": NEW, "confirmation": NEW}),
        ):
            assert answer.headers["Location"] == "/confirmation-identite"
        assert client.post("/confirmation-identite", {"password": "devine"}).status_code == 200
        assert client.get("/mon-profil/mot-de-passe").status_code == 302
        assert client.post("/confirmation-identite", {"password": PASSWORD}).status_code == 302
        assert client.post("/mon-profil/mot-de-passe", {"password": NEW, "confirmation": NEW}).status_code == 302
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert OutgoingMail.objects.get().subject == "[FORPREV] Votre mot de passe a été changé"


def test_item05_no_password_ages(account: Account, client: Client) -> None:
    with time_machine.travel(now() + timedelta(days=3650)):
        assert sign_in(client, account).headers["Location"] == "/"


def test_item05_fields_take_pasting_and_password_managers(client: Client, account: Account) -> None:
    browser_of(account, client=client)
    page = client.get("/mon-profil/mot-de-passe").content.decode()
    assert page.count('autocomplete="new-password"') == 2
    assert "onpaste" not in page
    assert 'autocomplete="username"' in page


# 6 and 7: nothing told, and slowed down


def test_item06_one_answer_with_and_without_account(client: Client, account: Account) -> None:
    pages = []
    for identifier in (account.email, "personne@exemple.test"):
        answer = client.post("/mot-de-passe-oublie", {"identifier": identifier}, follow=True)
        pages.append((answer.redirect_chain, re.sub(r'value="[\w]{64}"', "", answer.content.decode())))
    assert pages[0] == pages[1]


def test_item06_a_new_address_says_nothing_of_other_accounts(client: Client, account: Account) -> None:
    other = AccountFactory(email="prise@exemple.test")
    browser_of(account, client=client)
    for email in ("libre@exemple.test", other.email):
        answer = client.post("/mon-profil", {"email": email}, follow=True)
        said = answer.content.decode()
        assert f"Un message vient d’être envoyé à {email}" in said
        assert f"{email} attend votre confirmation" in said
    to_the_owner = OutgoingMail.objects.get(recipient=other.email)
    assert "saisie pour un autre compte" in to_the_owner.subject
    assert "/mon-profil/e-mail/" not in to_the_owner.text


@pytest.mark.django_db(transaction=True)
def test_item07_failures_of_two_connections_count_together() -> None:
    account = AccountFactory()

    def guess() -> None:
        for _ in range(3):
            passwords.check_credentials(account.email, "devine", HERE)

    outcomes = together(guess, guess)
    assert any(isinstance(outcome, TooManyAttempts) for outcome in outcomes)
    with pytest.raises(TooManyAttempts):
        passwords.check_credentials(account.email, PASSWORD, HERE)


def test_item07_five_links_a_quarter_of_an_hour_at_most(account: Account, links: list[str]) -> None:
    for _ in range(8):
        passwords.send_password_link(account.email)
    assert len(links) <= 5
    assert PasswordLink.objects.filter(ended_at=None).count() == 1


def test_item07_guessing_codes_is_slowed_down_wherever_it_comes_from(account: Account) -> None:
    application = Application(account)
    for guess in range(5):
        assert not factors.prove_by_code(account, f"00000{guess}", f"198.51.100.{guess}")
    with pytest.raises(TooManyAttempts):
        factors.prove_by_code(account, application.code(), "198.51.100.99")


def test_item07_whoever_lacks_the_password_does_not_use_up_the_codes(client: Client, account: Account) -> None:
    application = Application(account)
    for _ in range(10):
        assert give_code(client, "000000").headers["Location"] == "/connexion"
    sign_in(client, account)
    assert give_code(client, application.code()).headers["Location"] == "/"


# 8 and 9: links


def test_item08_a_link_ends_with_a_new_password_or_address(account: Account, client: Client, links: list[str]) -> None:
    passwords.invite(account)
    passwords.set_password(account, NEW)
    assert client.get(f"/reinitialisation-mot-de-passe/{links[0]}").status_code == 410

    passwords.invite(account)
    browser_of(account, client=client)
    client.post("/mon-profil", {"email": "nouvelle@exemple.test"})
    mail = OutgoingMail.objects.get(recipient="nouvelle@exemple.test", subject__contains="Confirmez")
    client.post(re.search(r"/mon-profil/e-mail/\S+", mail.text)[0])
    account.refresh_from_db()
    assert account.email == "nouvelle@exemple.test"
    assert client.get(f"/reinitialisation-mot-de-passe/{links[1]}").status_code == 410


def test_item08_a_link_signs_nobody_in_and_leaves_the_address_bar(
    client: Client, account: Account, links: list[str]
) -> None:
    passwords.invite(account)
    assert client.get(f"/reinitialisation-mot-de-passe/{links[0]}").headers["Location"] == (
        "/reinitialisation-mot-de-passe"
    )
    client.post("/reinitialisation-mot-de-passe", {"password": NEW, "confirmation": NEW})
    assert not is_signed_in(client)
    assert client.get(f"/reinitialisation-mot-de-passe/{links[0]}").status_code == 410


def test_item09_a_new_password_leaves_the_second_factor(client: Client, account: Account, links: list[str]) -> None:
    application = Application(account)
    passwords.invite(account)
    client.get(f"/reinitialisation-mot-de-passe/{links[0]}")
    client.post("/reinitialisation-mot-de-passe", {"password": NEW, "confirmation": NEW})
    assert sign_in(client, account, NEW).headers["Location"] == "/connexion/second-facteur"
    assert not is_signed_in(client)
    assert give_code(client, application.code()).headers["Location"] == "/"


def test_item09_a_new_password_voids_what_the_old_one_began(client: Client, account: Account) -> None:
    application = Application(account)
    sign_in(client, account)
    passwords.set_password(account, NEW)
    assert give_code(client, application.code()).headers["Location"] == "/connexion"
    assert not is_signed_in(client)


# 10 to 13: second factors


@pytest.mark.parametrize("role", NETWORK)
def test_item10_demanded_of_the_network(client: Client, account: Account, roles: Roles, role: Role) -> None:
    roles.give(account.person, role)
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    sign_in(client, account)
    assert client.get("/entites").headers["Location"] == "/mon-profil/second-facteur"
    secret = _secret_shown(client)
    client.post("/mon-profil/second-facteur/application", {"code": _code(secret)})
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


# 15: nothing by default


def test_item15_no_account_and_no_demonstration_in_production(db: None, settings: Settings) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not Account.objects.exists()
    settings.LOCAL = False
    with pytest.raises(NotLocal):
        load()


# 16 to 22: sessions


def test_item16_the_session_id_changes_at_sign_in_second_factor_and_role(
    client: Client, account: Account, roles: Roles
) -> None:
    application = Application(account)
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    roles.give(account.person, Role.DELEGATE, organisation_id=1)
    client.get("/connexion")
    ids = []
    sign_in(client, account)
    ids.append(client.session.session_key)
    give_code(client, application.code())
    ids.append(client.session.session_key)
    client.post("/role", {"role": "delegate-1"})
    ids.append(client.session.session_key)
    assert len(set(ids)) == 3
    for old in ids[:2]:
        assert not Session.objects.filter(session_key=old).exists()


@pytest.mark.parametrize(("role", "minutes"), [(Role.MANAGER, 60), (Role.SUPPORT_AGENT, 30)])
def test_item17_a_session_that_sleeps_ends(
    client: Client, account: Account, roles: Roles, role: Role, minutes: int
) -> None:
    roles.give(account.person, role, organisation_id=1)
    with time_machine.travel(now(), tick=False) as clock:
        browser_of(account, client=client)
        for _ in range(3):
            clock.shift(timedelta(minutes=minutes, seconds=-1))
            assert client.get("/").status_code == 200
        key = client.session.session_key
        clock.shift(timedelta(minutes=minutes))
        assert client.get("/").headers["Location"] == "/connexion?next=/"
        assert not Session.objects.filter(session_key=key).exists()


def test_item17_no_session_outlives_twelve_hours(client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    with time_machine.travel(now(), tick=False) as clock:
        browser_of(account, client=client)
        for _ in range(23):
            clock.shift(timedelta(minutes=30))
            assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=30))
        assert client.get("/").headers["Location"] == "/connexion?next=/"


def test_item17_asking_how_long_is_left_is_no_sign_of_life(client: Client, account: Account) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        browser_of(account, client=client)
        clock.shift(timedelta(minutes=59))
        assert client.get("/session").json() == {"left": 60}
        clock.shift(timedelta(seconds=30))
        assert client.get("/session").json() == {"left": 30}
        assert client.post("/session").json() == {"left": 3600}
        clock.shift(timedelta(hours=1))
        assert client.get("/session").json() == {"left": 0}


def test_item18_signing_out_ends_the_session_on_the_server(client: Client, account: Account) -> None:
    browser_of(account, client=client)
    key = client.session.session_key
    answer = client.post("/deconnexion")
    assert not Session.objects.filter(session_key=key).exists()
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    client.cookies[project.SESSION_COOKIE_NAME] = key
    assert client.get("/").headers["Location"].startswith("/connexion")


def test_item18_an_account_put_out_of_use_is_out_at_once(client: Client, account: Account) -> None:
    browser_of(account, client=client)
    assert client.get("/").status_code == 200
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get("/").headers["Location"].startswith("/connexion")


def test_item18_a_role_taken_away_is_gone_on_open_pages_too(client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.TRAINER)
    held = roles.give(account.person, Role.MANAGER, organisation_id=1)
    browser_of(account, client=client)
    client.post("/role", {"role": held.key})
    assert client.get("/entites").status_code == 200
    roles.end(held)
    answer = client.post("/entites", {"acting": held.key}, follow=True)
    assert "un rôle que vous n’avez plus" in answer.content.decode()
    assert client.get("/entites").status_code == 403


@pytest.mark.parametrize("change", ["password", "second factor"])
def test_item19_a_change_ends_the_other_sessions_only(client: Client, account: Account, change: str) -> None:
    other = browser_of(account)
    browser_of(account, client=client)
    if change == "password":
        client.post("/mon-profil/mot-de-passe", {"password": NEW, "confirmation": NEW})
    else:
        secret = _secret_shown(client)
        client.post("/mon-profil/second-facteur/application", {"code": _code(secret)})
        account.refresh_from_db()
        assert account.has_second_factor
    assert client.get("/").status_code == 200
    assert other.get("/").headers["Location"].startswith("/connexion")


def test_item20_one_sees_and_ends_one_s_own_sessions(client: Client, account: Account) -> None:
    mine, elsewhere, stranger = client, Client(headers={"user-agent": "Mozilla/5.0 (Windows) Firefox/140"}), Client()
    sign_in(mine, account)
    sign_in(elsewhere, account)
    sign_in(stranger, AccountFactory())
    page = mine.get("/mon-profil/sessions").content.decode()
    assert "Firefox sur Windows" in page
    assert page.count("Mettre fin<") == 1
    assert elsewhere.session.session_key not in page
    not_mine = Session.objects.get(session_key=stranger.session.session_key).handle
    mine.post("/mon-profil/sessions/fin", {"session": not_mine})
    assert stranger.get("/").status_code == 200
    handle = Session.objects.get(session_key=elsewhere.session.session_key).handle
    mine.post("/mon-profil/sessions/fin", {"session": handle})
    assert elsewhere.get("/").headers["Location"].startswith("/connexion")
    assert mine.get("/").status_code == 200


def test_item20_all_the_others_at_once(client: Client, account: Account) -> None:
    others = [browser_of(account) for _ in range(3)]
    browser_of(account, client=client)
    client.post("/mon-profil/sessions/fin")
    assert client.get("/").status_code == 200
    assert all(other.get("/").status_code == 302 for other in others)


def test_item21_two_cookies_and_both_closed(client: Client, account: Account) -> None:
    seen: dict[str, SimpleCookie] = {}
    client.get("/connexion")
    sign_in(client, account)
    for path in ("/", "/mon-profil", "/mon-profil/sessions", "/mon-profil/second-facteur"):
        client.get(path)
    seen.update(client.cookies)
    assert set(seen) == {project.SESSION_COOKIE_NAME, project.CSRF_COOKIE_NAME}
    for cookie in seen.values():
        assert cookie["httponly"], cookie
        assert cookie["samesite"] == "Lax", cookie
        assert not cookie["domain"], cookie
        assert cookie["path"] == "/", cookie


SENSITIVE = [
    ("/mon-profil/mot-de-passe", {"password": NEW, "confirmation": NEW}),
    ("/mon-profil", {"email": "nouvelle@exemple.test"}),
    ("/mon-profil/second-facteur/application", {"code": "123456"}),
    ("/mon-profil/second-facteur/application/retrait", {}),
    ("/mon-profil/second-facteur/cle/creation", {}),
    ("/mon-profil/second-facteur/cle/reponse", {}),
    ("/mon-profil/second-facteur/codes", {}),
]


@pytest.mark.parametrize(("path", "sent"), SENSITIVE)
def test_item22_what_is_sensitive_asks_for_a_recent_proof(
    client: Client, account: Account, path: str, sent: dict[str, str]
) -> None:
    application = Application(account)
    browser_of(account, client=client)
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1), tick=False):
        assert client.post(path, sent).headers["Location"] == "/confirmation-identite"
        assert not account.email_changes.exists()
        assert Totp.objects.filter(account=account).exists()
        password_alone = client.post("/confirmation-identite", {"password": PASSWORD, "code": "000000"})
        assert password_alone.status_code == 200
        proof = {"password": PASSWORD, "code": application.code()}
        assert client.post("/confirmation-identite", proof).status_code == 302
        assert client.post(path, sent).headers.get("Location") != "/confirmation-identite"


def test_item22_what_was_typed_is_taken_up_after_the_proof(client: Client, account: Account) -> None:
    browser_of(account, client=client)
    with time_machine.travel(now() + timedelta(minutes=6), tick=False):
        client.post("/mon-profil", {"email": "nouvelle@exemple.test"})
        page = client.post("/confirmation-identite", {"password": PASSWORD}, follow=True).content.decode()
        assert "Reprendre votre saisie" in page
        assert "nouvelle@exemple.test" in page


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


def sign_with(client: Client, key: SoftwareKey, times: int = 1):
    options = client.post("/connexion/cle-d-acces").json()
    signed = key.sign(options)
    for _ in range(times):
        answer = client.post("/connexion/cle-d-acces/reponse", signed, content_type="application/json")
    return answer


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
    assert sign_with(client, key, times=2).status_code in (200, 400)
    client.post("/deconnexion")
    again = client.post("/connexion/cle-d-acces/reponse", signed, content_type="application/json")
    assert again.status_code == 400


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


# What these tests share


def _secret_shown(client: Client) -> str:
    page = client.get("/mon-profil/second-facteur/application").content.decode()
    return re.search(r'secret-key">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // 30)
