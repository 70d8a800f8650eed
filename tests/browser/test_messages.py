"""A fund writes to the managers of its region, one of them reads; a trainer subscribes to its terms."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from forprev.accounts.models import Account, Role
from forprev.accounts.services.profile import save_preferences
from forprev.network.messages.models import TargetedMessage
from forprev.network.messages.workflow import State
from tests.browser.account_steps import inspect, text_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see, sign_in
from tests.documents import pdf
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.accreditation import accredit
from tests.factories.messages import sent
from tests.factories.organisations import (
    MembershipFactory,
    OrganisationFactory,
    acting_national,
    acting_officer,
    fund,
)
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def manager(last_name: str, email: str, *, department: str = "26", **accredited: object) -> Account:
    place = OrganisationFactory(name=f"CENTRE {last_name}", department_id=department)
    accredit(place, **accredited)
    person = PersonFactory(last_name=last_name, first_name="Marie")
    MembershipFactory(person=person, organisation=place, role=Role.MANAGER)
    return AccountFactory(person=person, email=email)


def enter(page: Page, account: Account) -> None:
    """Signed in with a second factor, as the network's people must."""
    browser = browser_of(account)
    page.context.add_cookies(
        [{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": page.evaluate("location.origin")}]
    )


def open_messages(page: Page) -> None:
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("list", name="UTILISATEURS").get_by_role("link", name="Messages ciblés").click()
    is_on(page, "Messages ciblés")


def see_count(page: Page, heading: str, count: str) -> None:
    expect(page.locator("dl > div", has_text=heading)).to_contain_text(count)


def test_a_fund_writes_and_a_manager_reads(new_page: Open, javascript: bool, mailbox: Mailbox) -> None:
    reader = manager("ROSSET", "marie@demo.test")
    quiet = manager("PETIT", "petit@demo.test")
    save_preferences(quiet, {"wants_alerts": True, "wants_tasks": True, "wants_messages": False})
    manager("BRETON", "breton@demo.test", department="35")
    manager("CATEC", "catec@demo.test", scheme_code="Catec")
    officer = AccountFactory(person=acting_officer(fund("rhone-alpes")).person)

    page = new_page(javascript=javascript)
    page.goto("/connexion")
    enter(page, officer)
    page.goto("/tableau-de-bord")
    open_messages(page)
    see(page, "Aucun message ciblé")
    page.get_by_role("link", name="+ Nouveau message").click()
    is_on(page, "Nouveau message")
    inspect(page, javascript)
    pass_step(page, "Enregistrer et continuer")
    see(page, "Choisissez au moins un rôle.")
    page.get_by_label("Gestionnaire", exact=True).check()
    page.get_by_label("SST / 1", exact=True).check()
    pass_step(page, "Enregistrer et continuer")
    see(page, "2 personnes correspondent à ces critères.")
    page.get_by_label("Objet").fill("Nouveau référentiel SST")
    page.get_by_label("Texte").fill("Bonjour,\n\nLe référentiel change au 1er janvier.")
    page.get_by_label("Pièce jointe").set_input_files(
        {"name": "Référentiel.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    page.get_by_label("Heure d’envoi").fill("25h")
    inspect(page, javascript)
    pass_step(page, "Enregistrer et vérifier")
    see(page, "Cette heure n’est pas écrite sous la forme HH:MM")
    see(page, "joignez-la de nouveau")
    page.get_by_label("Heure d’envoi").fill("")
    page.get_by_label("Pièce jointe").set_input_files(
        {"name": "Référentiel.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    pass_step(page, "Enregistrer et vérifier")
    expect(page.get_by_role("heading", name="2 destinataires")).to_be_visible()
    see(page, "M. R. Gestionnaire, CENTRE ROSSET")
    see(page, "Ce message sera envoyé à 2 personnes dès maintenant.")
    inspect(page, javascript)
    pass_step(page, "Envoyer à 2 personnes")
    see(page, "Votre message part à l’instant.")
    work()
    assert TargetedMessage.objects.get().state == State.SENT
    page.reload()
    see_count(page, "Servis", "2 personnes")
    see_count(page, "Lecteurs", "0 personne")
    inspect(page, javascript)
    assert [mail["To"] for mail in mailbox.messages] == ["marie@demo.test"]

    words = text_of(mailbox.messages[0])
    path = next(urlsplit(link).path for link in re.findall(r"http://\S+", words) if "/messages-cibles/" in link)
    for account in (reader, quiet):
        other = new_page(javascript=javascript)
        sign_in(other, account.email)
        bar = other.get_by_role("banner")
        bar.get_by_role("link", name="Messages non lus : 1").click()
        other.get_by_role("main").get_by_role("link", name="Nouveau référentiel SST").click()
        inspect(other, javascript)
        other.get_by_role("link", name="Ouvrir la page concernée").click()
        is_on(other, "Nouveau référentiel SST")
        assert urlsplit(other.url).path == path
        inspect(other, javascript)
        with other.expect_download() as saved:
            other.get_by_role("link", name="Référentiel.pdf").click()
        assert saved.value.suggested_filename == "Référentiel.pdf"
        expect(bar.get_by_role("link", name="Messages non lus")).to_have_count(0)
    page.reload()
    see_count(page, "Lecteurs", "2 personnes")


def test_a_programmed_message_is_cancelled(new_page: Open, javascript: bool) -> None:
    manager("ROSSET", "marie@demo.test")
    officer = AccountFactory(person=acting_national(Role.NATIONAL_ADMINISTRATOR).person)
    page = new_page(javascript=javascript)
    page.goto("/connexion")
    enter(page, officer)
    page.goto("/envois/nouveau")
    page.get_by_label("Gestionnaire", exact=True).check()
    page.get_by_label("Carsat Rhône-Alpes", exact=True).check()
    inspect(page, javascript)
    pass_step(page, "Enregistrer et continuer")
    see(page, "1 personne correspond à ces critères.")
    page.get_by_label("Objet").fill("Journée nationale")
    page.get_by_label("Texte").fill("Le programme suit.")
    page.get_by_label("Date d’envoi").fill("15/01/2027")
    page.get_by_label("Heure d’envoi").fill("9h30")
    pass_step(page, "Enregistrer et vérifier")
    pass_step(page, "Programmer l’envoi à 1 personne")
    see(page, "Votre message est programmé pour le 15/01/2027 à 9 h 30.")
    page.get_by_role("link", name="Annuler l’envoi").click()
    inspect(page, javascript)
    pass_step(page, "Annuler l’envoi")
    see(page, "Le message est annulé")
    expect(page.get_by_role("row", name="Journée nationale")).to_contain_text("Annulé")
    inspect(page, javascript)


def test_the_calendar_s_address_is_shown_once(new_page: Open, javascript: bool) -> None:
    account = manager("ROSSET", "marie@demo.test")
    sent()
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.goto("/mon-profil/agenda")
    see(page, "Vous n’avez pas d’adresse d’agenda.")
    inspect(page, javascript)
    pass_step(page, "Créer l’adresse")
    inspect(page, javascript)
    address = page.locator("code").inner_text()
    answer = page.request.get(address)
    assert answer.ok
    assert answer.text().startswith("BEGIN:VCALENDAR\r\n")
    page.reload()
    expect(page.locator("code")).to_have_count(0)
    pass_step(page, "Révoquer l’adresse")
    see(page, "Vous n’avez pas d’adresse d’agenda.")
    assert page.request.get(address).status == 404
