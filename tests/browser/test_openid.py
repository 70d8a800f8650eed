"""Signing in through the provider of the professionals, in a real browser, by visible words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from forprev.accounts import openid
from forprev.accounts.models import Role
from tests.browser.conftest import Open
from tests.browser.steps import give_password, is_on, pass_step, see
from tests.factories.accounts import AccountFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.openid_provider import provider

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def configured(settings: Settings, live_server: object) -> Iterator[None]:
    with provider(str(live_server)) as issuer:
        settings.PUBLIC_URL = str(live_server)
        settings.OPENID_ISSUER = issuer
        settings.OPENID_CLIENT_ID = "forprev"
        settings.OPENID_CLIENT_SECRET = "secret-du-client"
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": ["'self'", issuer]}}
        yield
    openid._client_of.cache_clear()


def at_the_provider(page: Page, login: str) -> None:
    page.get_by_role("button", name="S’identifier avec ProConnect").click()
    is_on(page, "Fournisseur d’identité")
    page.get_by_label("Identifiant").fill(login)
    pass_step(page, "Continuer")


def test_bound_once_then_straight_in(new_page: Open, javascript: bool, configured: None) -> None:
    account = AccountFactory(email="antoine@demo.test")
    MembershipFactory(person=account.person, role=Role.MANAGER, organisation=OrganisationFactory())
    page = new_page(javascript=javascript)
    page.goto("/connexion")
    at_the_provider(page, "antoine")
    see(page, "ProConnect vous a identifié.")
    page.get_by_label("E-mail ou n° Forprev").fill(account.email)
    page.get_by_label("Mot de passe", exact=True).fill("quatre mots choisis au hasard")
    page.get_by_role("button", name="Se connecter").click()
    is_on(page, "Associer votre compte Forprev")
    see(page, "antoine@ministere.test")
    pass_step(page, "Associer")
    is_on(page, "Tableau de bord")
    see(page, "Vous pouvez désormais vous connecter avec ProConnect.")

    again = new_page(javascript=javascript)
    again.goto("/connexion")
    at_the_provider(again, "antoine")
    is_on(again, "Tableau de bord")
    again.get_by_role("link", name="Mon compte").click()
    again.get_by_role("link", name="Second facteur", exact=True).click()
    again.get_by_role("button", name="Dissocier").click()
    expect(again.get_by_role("heading", name="Identités professionnelles")).to_have_count(0)

    stranger = new_page(javascript=javascript)
    stranger.goto("/connexion")
    at_the_provider(stranger, "antoine")
    is_on(stranger, "Connexion")
    give_password(stranger, account.email)
    is_on(stranger, "Tableau de bord")
