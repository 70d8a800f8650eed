"""Finding an answer by oneself; failing that, writing to the hotline, which answers."""

from __future__ import annotations

import pytest
from django.urls import reverse

from forprev.accounts.models import Role
from forprev.notices.models import OutgoingMail
from forprev.support.contact.models import ContactRequest
from forprev.support.help.models import Opinions
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.screens import make_network_role

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
