"""Items 15 to 22 of the security checklist, each by its number: nothing by default, sessions."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.conf import settings as project
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from forprev.accounts.models import Account, Role, Session, Totp
from forprev.core.dates import now
from forprev.demo.services import NotLocal, load
from forprev.notices.models import OutgoingMail
from tests.accounts.conftest import Roles
from tests.accounts.items.common import NEW, code_of, give_code, secret_shown, sign_in
from tests.accounts.second_factors import Application
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of

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
        secret = secret_shown(client)
        client.post("/mon-profil/second-facteur/application", {"code": code_of(secret)})
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


def test_item20_the_hotline_ends_anybody_s(account: Account, roles: Roles) -> None:
    agent = AccountFactory()
    roles.give(agent.person, Role.SUPPORT_AGENT)
    desk, browsers = browser_of(agent), [browser_of(account) for _ in range(2)]
    unknown = desk.post("/assistance/comptes", {"identifier": "personne@exemple.test"})
    assert unknown.status_code == 422
    page = desk.post("/assistance/comptes", {"identifier": account.person.number}).headers["Location"]
    assert page == f"/assistance/comptes/{account.pk}"
    shown = desk.get(page).content.decode()
    assert account.email in shown
    assert shown.count("Navigateur inconnu") == 2
    desk.post(page, {"action": "end"})
    assert all(browser.get("/").headers["Location"].startswith("/connexion") for browser in browsers)
    assert OutgoingMail.objects.get(recipient=account.email).subject == "[FORPREV] Vos sessions ont pris fin"
    assert "Aucune session ouverte" in desk.get(page).content.decode()
    desk.post(page, {"action": "end"})
    assert OutgoingMail.objects.filter(recipient=account.email).count() == 1


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
