from __future__ import annotations

import pytest
from django.test import Client

from forprev.accounts.access import Policy, acting_as, policy_of
from forprev.accounts.models import Account, Role
from tests.accounts import urls
from tests.accounts.conftest import Roles


@pytest.fixture
def signed_client(client: Client, account: Account) -> Client:
    client.force_login(account)
    return client


def test_visitors_act_as_nobody(client: Client, db: None) -> None:
    assert client.get("/tous").content == b"None []"


@pytest.mark.parametrize("path", ["/entites", "/oubliee", "/", "/sans-role"])
def test_visitors_are_sent_to_sign_in(client: Client, db: None, path: str) -> None:
    assert client.get(path).headers["Location"] == f"/connexion?next={path}"


def test_a08_the_first_role_is_in_use_until_another_is_chosen(
    signed_client: Client, account: Account, roles: Roles
) -> None:
    roles.give(account.person, Role.DELEGATE, "Mairie de Vanves", organisation_id=2)
    roles.give(account.person, Role.MANAGER, "MAROSE FORMATION", organisation_id=1)
    assert signed_client.get("/entites").content == b"manager-1 2"

    before = signed_client.session.session_key
    answer = signed_client.post("/role", {"role": "delegate-2"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert signed_client.session.session_key != before
    assert signed_client.get("/entites").content == b"delegate-2 2"


@pytest.mark.parametrize("role", ["manager-9", "fund_officer-1", "", "manager", "manager-1 "])
def test_nobody_takes_a_role_that_is_not_theirs(
    signed_client: Client, account: Account, roles: Roles, role: str
) -> None:
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    roles.give(account.person, Role.DELEGATE, organisation_id=2)
    assert signed_client.post("/role", {"role": role}).status_code == 404
    assert signed_client.get("/entites").content == b"manager-1 2"


def test_switching_takes_a_post(signed_client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    assert signed_client.get("/role", {"role": "manager-1"}).status_code == 405


def test_a_role_that_ended_ends_at_once(signed_client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.TRAINER)
    ending = roles.give(account.person, Role.MANAGER, organisation_id=1)
    signed_client.post("/role", {"role": ending.key})
    assert signed_client.get("/entites").status_code == 200
    roles.end(ending)
    assert signed_client.get("/entites").status_code == 403


def test_another_role_gets_a_page_that_says_so(signed_client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.TRAINER)
    answer = signed_client.get("/entites")
    assert answer.status_code == 403
    assert "Votre rôle actuel ne donne pas accès" in answer.content.decode()


def test_without_role_every_page_leads_to_the_explanation(signed_client: Client, roles: Roles) -> None:
    for path in ("/entites", "/oubliee"):
        assert signed_client.get(path).headers["Location"] == "/sans-role"
    page = signed_client.get("/sans-role").content.decode()
    assert "Vous n&#x27;avez aucun rôle actif" in page or "Vous n'avez aucun rôle actif" in page
    assert 'action="/deconnexion"' in page
    assert signed_client.get("/tous").status_code == 200
    assert signed_client.post("/deconnexion").headers["Location"] == "/connexion"
    assert "_auth_user_id" not in signed_client.session


def test_with_a_role_the_explanation_leads_home(signed_client: Client, account: Account, roles: Roles) -> None:
    roles.give(account.person, Role.TRAINER)
    assert signed_client.get("/sans-role").headers["Location"] == "/"


def test_a_request_costs_two_queries_before_the_roles(
    signed_client: Client, account: Account, roles: Roles, django_assert_num_queries
) -> None:
    roles.give(account.person, Role.MANAGER, organisation_id=1)
    signed_client.get("/entites")
    with django_assert_num_queries(2):  # the session; the account with its person
        signed_client.get("/entites")


def test_views_say_what_they_ask_for() -> None:
    assert policy_of(urls.for_all) is Policy.PUBLIC
    assert policy_of(urls.home) is Policy.SIGNED_IN
    assert policy_of(urls.for_entities) == {Role.MANAGER, Role.DELEGATE}
    assert policy_of(urls.undecided) is None


def test_a_policy_names_at_least_one_role() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        acting_as()
