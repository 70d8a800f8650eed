"""The inbox, by the words on the screen: read, archive, preferences, and the hotline's mails that did not arrive."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from forprev.accounts.models import Account
from forprev.core.dates import now
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services import note_bounce, tell
from forprev.notices.unsubscribing import unsubscribe_url
from tests.browser.account_steps import inspect, manager
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.certification import draft_session
from tests.factories.organisations import acting_manager
from tests.factories.support import acting_agent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def opened(new_page: Open, address: str, account: Account, javascript: bool, width: int = 1280) -> Page:
    signed_in = browser_of(account).cookies[settings.SESSION_COOKIE_NAME].value
    page = new_page(javascript=javascript, width=width)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": signed_in, "url": address}])
    page.goto("/tableau-de-bord")
    return page


def told_of_sessions() -> Account:
    """A manager of whom three sessions want something."""
    acting = acting_manager()
    account = AccountFactory(person=acting.person)
    for words in ("deadline_near", "to_generate", "reopened"):
        session = draft_session(acting)
        tell(
            account,
            f"certification/mails/{words}",
            {"session": session, "deadline": "16/06/2026", "until": "16/06/2026", "reason": "Formateur malade"},
            kind=Notice.Kind.ALERT if words == "deadline_near" else Notice.Kind.TASK,
            url=f"/sessions/{session.pk}",
        )
    return account


def test_from_the_count_in_the_bar_to_the_session_and_the_archive(
    new_page: Open, live_server: object, javascript: bool
) -> None:
    account = told_of_sessions()
    page = opened(new_page, str(live_server), account, javascript)
    bar = page.get_by_role("banner")
    expect(bar.get_by_role("link", name="Messages non lus : 3")).to_be_visible()
    bar.get_by_role("link", name="Messages").click()
    is_on(page, "Mes messages")
    inspect(page, javascript)
    page.get_by_role("main").get_by_role("link", name="Session n°").first.click()
    see(page, "Ouvrir la page concernée")
    inspect(page, javascript)
    expect(bar.get_by_role("link", name="Messages non lus : 2")).to_be_visible()
    pass_step(page, "Archiver")
    see(page, "Le message est archivé.")
    see(page, "Affichage de 1 à 2 sur 2 messages")
    page.get_by_role("link", name="Archivés").click()
    inspect(page, javascript)
    page.get_by_role("main").get_by_role("link", name="Session n°").first.click()
    pass_step(page, "Remettre dans mes messages")
    pass_step(page, "Tout marquer comme lu")
    see(page, "2 messages marqués comme lus.")
    page.get_by_role("main").get_by_role("link", name="Session n°").first.click()
    page.get_by_role("link", name="Ouvrir la page concernée").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Session de certification n°")


def test_one_mail_a_day_is_chosen_in_the_preferences(new_page: Open, live_server: object, javascript: bool) -> None:
    account = manager()
    page = opened(new_page, str(live_server), account, javascript)
    page.goto("/messages")
    page.get_by_role("link", name="Préférences d’e-mail").click()
    expect(page.get_by_label("Un e-mail par message, tout de suite")).to_be_checked()
    inspect(page, javascript)
    page.get_by_label("Un seul e-mail par jour").check()
    pass_step(page, "Enregistrer")
    see(page, "Vos préférences sont enregistrées.")
    expect(page.get_by_label("Un seul e-mail par jour")).to_be_checked()
    account.refresh_from_db()
    assert account.mail_rhythm == Account.MailRhythm.DAILY


def test_unsubscribing_takes_one_button(new_page: Open, javascript: bool) -> None:
    account = AccountFactory()
    page = new_page(javascript=javascript)
    page.goto(unsubscribe_url(account, Notice.Kind.MESSAGE))
    is_on(page, "Ne plus recevoir ces e-mails")
    inspect(page, javascript)
    pass_step(page, "Ne plus recevoir ces e-mails")
    is_on(page, "C’est noté")
    inspect(page, javascript)


def test_the_hotline_sends_again_what_did_not_arrive(new_page: Open, live_server: object, javascript: bool) -> None:
    account = AccountFactory(email="alice@exemple.test")
    tell(account, "notices/mails/sessions_ended", {}, kind=Notice.Kind.ACCOUNT, url="/aide")
    OutgoingMail.objects.update(state=OutgoingMail.State.SENT, sent_at=now())
    note_bounce(OutgoingMail.objects.get(recipient=account.email).message_id, "550 5.1.1 boîte inconnue")
    page = opened(new_page, str(live_server), AccountFactory(person=acting_agent().person), javascript)
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Courriels non remis").click()
    is_on(page, "Courriels non remis")
    see(page, "alice@exemple.test")
    inspect(page, javascript)
    page.get_by_role("main").get_by_role("link", name="sessions").first.click()
    see(page, "550 5.1.1 boîte inconnue")
    inspect(page, javascript)
    pass_step(page, "Renvoyer")
    see(page, "Le courriel repart vers alice@exemple.test.")
    see(page, "Aucun courriel non remis")
