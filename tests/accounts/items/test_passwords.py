"""Items 4 to 9 of the security checklist, each by its number: passwords at rest, nothing told, slowed down, links."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from forprev.accounts.models import Account, PasswordLink
from forprev.accounts.services import factors, passwords
from forprev.accounts.throttling import TooManyAttempts
from forprev.core.dates import now
from forprev.notices.models import OutgoingMail
from tests.accounts.items.common import HERE, NEW, give_code, is_signed_in, sign_in
from tests.accounts.second_factors import Application
from tests.concurrency import together
from tests.factories.accounts import PASSWORD, AccountFactory, browser_of

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

    def guess() -> int:
        """How many guesses were looked at."""
        for looked_at in range(4):
            try:
                passwords.check_credentials(account.email, "devine", HERE)
            except TooManyAttempts:
                return looked_at
        return 4

    outcomes = together(guess, guess)
    assert sum(outcomes) <= 5  # type: ignore[arg-type]


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
