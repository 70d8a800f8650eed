"""Changing role, and what becomes of what was typed when a session ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from forprev.accounts.models import Account, Role, Session
from forprev.accounts.sessions import SEEN, SessionStore
from forprev.certification.models import TrainingSession
from forprev.core.dates import now
from tests.browser.account_steps import inspect, manager
from tests.browser.conftest import Open
from tests.browser.steps import choose_fund, give_password, is_on, pass_step, see, sign_in
from tests.browser.test_accessibility import check
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.certification import draft_session, taken_over
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_manager

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def two_entities() -> Account:
    account = manager()
    other = OrganisationFactory(name="MAROSE FORMATION")
    MembershipFactory(person=account.person, role=Role.MANAGER, organisation=other)
    accredit(other)
    return account


def switch(page: Page, role: str) -> None:
    page.locator(".role-switch summary").click()
    page.get_by_role("button", name=role).click()
    is_on(page, "Tableau de bord")


def test_a08_changing_role(new_page: Open, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_in(page, two_entities().email)
    role = page.locator(".top-bar .role-label")
    expect(role).to_have_text("Gestionnaire MAROSE FORMATION")
    switch(page, "Gestionnaire Mairie de Vanves")
    expect(role).to_have_text("Gestionnaire Mairie de Vanves")
    page.goto("/entite")
    is_on(page, "Mon entité MAIRIE DE VANVES")


def test_a08_a_form_counts_in_the_role_in_which_it_was_opened(new_page: Open, javascript: bool) -> None:
    account = two_entities()
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.goto("/sessions/a-traiter")
    other_tab = page.context.new_page()
    other_tab.goto("/tableau-de-bord")
    switch(other_tab, "Gestionnaire Mairie de Vanves")

    page.get_by_role("button", name="Nouvelle session").click()
    is_on(page, "Reprendre votre saisie")
    see(page, "était ouverte en tant que Gestionnaire MAROSE FORMATION")
    assert not TrainingSession.objects.exists()
    inspect(page, javascript)
    pass_step(page, "Redevenir Gestionnaire MAROSE FORMATION")
    pass_step(page, "Envoyer ma saisie")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Session de certification n°")
    assert TrainingSession.objects.get().organisation.name == "MAROSE FORMATION"


def test_nothing_typed_is_lost_when_the_session_ends(new_page: Open, javascript: bool) -> None:
    acting = acting_manager()
    account = AccountFactory(person=acting.person, email="romain@demo.test")
    session = draft_session(acting)
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.goto(f"/sessions/{session.pk}")
    page.get_by_label("Ville").fill("ÉTOILE-SUR-RHÔNE")
    fall_asleep(account)
    pass_step(page, "Enregistrer")
    is_on(page, "Connexion")
    see(page, "Ce que vous aviez saisi est conservé")
    give_password(page, account.email)
    is_on(page, "Reprendre votre saisie")
    pass_step(page, "Envoyer ma saisie")
    see(page, "La session est enregistrée.")
    session.refresh_from_db()
    assert session.city == "ÉTOILE-SUR-RHÔNE"


def test_what_was_typed_is_nobody_else_s(new_page: Open) -> None:
    acting = acting_manager()
    account = AccountFactory(person=acting.person, email="romain@demo.test")
    session = draft_session(acting)
    page = new_page()
    sign_in(page, account.email)
    page.goto(f"/sessions/{session.pk}")
    page.get_by_label("Ville").fill("ÉTOILE-SUR-RHÔNE")
    fall_asleep(account)
    pass_step(page, "Enregistrer")
    sign_in(page, two_entities().email)
    page.goto("/reprendre")
    is_on(page, "Tableau de bord")


def test_a_session_warns_before_it_ends(new_page: Open, settings: Settings) -> None:
    settings.SESSION_IDLE = timedelta(seconds=61 + 60)
    page = new_page()
    page.clock.install()
    sign_in(page, manager().email)
    page.clock.fast_forward(61_000)
    dialog = page.get_by_role("dialog", name="Êtes-vous toujours là ?")
    expect(dialog).to_contain_text("Votre session prend fin dans")
    check(page)
    settings.SESSION_IDLE = timedelta(minutes=60)
    dialog.get_by_role("button", name="Prolonger").click()
    expect(dialog).to_be_hidden()


def fall_asleep(account: Account) -> None:
    """As if nothing had happened for two hours."""
    for row in Session.objects.filter(account=account):
        session = SessionStore(row.session_key)
        session[SEEN] = int((now() - timedelta(hours=2)).timestamp())
        session.save()


def test_pages_of_the_account(new_page: Open) -> None:
    account = manager()
    taken_over(account.person, "SST-2")
    page = new_page()
    give_password(page, account.email)
    choose_fund(page, "Cramif")
    for path in (
        "/mon-profil",
        "/mon-profil/notifications",
        "/mon-profil/caisse",
        "/mon-profil/mot-de-passe",
        "/mon-profil/second-facteur",
        "/mon-profil/second-facteur/application",
        "/mon-profil/second-facteur/cle",
        "/mon-profil/sessions",
        "/habilitations/manquante",
    ):
        page.goto(path)
        check(page)
    page.goto("/mon-profil/notifications")
    page.get_by_role("button", name="Déconnexion").click()
    for path in ("/connexion", "/connexion/sans-compte", "/connexion/courriel-non-recu"):
        page.goto(path)
        check(page)
