"""Finding an answer by oneself; failing that, writing to the hotline, which answers."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from forprev.accounts.models import Role
from forprev.notices.models import OutgoingMail
from forprev.organisations.models import FundAttachment
from forprev.people.models import Person
from forprev.support.contact.models import ContactRequest
from forprev.support.help.models import Opinions
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.factories.certification import trainer
from tests.factories.organisations import fund
from tests.screens import make_accreditation, make_entity, make_member, make_network_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site", "questions")]


@pytest.fixture
def questions() -> None:
    """As `migrate` leaves them; a test before this one emptied the table."""
    from forprev.support.help.services import install

    install()


def test_a_question_with_a_typing_error_finds_its_answer(new_page: Open, javascript: bool) -> None:
    page = new_page(javascript=javascript, width=375)
    page.goto(reverse("support:home"))
    page.get_by_role("link", name="Aide", exact=True).click()
    is_on(page, "FAQ / Contact support")
    inspect(page, javascript)
    page.get_by_label("Que cherchez-vous ?").fill("renouvelement abilitation")
    pass_step(page, "Rechercher")
    see(page, "La date anniversaire est conservée")
    inspect(page, javascript)
    page.locator("details[open]").get_by_role("link", name="Cette réponse vous a-t-elle aidé ?").click()
    is_on(page, "Quand et comment renouveler une habilitation ?")
    pass_step(page, "Oui")
    see(page, "Merci, votre avis est compté.")
    assert Opinions.objects.get().helped == 1


def test_somebody_writes_and_an_agent_answers(new_page: Open, live_server: object, javascript: bool) -> None:
    agent = make_network_role(Role.SUPPORT_AGENT)
    page = new_page(javascript=javascript, width=375)
    page.goto(reverse("support:help"))
    page.get_by_role("link", name="Écrire à l’assistance").click()
    is_on(page, "Contacter l’assistance")
    page.get_by_label("Nom et prénom").fill("Anne Lévêque")
    page.get_by_label("E-mail", exact=False).first.fill("anne@demo.test")
    page.get_by_label("Message").fill("Je ne trouve pas ma session.")
    pass_step(page, "Envoyer")
    see(page, "L’objet doit être choisi.")
    inspect(page, javascript)
    page.get_by_label("Objet").select_option("Une session ou ses résultats")
    pass_step(page, "Envoyer")
    is_on(page, "Votre demande est envoyée")
    contact = ContactRequest.objects.get()
    see(page, contact.number)
    assert contact.page == "/aide"

    desk = window_of(agent.person, new_page, live_server, javascript)
    desk.goto(reverse("support:contact_requests"))
    inspect(desk, javascript)
    desk.get_by_role("link", name=contact.number).click()
    is_on(desk, f"Demande {contact.number}")
    inspect(desk, javascript)
    desk.get_by_label("Message").fill("Elle est dans « Certification », « À traiter ».")
    pass_step(desk, "Envoyer et marquer comme résolue")
    see(desk, "La réponse est envoyée.")
    see(desk, "Résolue")
    assert OutgoingMail.objects.filter(recipient="anne@demo.test", subject__contains="Réponse").count() == 1


ROLES = ["visitor", "manager", "delegate", "trainer", "officer", "committee", "national", "hotline"]
MANUALS = {
    "manager": "Gestionnaire",
    "delegate": "Délégataire",
    "trainer": "Formateur",
    "officer": "Instructeur de caisse",
    "committee": "Commission nationale",
    "national": "Administration nationale",
    "hotline": "Hotline",
}


def somebody(role: str) -> Person:
    """With an account, and past what stands before the dashboard."""
    if role == "trainer":
        person = trainer("SST-2")
        FundAttachment.objects.get_or_create(person=person, defaults={"fund": fund()})
        return person
    if role in ("manager", "delegate"):
        entity = make_entity()
        make_accreditation(entity)
        return make_member(entity, Role(role)).person
    of = {
        "officer": Role.FUND_OFFICER,
        "committee": Role.COMMITTEE,
        "national": Role.NATIONAL_ADMINISTRATOR,
        "hotline": Role.SUPPORT_AGENT,
    }
    return make_network_role(of[role], "bretagne" if role == "officer" else "").person


@pytest.mark.parametrize("role", ROLES)
def test_each_role_finds_its_answer_its_manual_and_the_hotline(role: str, new_page: Open, live_server: object) -> None:
    """Through the menu, by a search with a typing error; then the manual; then the form, filled in with who asks."""
    signed_in = role != "visitor"
    page = window_of(somebody(role), new_page, live_server, True) if signed_in else new_page(javascript=False)
    if signed_in:
        is_on(page, "Tableau de bord")
        menu = page.get_by_role("navigation", name="Menu principal")
        for label in ("Mentions légales & CGU", "Politique de protection des données"):
            expect(menu.get_by_role("link", name=label)).to_be_visible()
        menu.get_by_role("list", name="AIDE & ASSISTANCE").get_by_role("link", name="FAQ / Contact support").click()
    else:
        page.goto("/")
        for label in ("Se connecter", "Première demande", "Vérifier un certificat", "Trouver un organisme", "Écrire à"):
            expect(page.get_by_role("main").get_by_role("link", name=label)).to_be_visible()
        for label in ("Mentions légales", "Politique de protection", "Accessibilité", "Aide & assistance"):
            expect(page.get_by_role("contentinfo").get_by_role("link", name=label)).to_be_visible()
        page.get_by_role("link", name="Aide", exact=True).click()
    is_on(page, "FAQ / Contact support")
    page.get_by_label("Que cherchez-vous ?").fill("renouvelement abilitation")
    pass_step(page, "Rechercher")
    page.locator("details[open]").get_by_role("link", name="Cette réponse vous a-t-elle aidé ?").click()
    is_on(page, "Quand et comment renouveler une habilitation ?")
    pass_step(page, "Oui")
    see(page, "Merci, votre avis est compté.")

    page.goto("/aide/manuels")
    is_on(page, "Manuels d'utilisation")
    if signed_in:
        expect(page.locator(".manual-own")).to_contain_text(MANUALS[role])
        page.locator(".manual-own").get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(MANUALS[role])
        inspect(page, True)

    page.goto("/aide")
    page.get_by_role("link", name="Écrire à l’assistance").click()
    is_on(page, "Contacter l’assistance")
    if signed_in:
        see(page, "Vous écrivez en tant que")
        expect(page.get_by_label("Nom et prénom")).to_have_count(0)
    else:
        page.get_by_label("Nom et prénom").fill("Anne Lévêque")
        page.get_by_label("E-mail", exact=False).first.fill("anne@demo.test")
    page.get_by_label("Objet").select_option("Autre chose")
    page.get_by_label("Message").fill("Une question sans réponse.")
    pass_step(page, "Envoyer")
    is_on(page, "Votre demande est envoyée")
    contact = ContactRequest.objects.get()
    assert (contact.page, contact.person is not None, bool(contact.role)) == ("/aide", signed_in, signed_in)
