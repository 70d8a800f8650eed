from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from forprev.accounts.jobs import send_password_link
from forprev.accounts.models import Account, PasswordLink
from forprev.accounts.selectors import usable_link
from forprev.accounts.services import passwords as services
from forprev.accounts.services.opening import create_account
from forprev.core.dates import now
from forprev.core.errors import DomainError
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.factories.people import PersonFactory

NEW = "une phrase longue et neuve"


def open_link(client: Client, token: str):
    answer = client.get(f"/reinitialisation-mot-de-passe/{token}")
    assert answer.headers["Location"] == "/reinitialisation-mot-de-passe"
    return client.get("/reinitialisation-mot-de-passe")


def choose(client: Client, password: str = NEW, confirmation: str = ""):
    return client.post(
        "/reinitialisation-mot-de-passe", {"password": password, "confirmation": confirmation or password}
    )


# Asking


def test_a02_asking_gets_one_answer_with_and_without_account(
    client: Client, account: Account, links: list[str]
) -> None:
    answers = []
    for identifier in (account.email, account.person.number, "inconnu@exemple.test", "n'importe quoi"):
        answer = client.post("/mot-de-passe-oublie", {"identifier": identifier}, follow=True)
        answers.append((answer.redirect_chain, answer.content))
    assert len(set(map(str, answers))) == 1
    jobs = ProcrastinateJob.objects.values_list("task_name", "args")
    assert [args["identifier"] for _, args in jobs] == [
        account.email,
        account.person.number,
        "inconnu@exemple.test",
        "n'importe quoi",
    ]
    for task_name, args in jobs:
        assert task_name == send_password_link.name
        send_password_link(**args)
    assert len(links) == 2


def test_a02_the_page_bears_the_labels_of_the_product(client: Client, db: None) -> None:
    page = client.get("/mot-de-passe-oublie").content.decode()
    for label in ("<h1>Mot de passe oublié</h1>", "E-mail ou n° Forprev", "Envoyer", ">Connexion</a>"):
        assert label in page
    assert client.post("/mot-de-passe-oublie", {"identifier": ""}).context["form"].errors


def test_closed_accounts_get_no_link(db: None, links: list[str]) -> None:
    services.send_password_link(AccountFactory(is_active=False).email)
    assert links == []


def test_asking_again_and_again_fills_no_mailbox(account: Account, links: list[str]) -> None:
    for _ in range(10):
        services.send_password_link(account.email)
    assert len(links) == services.LINKS_PER_ACCOUNT
    assert usable_link(links[-1])


def test_one_address_does_not_ask_without_end(client: Client, db: None) -> None:
    statuses = [client.post("/mot-de-passe-oublie", {"identifier": f"{n}@x.test"}).status_code for n in range(21)]
    assert statuses == [302] * 20 + [429]
    assert ProcrastinateJob.objects.count() == 20


# The link


def test_a02_the_link_lets_choose_a_password_once(client: Client, account: Account, links: list[str]) -> None:
    services.send_password_link(account.email)
    page = open_link(client, links[0]).content.decode()
    assert links[0] not in page
    assert account.person.number in page
    answer = choose(client)
    assert answer.headers["Location"] == "/connexion"
    assert "_auth_user_id" not in client.session
    assert "Votre mot de passe est enregistré" in client.get("/connexion").content.decode()
    account.refresh_from_db()
    assert account.check_password(NEW)
    assert client.get(f"/reinitialisation-mot-de-passe/{links[0]}").status_code == 410
    assert choose(client, "et encore une autre").status_code == 410


def test_a02_the_first_password_comes_the_same_way(client: Client, db: None, links: list[str]) -> None:
    account = create_account(PersonFactory(), "nouvelle@exemple.test")
    services.invite(account)
    open_link(client, links[0])
    choose(client)
    answer = client.post("/connexion", {"identifier": account.person.number, "password": NEW})
    assert answer.headers["Location"] == "/"


def test_a02_a_link_lives_72_hours(account: Account, links: list[str]) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        services.invite(account)
        clock.shift(timedelta(hours=72) - timedelta(seconds=1))
        assert usable_link(links[0])
        clock.shift(timedelta(seconds=1))
        assert usable_link(links[0]) is None
        clock.shift(timedelta(days=1, seconds=1))
        services.forget_old_links()
        assert not PasswordLink.objects.exists()


def test_a02_a_newer_link_voids_the_older(account: Account, links: list[str]) -> None:
    services.invite(account)
    services.send_password_link(account.email)
    assert usable_link(links[0]) is None
    assert usable_link(links[1])


def test_a_link_that_ended_while_its_page_was_open_changes_nothing(
    client: Client, account: Account, links: list[str]
) -> None:
    services.invite(account)
    open_link(client, links[0])
    services.invite(account)
    assert choose(client).status_code == 410
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    with pytest.raises(DomainError):
        services.set_password_by_link(links[0], NEW, "192.0.2.1")


@pytest.mark.parametrize("token", ["x", "a" * 43, "../connexion", "%00"])
def test_unknown_tokens_open_nothing(client: Client, db: None, token: str) -> None:
    assert client.get(f"/reinitialisation-mot-de-passe/{token}").status_code in (404, 410)
    assert choose(client).status_code == 410


def test_tokens_are_long_and_only_hashed_in_the_database(account: Account, links: list[str]) -> None:
    services.invite(account)
    assert len(links[0]) >= 43  # 32 bytes
    assert links[0] not in str(PasswordLink.objects.values_list().get())


@pytest.mark.parametrize(
    ("password", "confirmation", "field", "message"),
    [
        ("trop court", "trop court", "password", "12 caractères"),
        (NEW, NEW + "s", "confirmation", "ne sont pas identiques"),
        ("password1234", "password1234", "password", "trop courant"),
        ("alice.frigg@exemple", "alice.frigg@exemple", "password", "trop semblable"),
        ("x" * 1025, "x" * 1025, "password", "1024"),
        ("", "", "password", "obligatoire"),
    ],
)
def test_poor_passwords_are_refused_in_words(
    client: Client, account: Account, links: list[str], password: str, confirmation: str, field: str, message: str
) -> None:
    services.invite(account)
    open_link(client, links[0])
    answer = client.post("/reinitialisation-mot-de-passe", {"password": password, "confirmation": confirmation})
    assert answer.status_code == 200
    assert message in " ".join(answer.context["form"].errors[field])
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_a_new_password_ends_every_session(client: Client, account: Account) -> None:
    client.force_login(account)
    assert client.get("/").status_code == 200
    services.set_password(account, NEW)
    assert client.get("/").headers["Location"] == "/connexion?next=/"


# Accounts


def test_an_address_serves_one_account(account: Account) -> None:
    with pytest.raises(DomainError) as refused:
        create_account(PersonFactory(), account.email.upper())
    assert (refused.value.code, refused.value.field) == ("email_taken", "email")


def test_a_person_has_one_account(account: Account) -> None:
    with pytest.raises(DomainError, match="déjà un compte"):
        create_account(account.person, "autre@exemple.test")
