"""The national administration: a fund, its departments, its officer who comes and goes; by the words on the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forprev.accounts.models import Role
from forprev.organisations.models import Department, NetworkRole, RegionalFund
from tests.browser.account_steps import inspect, link_in, text_of, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.browser.test_new_scheme import goes_to
from tests.factories.accounts import AccountFactory
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

FUND = "Carsat Arc-Atlantique"


def writes_a_fund(page: Page, javascript: bool) -> None:
    goes_to(page, "Caisses")
    inspect(page, javascript)
    page.get_by_role("link", name="+ Nouvelle caisse").click()
    pass_step(page, "Créer la caisse")
    see(page, "Le nom doit être renseigné.")
    inspect(page, javascript)
    page.get_by_label("Nom", exact=True).fill(FUND)
    page.get_by_label("Téléphone").fill("05 00 00 00 01")
    pass_step(page, "Créer la caisse")
    is_on(page, FUND)
    see(page, "Aucun département")


def gives_it_departments(page: Page, javascript: bool) -> None:
    page.get_by_role("link", name="Rattacher des départements").click()
    inspect(page, javascript)
    page.get_by_label("33 – Gironde").check()
    page.get_by_label("17 – Charente-Maritime").check()
    pass_step(page, "Continuer")
    is_on(page, f"Rattacher 2 départements à {FUND}\N{NO-BREAK SPACE}?")
    see(page, "1 entité change de caisse tout de suite")
    inspect(page, javascript)
    pass_step(page, "Rattacher")
    see(page, "Les départements sont rattachés.")
    expect(page.get_by_role("row", name="33 – Gironde 1")).to_be_visible()
    see(page, f"33 : Carsat Aquitaine → {FUND}")
    inspect(page, javascript)


def names_an_officer(page: Page, javascript: bool) -> None:
    goes_to(page, "Personnes du réseau")
    inspect(page, javascript)
    page.get_by_role("link", name="+ Personne du réseau").click()
    is_on(page, "Nouvelle personne du réseau")
    page.get_by_label("Nom", exact=True).fill("Le Gall")
    page.get_by_label("Prénom", exact=True).fill("Nolwenn")
    page.get_by_label("Date de naissance", exact=True).fill("9.3.84")
    page.get_by_label("E-mail", exact=True).fill("nolwenn@demo.test")
    pass_step(page, "Suivant")
    see(page, "Une personne proche existe déjà dans Forprev")
    inspect(page, javascript)
    page.get_by_label("Ce n’est pas elle").check()
    pass_step(page, "Suivant")
    page.get_by_label("Instructeur de caisse", exact=True).check()
    pass_step(page, "Enregistrer")
    see(page, "La caisse de l’instructeur doit être choisie.")
    inspect(page, javascript)
    page.get_by_label("Caisse", exact=True).select_option(FUND)
    pass_step(page, "Enregistrer")
    is_on(page, "LE GALL Nolwenn")
    see(page, f"LE GALL Nolwenn a maintenant le rôle : Instructeur de caisse, {FUND}.")
    see(page, "Rôle donné")
    inspect(page, javascript)


def ends_its_role(page: Page, javascript: bool) -> None:
    page.get_by_role("link", name="Mettre fin au rôle").click()
    see(page, f"{FUND} n’aura plus d’instructeur")
    inspect(page, javascript)
    pass_step(page, "Mettre fin au rôle")
    see(page, "Le motif doit être renseigné.")
    page.get_by_label("Motif", exact=True).fill("Changement de service")
    pass_step(page, "Mettre fin au rôle")
    see(page, "Le rôle de LE GALL Nolwenn a pris fin.")
    see(page, "Changement de service")
    page.get_by_role("navigation", name="Fil d’Ariane").get_by_role("link", name="Personnes du réseau").click()
    expect(page.get_by_role("row", name="LE GALL")).to_have_count(0)
    page.get_by_role("navigation", name="Rôles du réseau").get_by_role("link", name="Rôles terminés").click()
    expect(page.get_by_role("row", name="LE GALL")).to_be_visible()
    inspect(page, javascript)


def test_a_fund_its_departments_and_its_officer(
    new_page: Open, live_server: object, javascript: bool, mailbox: Mailbox
) -> None:
    entity = acting_manager(OrganisationFactory(department_id="33"))
    known = PersonFactory(last_name="Le Gall", first_name="Nolwen", birth_date="1984-03-09")
    AccountFactory(person=known, email="nolwen.legall@demo.test")
    national = acting_national(Role.NATIONAL_ADMINISTRATOR).person
    page = window_of(national, new_page, live_server, javascript)
    writes_a_fund(page, javascript)
    gives_it_departments(page, javascript)
    names_an_officer(page, javascript)
    work()
    [mail] = [each for each in mailbox.messages if each["To"] == "nolwenn@demo.test"]
    theirs = new_page(javascript=javascript)
    theirs.goto(link_in(text_of(mail)))
    is_on(theirs, "Nouveau mot de passe")
    ends_its_role(page, javascript)

    fund = RegionalFund.objects.get(name=FUND)
    assert set(Department.objects.filter(fund=fund).values_list("code", flat=True)) == {"17", "33"}
    assert NetworkRole.objects.get(fund=fund).ended_at is not None
    window = window_of(entity.person, new_page, live_server, javascript)
    window.goto("/entite")
    see(window, f"{FUND}Téléphone\N{NO-BREAK SPACE}: 05 00 00 00 01")
    inspect(window, javascript)


def test_nobody_is_left_without_an_administrator(new_page: Open, live_server: object, javascript: bool) -> None:
    national = acting_national(Role.NATIONAL_ADMINISTRATOR).person
    page = window_of(national, new_page, live_server, javascript)
    goes_to(page, "Personnes du réseau")
    see(page, "Nous vous conseillons au moins deux administrateurs nationaux.")
    page.get_by_role("row", name=national.number).get_by_role("link").click()
    is_on(page, str(national))
    expect(page.get_by_role("link", name="Mettre fin au rôle")).to_have_count(0)
    page.goto(f"/administration/personnes/{NetworkRole.objects.get(person=national).pk}/fin")
    see(page, "Personne ne change ses propres rôles")
    inspect(page, javascript)
