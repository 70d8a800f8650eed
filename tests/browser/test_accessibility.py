"""RGAA and WCAG rules that a program can check (axe-core), on each page of the main job, and at 320 px."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from forprev.certification.models import TrainingSession
from forprev.people.models import Person
from tests.browser.conftest import Open
from tests.browser.steps import pass_step, sign_in
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import answered_session, draft_session, empty_draft, issued_session, sent_session
from tests.factories.organisations import acting_manager
from tests.factories.people import PersonFactory
from tests.factories.support import acting_agent, asked, named, proof

pytestmark = pytest.mark.django_db(transaction=True)

AXE = (settings.NODE_MODULES / "axe-core" / "axe.min.js").read_text()
RULES = {
    "runOnly": {"type": "tag", "values": ["RGAAv4", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
}
ASK = "/mon-profil/demander-une-correction"


def faults(page: Page) -> list[str]:
    """Of the whole page: a click only waits for its first bytes."""
    page.wait_for_load_state()
    page.evaluate(AXE)
    report: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{found['id']}: {node['html']}" for found in report["violations"] for node in found["nodes"]]


def check(page: Page) -> None:
    """At the width of a desk, then at 320 px, where nothing may overflow."""
    assert faults(page) == []
    width = page.viewport_size or {"width": 1280, "height": 900}
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert faults(page) == []
    page.set_viewport_size(width)


def of_entity(session: TrainingSession) -> Person:
    return session.created_by


def of_trainer(session: TrainingSession) -> Person:
    return session.trainers.get().person


PAGES = [
    (draft_session, of_entity, ""),
    (draft_session, of_entity, "/formateur"),
    (draft_session, of_entity, "/stagiaires?ajouter=1"),
    (draft_session, of_entity, "/stagiaires/importer"),
    (draft_session, of_entity, "/envoyer"),
    (draft_session, of_entity, "/supprimer"),
    (sent_session, of_entity, ""),
    (sent_session, of_trainer, "/stagiaires"),
    (answered_session, of_entity, "/stagiaires"),
    (answered_session, of_entity, "/generer"),
    (issued_session, of_entity, "/telechargements"),
]


@pytest.mark.parametrize(("make", "who", "path"), PAGES)
def test_pages_of_a_session(
    new_page: Open, make: Callable[[], TrainingSession], who: Callable[[TrainingSession], Person], path: str
) -> None:
    session = make()
    account = AccountFactory(person=who(session))
    page = new_page()
    sign_in(page, account.email)
    page.goto(f"/sessions/{session.pk}{path}")
    check(page)


def test_lines_of_an_import_with_their_faults(new_page: Open) -> None:
    session = draft_session(code="SST-2")
    known = PersonFactory(last_name="Lévêque", first_name="Zoé")
    page = new_page()
    sign_in(page, AccountFactory(person=of_entity(session)).email)
    page.goto(f"/sessions/{session.pk}/stagiaires/importer")
    born = f"{known.birth_date:%d/%m/%Y}"
    rows = ["Nom;Prénom;DDN;E-mail", f"LEVEQE;Zoe;{born};a@demo.test", "PETIT;;?;b", "FAURE;Luc;01/02/1990;c@demo.test"]
    page.get_by_label("Lignes copiées d’un tableur").fill("\n".join(rows))
    page.get_by_role("button", name="Voir les lignes").click()
    check(page)
    page.get_by_role("button", name="Confirmer").click()
    check(page)


def test_lists_and_dashboard(new_page: Open) -> None:
    session = draft_session()
    page = new_page()
    sign_in(page, AccountFactory(person=of_entity(session)).email)
    for path in (
        "/tableau-de-bord",
        "/sessions/a-traiter",
        "/sessions/en-cours?nouveau=1",
        "/habilitations",
        "/entite",
    ):
        page.goto(path)
        check(page)


def test_corrections_of_an_identity(new_page: Open, live_server: object) -> None:
    """With a request that waits for each: on the person's page, and for the hotline, which sees a likely duplicate."""
    correction, agent = asked(document=proof()), AccountFactory(person=acting_agent().person)
    PersonFactory(**correction.new_identity._asdict())
    for account, paths in (
        (named("AUTRE").account, [ASK]),
        (correction.person.account, [ASK, f"/mon-profil/corrections/{correction.pk}/annuler"]),
        (agent, ["/corrections", *(f"/corrections/{correction.pk}{path}" for path in ("", "/appliquer", "/refuser"))]),
    ):
        page = new_page()
        signed_in = browser_of(account).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": signed_in, "url": str(live_server)}])
        for path in paths:
            page.goto(path)
            assert page.url.endswith(path)
            check(page)


def test_public_pages(new_page: Open) -> None:
    page = new_page()
    for path in ("/", "/connexion", "/mot-de-passe-oublie", "/verification", "/aide", "/page-inconnue"):
        page.goto(path)
        check(page)


def test_errors_are_announced_and_lead_to_their_fields(new_page: Open) -> None:
    acting = acting_manager()
    session = empty_draft(acting)
    page = new_page()
    sign_in(page, AccountFactory(person=acting.person).email)
    page.goto(f"/sessions/{session.pk}")
    pass_step(page, "Suivant")
    summary = page.locator("#error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(f"Erreur : Session – Session de certification n°{session.pk} - FORPREV")
    check(page)
    summary.get_by_role("link", name="Le certificat doit être renseigné.").click()
    certificate = page.get_by_label("Certificat", exact=True)
    expect(certificate).to_be_focused()
    expect(certificate).to_have_attribute("aria-invalid", "true")


def test_the_keyboard_skips_the_menu(new_page: Open) -> None:
    acting = acting_manager()
    page = new_page()
    sign_in(page, AccountFactory(person=acting.person).email)
    page.goto("/sessions/a-traiter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
