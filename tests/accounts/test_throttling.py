from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from forprev.accounts import throttling
from forprev.accounts.models import Account, Attempt
from forprev.accounts.services import passwords as services
from forprev.accounts.throttling import TooManyAttempts, client_address
from forprev.core.dates import now
from tests.factories.accounts import PASSWORD, AccountFactory

HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def fail(identifier: str, times: int, address: str = HERE) -> None:
    for _ in range(times):
        assert services.check_credentials(identifier, "devine", address) is None


def test_the_sixth_try_is_not_even_looked_at(client: Client, account: Account) -> None:
    sent = {"identifier": account.email, "password": "devine"}
    for _ in range(5):
        assert client.post("/connexion", sent).status_code == 200
    answer = client.post("/connexion", {**sent, "password": PASSWORD})
    assert answer.status_code == 429
    assert 890 <= int(answer.headers["Retry-After"]) <= 900
    assert "Réessayez dans 15 minutes." in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("identifier", ["inconnu@exemple.test", "ZZZ99999"])
def test_unknown_accounts_are_slowed_down_alike(client: Client, db: None, identifier: str) -> None:
    statuses = [
        client.post("/connexion", {"identifier": identifier, "password": "devine"}).status_code for _ in range(6)
    ]
    assert statuses == [200] * 5 + [429]


def test_all_names_of_an_account_count_together(account: Account) -> None:
    fail(account.email, 2)
    fail(account.email.upper(), 1)
    fail(account.person.number, 2)
    with pytest.raises(TooManyAttempts):
        services.check_credentials(account.person.number.lower(), PASSWORD, HERE)


def test_waiting_is_enough_and_asking_meanwhile_costs_nothing(account: Account) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        fail(account.email, 5)
        for _ in range(14):
            clock.shift(timedelta(minutes=1))
            with pytest.raises(TooManyAttempts):
                services.check_credentials(account.email, PASSWORD, HERE)
        clock.shift(timedelta(minutes=1))
        assert services.check_credentials(account.email, PASSWORD, HERE) == account


def test_a_success_starts_the_count_again(account: Account) -> None:
    for _ in range(3):
        fail(account.email, 4)
        assert services.check_credentials(account.email, PASSWORD, HERE) == account


def test_a_stranger_does_not_shut_the_owner_out(account: Account) -> None:
    services.check_credentials(account.email, PASSWORD, HERE)
    for stranger in range(10):
        for _ in range(5):
            try:
                services.check_credentials(account.email, "devine", f"203.0.113.{stranger}")
            except TooManyAttempts:
                break
    assert services.check_credentials(account.email, PASSWORD, HERE) == account
    with pytest.raises(TooManyAttempts):
        services.check_credentials(account.email, PASSWORD, ELSEWHERE)


def test_guesses_from_many_addresses_are_slowed_down(account: Account) -> None:
    for stranger in range(6):
        fail(account.email, 5, f"203.0.113.{stranger}")
    with pytest.raises(TooManyAttempts):
        services.check_credentials(account.email, "devine", ELSEWHERE)


def test_guesses_at_many_accounts_from_one_address_are_slowed_down(account: Account) -> None:
    for n in range(throttling.PER_ADDRESS):
        fail(f"inconnu{n}@exemple.test", 1)
    with pytest.raises(TooManyAttempts):
        services.check_credentials(account.email, PASSWORD, HERE)
    assert services.check_credentials(account.email, PASSWORD, ELSEWHERE) == account


def test_a_new_password_chosen_through_the_mailbox_is_a_way_out(account: Account, links: list[str]) -> None:
    for stranger in range(6):
        fail(account.email, 5, f"203.0.113.{stranger}")
    fail_here = "203.0.113.5"
    services.invite(account)
    services.set_password_by_link(links[-1], "un autre mot de passe sûr", fail_here)
    assert services.check_credentials(account.email, "un autre mot de passe sûr", fail_here) == account


@pytest.mark.django_db(transaction=True)
def test_simultaneous_tries_see_each_other() -> None:
    account = AccountFactory()

    def one_try(_: int) -> bool:
        try:
            throttling.begin_sign_in(account.email, HERE)
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        tried = list(pool.map(one_try, range(24)))
    assert sum(tried) <= throttling.PER_ACCOUNT_AND_ADDRESS


def test_what_counts_no_more_is_forgotten(account: Account) -> None:
    with time_machine.travel(now() - timedelta(days=91), tick=False) as clock:
        services.check_credentials(account.email, PASSWORD, ELSEWHERE)
        clock.shift(timedelta(days=90))
        services.check_credentials(account.email, PASSWORD, HERE)
        fail(account.email, 3, ELSEWHERE)
    throttling.forget()
    assert [(a.address, a.succeeded) for a in Attempt.objects.all()] == [(HERE, True)]


def test_nothing_readable_of_what_was_typed_is_kept(db: None) -> None:
    fail("secret@exemple.test", 1)
    assert "secret" not in str(Attempt.objects.values_list().get())


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (1, "10.0.0.1", "forgé, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, "10.0.0.1", "", ""),
        (2, "10.0.0.1", "203.0.113.9", "10.0.0.1"),
        (1, "10.0.0.1", "x", ""),
        (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "", "", ""),
    ],
)
def test_the_address_is_the_one_that_our_own_proxy_saw(
    settings: Settings, rf: RequestFactory, proxies: int, peer: str, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == expected
