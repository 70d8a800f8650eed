"""The national administration changes for how long something is kept, once it has seen what that would do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from forprev.accounts.models import Role
from forprev.core.dates import now
from forprev.people.models import Person, RetentionRule
from forprev.people.retention.running import apply_all
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.factories.organisations import acting_national
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def goes_to(page: Page, entry: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=entry, exact=True).click()
    is_on(page, entry)


def test_a_delay_is_simulated_then_changed(new_page: Open, live_server: object, javascript: bool) -> None:
    PersonFactory()
    Person.objects.update(created_at=now() - timedelta(days=365 * 4))
    apply_all()
    national = acting_national(Role.NATIONAL_ADMINISTRATOR).person
    page = window_of(national, new_page, live_server, javascript)
    goes_to(page, "Conservation des données")
    inspect(page, javascript)
    page.get_by_role("link", name="Personnes", exact=True).click()
    is_on(page, "Personnes")
    inspect(page, javascript)
    page.get_by_label("Durée de conservation (mois)").fill("6")
    page.get_by_label("Motif").fill("Avis du délégué à la protection des données")
    pass_step(page, "Simuler")
    see(page, "La durée est comprise entre 12 et 120 mois.")
    page.get_by_label("Durée de conservation (mois)").fill("36")
    pass_step(page, "Simuler")
    expect(page.get_by_role("heading", name="Simulation")).to_be_visible()
    see(page, "Rien n’est encore enregistré.")
    inspect(page, javascript)
    assert RetentionRule.objects.get(kind="persons").months == 60
    pass_step(page, "Enregistrer")
    see(page, "La durée est enregistrée")
    see(page, "3 ans")
    see(page, "60 → 36")
    page.get_by_role("link", name="Conservation des données").first.click()
    page.get_by_role("link", name="Voir les passages").click()
    is_on(page, "Passages")
    inspect(page, javascript)
    goes_to(page, "Fiches consultées")
    inspect(page, javascript)
    goes_to(page, "Données d’une personne")
    inspect(page, javascript)
