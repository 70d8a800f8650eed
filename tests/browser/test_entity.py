"""A manager brings its entity's data up to date, by visible words, with and without JavaScript (A21)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from forprev.accreditation.models import Dossier
from forprev.organisations.models import Organisation
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see, sign_in
from tests.browser.test_accessibility import check
from tests.documents import pdf
from tests.factories.accounts import AccountFactory
from tests.factories.catalogue import scheme
from tests.factories.organisations import acting_manager
from tests.screens import make_entity

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_waits_is_shown_side_by_side_and_nothing_changes(new_page: Open, javascript: bool) -> None:
    scheme("Catec")
    entity = make_entity()
    account = AccountFactory(person=acting_manager(entity).person)
    page = new_page(javascript=javascript)
    sign_in(page, account.email)

    page.goto("/entite")
    page.get_by_role("link", name="Actualiser les informations").click()
    is_on(page, "Actualiser les informations")
    form = page.get_by_role("main")
    form.get_by_label("Nom", exact=True).fill("ROUX Anne")
    form.get_by_label("Adresse").fill("1 rue Neuve")
    form.get_by_label("Code postal").first.fill("35400")
    if not javascript:
        pass_step(page, "Enregistrer")
        see(page, "Choisissez la commune parmi celles du code postal 35400.")
    expect(form.get_by_label("Commune").first.locator("option", has_text="Saint-Malo")).to_be_attached()
    form.get_by_label("Commune").first.select_option("Saint-Malo")
    site = page.get_by_role("group", name="Nouvelle plateforme")
    site.get_by_label("Dispositif").select_option("Catec")
    site.get_by_label("Nom de la plateforme").fill("Bassin des Remparts")
    site.get_by_label("Code postal").fill("35400")
    attestation = {"name": "Attestation.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    form.get_by_label("Nouvelle attestation URSSAF").set_input_files(attestation)  # type: ignore[arg-type]
    pass_step(page, "Enregistrer")

    is_on(page, "Mon entité MAIRIE DE VANVES")
    see(page, "Enregistré, avec effet immédiat : nom du signataire.")
    see(page, "Place de la mairie, 92170 VANVES")
    see(page, "ROUX Anne")
    see(page, "Aucune plateforme pédagogique déclarée.")
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("list", name="DEMANDES").get_by_role("link", name="En cours").click()
    page.get_by_role("table").get_by_role("link", name=Dossier.objects.get().number, exact=True).click()
    see(page, "Transmise")
    page.get_by_role("link", name="Modifier ou retirer cette demande d’actualisation").click()
    for label, before, after in (
        ("Adresse", "Place de la mairie", "1 rue Neuve"),
        ("Code postal", "92170", "35400"),
        ("Commune", "VANVES", "Saint-Malo"),
        ("Attestation URSSAF", "Aucune", "Attestation.pdf"),
        ("Plateforme ajoutée", "Aucune", "Catec : Bassin des Remparts, 35400 Saint-Malo"),
    ):
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=label))
        expect(row.get_by_role("cell")).to_have_text([before, after])
    entity.refresh_from_db()
    assert (entity.address, entity.signatory_name) == ("Place de la mairie", "ROUX Anne")

    with page.expect_download() as fetched:
        page.get_by_role("main").get_by_role("link", name="Attestation.pdf").click()
    assert fetched.value.suggested_filename == "Attestation.pdf"
    page.get_by_role("link", name="Retirer ma demande").click()
    pass_step(page, "Retirer ma demande")
    see(page, "Votre demande est retirée.")
    assert Organisation.objects.get(pk=entity.pk).sites.count() == 0


def test_its_pages_are_accessible(new_page: Open) -> None:
    scheme("Catec")
    account = AccountFactory(person=acting_manager(make_entity()).person)
    page = new_page()
    sign_in(page, account.email)
    page.goto("/entite/actualiser")
    check(page)
    page.get_by_label("Raison sociale").fill("")
    pass_step(page, "Enregistrer")
    check(page)
    page.get_by_label("Raison sociale").fill("Ville de Vanves")
    pass_step(page, "Enregistrer")
    is_on(page, "Mon entité MAIRIE DE VANVES")
    check(page)
    page.get_by_role("main").get_by_role("link", name="Demande d’actualisation").click()
    check(page)
    page.get_by_role("link", name="Retirer ma demande").click()
    check(page)
    page.goto("/demandes/en-cours")
    check(page)
