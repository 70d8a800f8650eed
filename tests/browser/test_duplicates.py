"""The hotline brings two records of one person together, and separates them again: by the words on the screen."""

from __future__ import annotations

from datetime import date

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from forprev.people.selectors import by_number
from tests.browser.account_steps import inspect
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import taken_over
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def hotline(new_page: Open, address: str, javascript: bool) -> Page:
    signed_in = browser_of(AccountFactory(person=acting_agent().person)).cookies[settings.SESSION_COOKIE_NAME].value
    page = new_page(javascript=javascript)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": signed_in, "url": address}])
    page.goto("/tableau-de-bord")
    return page


def test_b44_together_and_apart_again(new_page: Open, live_server: object, javascript: bool) -> None:
    born = date(1984, 3, 9)
    gone = PersonFactory(last_name="Le Gall", first_name="Nolwen", birth_date=born)
    stays = PersonFactory(last_name="LE GALL", first_name="Nolwenn", birth_date=born)
    AccountFactory(person=stays, email="nolwenn@demo.test")
    taken_over(gone, "SST-1")
    page = hotline(new_page, str(live_server), javascript)

    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Doublons").click()
    is_on(page, "Doublons")
    see(page, "Aucune fusion")
    inspect(page, javascript)
    page.get_by_role("link", name="Fusionner deux fiches").click()
    page.get_by_label("N° Forprev", exact=True).fill(stays.number)
    pass_step(page, "Continuer")
    see(page, "prénom à une lettre près")
    inspect(page, javascript)
    page.get_by_role("link", name="Comparer").click()

    is_on(page, "Est-ce la même personne ?")
    expect(page.get_by_role("region", name="Le doublon, qui disparaît")).to_contain_text(gone.number)
    expect(page.get_by_role("region", name="La fiche gardée", exact=True)).to_contain_text("nolwenn@demo.test")
    see(page, "Certificats : 1")
    inspect(page, javascript)
    pass_step(page, "Fusionner les deux fiches")
    see(page, "Le motif doit être renseigné.")
    page.get_by_label("Motif").fill("Même carte d’identité, vue par téléphone")
    pass_step(page, "Fusionner les deux fiches")
    see(page, f"Les deux fiches sont réunies sous le n° {stays.number}.")
    see(page, "Même carte d’identité, vue par téléphone")
    inspect(page, javascript)
    assert by_number(gone.number) == stays

    page.get_by_role("link", name="Annuler la fusion").click()
    inspect(page, javascript)
    pass_step(page, "Annuler la fusion")
    see(page, f"La fusion est annulée : le n° {gone.number} a retrouvé sa fiche.")
    assert by_number(gone.number) == gone
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Doublons").click()
    see(page, "LE GALL Nolwen")
    see(page, "Annulée")
