"""Certificates after their issue, by the words on the screen: cancelled, replaced, a whole session’s, one’s own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from forprev.accounts.models import Role
from forprev.certification.life.services import cancel
from forprev.certification.models import Certificate
from forprev.core.dates import today
from forprev.people.models import Person
from tests.browser.account_steps import inspect
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see, tab
from tests.browser.test_accessibility import faults
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import issued_session, taken_over, trainee_entry, trainer
from tests.factories.organisations import acting_national, acting_officer
from tests.factories.support import acting_agent, asked, named

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

REASON = "Stagiaire absent le second jour, attesté par l’employeur"


def enter(page: Page, person: Person, address: object) -> None:
    """Signed in, with a second factor for a role of the network; on the dashboard."""
    if not hasattr(person, "account"):
        AccountFactory(person=person)
    held = browser_of(person.account).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": held, "url": str(address)}])
    page.goto("/tableau-de-bord")


def menu(page: Page, label: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=label, exact=True).click()


def test_an_officer_cancels_one(new_page: Open, live_server: object, javascript: bool) -> None:
    gone, stays = issued_session(trainees=2).certificates.order_by("pk")
    page = new_page(javascript=javascript)
    enter(page, acting_officer().person, live_server)
    menu(page, "CERTIFICATS")
    is_on(page, "Certificats")
    inspect(page, javascript)
    page.get_by_role("link", name=gone.number).click()
    is_on(page, f"Certificat {gone.number}")
    inspect(page, javascript)
    page.get_by_role("link", name="Annuler ce certificat").click()
    see(page, "Cette action est définitive")
    page.get_by_label("Motif").fill("trop peu")
    pass_step(page, "Annuler ce certificat")
    see(page, "Le motif doit compter au moins 10 caractères")
    inspect(page, javascript)
    page.get_by_label("Motif").fill(REASON)
    pass_step(page, "Annuler ce certificat")
    is_on(page, f"Certificat {gone.number}")
    see(page, "Annulé le")
    see(page, REASON)
    inspect(page, javascript)
    menu(page, "CERTIFICATS")
    expect(page.get_by_role("row", name=gone.number)).to_contain_text("Annulé")
    expect(page.get_by_role("row", name=stays.number)).to_contain_text("Valide")


def test_the_hotline_corrects_and_the_entity_fetches_the_new_one(
    new_page: Open, live_server: object, javascript: bool
) -> None:
    person = named("LEVEQUE", "Anne")
    session = issued_session(entries=[trainee_entry(**person.identity._asdict(), person=person)])
    was = session.certificates.get()
    correction = asked(person, last_name="LÉVÊQUE")
    page = new_page(javascript=javascript)
    enter(page, acting_agent().person, live_server)
    page.goto("/corrections")
    page.get_by_role("link", name=str(correction.pk), exact=True).click()
    page.get_by_role("link", name="Appliquer la correction").click()
    see(page, "1 certificat valide porte l’ancienne identité")
    see(page, was.number)
    inspect(page, javascript)
    pass_step(page, "Appliquer la correction")
    menu(page, "CERTIFICATS")
    page.get_by_role("link", name=was.number).click()
    see(page, "Remplacé le")
    inspect(page, javascript)
    now = Certificate.objects.get(edition=2)
    page.get_by_role("link", name=now.number).click()
    is_on(page, f"Certificat {now.number}")
    see(page, "LÉVÊQUE Anne")

    entity = new_page(javascript=javascript)
    enter(entity, session.created_by, live_server)
    entity.goto(f"/sessions/{session.pk}")
    tab(entity, "Téléchargements")
    expect(entity.get_by_role("row", name=was.number)).to_contain_text("Remplacé")
    inspect(entity, javascript)
    with entity.expect_download() as download:
        entity.get_by_role("link", name="le certificat de LÉVÊQUE Anne").click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_session_found_fraudulent(new_page: Open, live_server: object, javascript: bool) -> None:
    session = issued_session(trainees=3)
    page = new_page(javascript=javascript)
    enter(page, acting_officer().person, live_server)
    page.goto(f"/sessions/{session.pk}")
    tab(page, "Certificats")
    inspect(page, javascript)
    page.get_by_role("link", name="Annuler tous les certificats de la session").click()
    see(page, "3 certificats seront annulés")
    inspect(page, javascript)
    page.get_by_label("Motif").fill("Session qui n’a pas eu lieu")
    pass_step(page, "Annuler tous les certificats de la session")
    see(page, "Tous les certificats de cette session ont été annulés")
    expect(page.get_by_role("table").get_by_text("Annulé", exact=True)).to_have_count(3)
    inspect(page, javascript)
    tab(page, "Session")
    see(page, "Session qui n’a pas eu lieu")


def test_one_s_own_cards_on_a_phone(new_page: Open, live_server: object, javascript: bool) -> None:
    person = trainer("SST-2", expires_on=today() + timedelta(days=42))
    taken_over(person, "PRAP2S-2", expires_on=today() - timedelta(days=3))
    cancel(taken_over(person, "SST-3").pk, acting_national(Role.NATIONAL_ADMINISTRATOR), REASON)
    page = new_page(javascript=javascript, width=375)
    enter(page, person, live_server)
    page.goto("/certificats")
    is_on(page, "Mes Certificats")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    card = page.get_by_role("article", name="SST-2", exact=True)
    for said in ("Valide", "42 jours restants"):
        expect(card).to_contain_text(said)
    code = person.certificates.get(qualification__code="SST-2").verification_code
    expect(card.get_by_label("Lien de vérification")).to_have_value(f"{live_server}/verification/{code}")
    if javascript:
        assert faults(page) == []
    see(page, "Expiré depuis 3 jours")
    see(page, "ne le présentez plus")
    with page.expect_download() as download:
        card.get_by_role("link", name="Télécharger").click()
    assert download.value.suggested_filename.endswith(".pdf")
