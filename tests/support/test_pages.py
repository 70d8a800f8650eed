"""The home page, help, and the texts that the law wants."""

from __future__ import annotations

import pytest

from forprev.accounts.models import Role
from forprev.certification.models import CertificationSettings
from forprev.people.models import RetentionRule
from forprev.people.retention.registry import kinds
from tests.factories.accounts import AccountFactory, browser_of
from tests.screens import make_entity, make_member, make_network_role, menu_of, signed_in, text_of

pytestmark = pytest.mark.django_db
PAGES = ("/aide", "/aide/manuels", "/mentions-legales", "/donnees-personnelles", "/accessibilite")


def test_home_leads_to_sign_in_check_and_help(client):
    html = client.get("/").content.decode()
    for path in ("/connexion", "/verification", "/aide", "/accessibilite"):
        assert f'href="{path}"' in html


def test_whoever_is_signed_in_is_taken_to_the_dashboard():
    client = signed_in(make_member(make_entity()))
    assert client.get("/").headers["Location"] == "/tableau-de-bord"


def test_account_without_role_is_told_so_from_the_home_page(client):
    browser_of(AccountFactory(), client=client)
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/sans-role"


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_everybody_in_their_own_frame(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert not menu_of(page)
    assert "Se connecter" in page.content.decode()
    inside = signed_in(make_network_role(Role.SUPPORT_AGENT)).get(path)
    assert inside.status_code == 200
    assert "Se connecter" not in inside.content.decode()
    assert text_of(inside)


@pytest.mark.parametrize("role", [Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT])
def test_a50_help_is_in_every_menu(role):
    menu = menu_of(signed_in(make_network_role(role)).get("/aide"))
    for label in (
        "FAQ / Contact support",
        "Manuels d'utilisation",
        "Mentions légales & CGU",
        "Politique de protection des données",
    ):
        assert label in menu


def test_help_says_how_to_reach_the_support(client):
    text = text_of(client.get("/aide"))
    for said in ("01 40 44 30 44", "Du lundi au vendredi, de 10 h à 13 h", "contact@forprev.fr"):
        assert said in text


def test_delays_told_are_those_in_force(client):
    CertificationSettings.objects.create(pk=1, download_days=21, generation_months=4)
    text = text_of(client.get("/aide"))
    assert "pendant 21 jours" in text
    assert "Jusqu’à 4 mois après" in text
    assert "reste ouvert 21 jours" in text_of(client.get("/aide/manuels/gestionnaire/generer-les-certificats"))


def test_accessibility_statement_is_honest(client):
    assert "il n’a pas encore été audité" in text_of(client.get("/accessibilite"))


@pytest.mark.parametrize("path", ["/", *PAGES])
def test_pages_take_no_post(client, path):
    assert client.post(path).status_code == 405


def test_the_policy_tells_the_delays_in_force(client):
    RetentionRule.objects.filter(kind="persons").update(months=37)
    page = text_of(client.get("/donnees-personnelles"))
    assert "37 mois" in page
    for kind in kinds():
        assert kind.title in page
