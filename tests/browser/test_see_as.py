"""The hotline sees as a user does, who is told of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forprev.accounts.models import Account, Role
from forprev.notices.models import OutgoingMail
from forprev.support.models import Consultation
from tests.accounts.second_factors import Application
from tests.browser.account_steps import inspect, manager, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.factories.accounts import PASSWORD
from tests.factories.contact import contacted
from tests.screens import make_network_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

REASON = "Vous montrer où est la session"


def go(page: Page, section: str, link: str) -> None:
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("list", name=section).get_by_role("link", name=link).click()


def test_an_agent_sees_what_a_manager_sees_and_the_manager_reads_it(
    new_page: Open, live_server: object, javascript: bool
) -> None:
    seen: Account = manager()
    contact = contacted(person=seen.person, name=str(seen.person), email=seen.email)
    agent = make_network_role(Role.SUPPORT_AGENT).person.account
    application = Application(agent)

    desk = window_of(agent.person, new_page, live_server, javascript)
    go(desk, "UTILISATEURS", "Demandes de contact")
    desk.get_by_role("link", name=contact.number).click()
    inspect(desk, javascript)
    desk.get_by_role("link", name="Voir comme l’utilisateur").click()
    is_on(desk, "Confirmez votre identité")
    desk.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    desk.get_by_label("Code à 6 chiffres ou code de secours").fill(application.code(1))
    pass_step(desk, "Confirmer")
    is_on(desk, "Voir comme l’utilisateur")
    inspect(desk, javascript)
    expect(desk.get_by_label("Demande de contact")).to_have_value(contact.number)
    pass_step(desk, "Voir comme l’utilisateur")
    see(desk, "Le motif doit être renseigné.")
    desk.get_by_label("Motif").fill(REASON)
    desk.get_by_label("Gestionnaire Mairie de Vanves").check()
    pass_step(desk, "Voir comme l’utilisateur")

    is_on(desk, "Tableau de bord")
    banner = desk.get_by_role("region", name="Consultation en cours")
    expect(banner).to_contain_text("Vous voyez comme GRISSET Antoine, Gestionnaire Mairie de Vanves")
    inspect(desk, javascript)
    go(desk, "CERTIFICATION", "À traiter")
    is_on(desk, "Mes sessions de certification à traiter")
    desk.goto("/mon-profil/mot-de-passe")
    see(desk, "Cette page ne se montre qu’à la personne")
    inspect(desk, javascript)
    desk.goto("/mon-profil")
    desk.get_by_label("E-mail").fill("autre@demo.test")
    pass_step(desk, "Enregistrer")
    see(desk, "Rien n’a été envoyé")
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="Quitter").click()
    is_on(desk, f"Demande {contact.number}")
    see(desk, "Vous ne voyez plus comme GRISSET Antoine.")
    expect(banner).to_have_count(0)

    assert OutgoingMail.objects.filter(recipient=seen.email, subject__contains="a consulté votre compte").count() == 1
    own = window_of(seen.person, new_page, live_server, javascript)
    own.goto("/messages")
    own.get_by_role("link", name="L’assistance a consulté votre compte").click()
    see(own, REASON)
    inspect(own, javascript)

    national = window_of(make_network_role(Role.NATIONAL_ADMINISTRATOR).person, new_page, live_server, javascript)
    go(national, "ADMINISTRATION", "Consultations de l’assistance")
    inspect(national, javascript)
    national.get_by_role("row").filter(has_text="GRISSET Antoine").get_by_role("link").first.click()
    is_on(national, str(Consultation.objects.get()))
    see(national, "/sessions/a-traiter")
    see(national, "Non, fermée")
    inspect(national, javascript)


def test_an_agent_finds_whom_and_which_entity_a_request_is_about(
    new_page: Open, live_server: object, javascript: bool
) -> None:
    manager()
    contact = contacted(name="Antoine Griset", email="inconnu@demo.test")
    desk = window_of(make_network_role(Role.SUPPORT_AGENT).person, new_page, live_server, javascript)
    desk.goto(f"/demandes-de-contact/{contact.pk}")
    person = Account.objects.get(email="antoine@demo.test").person
    desk.get_by_role("link", name="Rechercher une personne par nom et date de naissance").click()
    desk.get_by_label("Nom", exact=True).fill("Griset")
    desk.get_by_label("Prénom", exact=True).fill("Antoine")
    desk.get_by_label("Date de naissance").fill(f"{person.birth_date:%d/%m/%Y}")
    pass_step(desk, "Rechercher")
    inspect(desk, javascript)
    desk.get_by_label("C’est elle").first.check()
    pass_step(desk, "Rattacher la personne choisie")
    is_on(desk, f"Demande {contact.number}")
    see(desk, f"Personne : aucune → {person.number}")
    desk.get_by_role("link", name="Rattacher une entité").click()
    desk.get_by_label("Raison sociale ou SIRET").fill("vanves")
    pass_step(desk, "Rechercher")
    inspect(desk, javascript)
    pass_step(desk, "Rattacher Mairie de Vanves")
    see(desk, "Entité : aucune → Mairie de Vanves")
    inspect(desk, javascript)
    desk.get_by_role("link", name="Mairie de Vanves", exact=True).click()
    is_on(desk, "Entité Mairie de Vanves")
    inspect(desk, javascript)
