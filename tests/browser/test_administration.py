"""The national administration keeps the service going by its own screens: the parameters."""

from __future__ import annotations

import pytest

from forprev.accounts.models import AccountSettings, Role
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.browser.test_new_scheme import goes_to
from tests.factories.organisations import acting_national

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def test_a_delay_is_changed_and_said_everywhere(new_page: Open, live_server: object, javascript: bool) -> None:
    page = window_of(acting_national(Role.NATIONAL_ADMINISTRATOR).person, new_page, live_server, javascript)
    goes_to(page, "Paramètres")
    inspect(page, javascript)
    page.get_by_role("link", name="Modifier les paramètres : Comptes").click()
    is_on(page, "Paramètres : Comptes")
    inspect(page, javascript)
    page.get_by_label("Validité d’un lien envoyé par courriel").fill("500")
    pass_step(page, "Continuer")
    see(page, "De 1 à 168 heures.")
    see(page, "Le motif doit être renseigné.")
    inspect(page, javascript)
    page.get_by_label("Validité d’un lien envoyé par courriel").fill("24")
    page.get_by_label("Motif").fill("Note du 3 mars")
    pass_step(page, "Continuer")
    is_on(page, "Confirmer ces changements ?")
    see(page, "aussi pour les liens déjà envoyés")
    inspect(page, javascript)
    pass_step(page, "Revoir les valeurs")
    pass_step(page, "Continuer")
    pass_step(page, "Confirmer")
    see(page, "Les paramètres sont enregistrés.")
    assert AccountSettings.current().link_hours == 24
    page.get_by_role("link", name="Modifier les paramètres : Comptes").click()
    see(page, "72 heures → 24 heures")
    see(page, "Motif : Note du 3 mars")

    visitor = new_page(javascript=javascript)
    visitor.goto("/mot-de-passe-oublie/envoye")
    see(visitor, "valable 24 heures")
