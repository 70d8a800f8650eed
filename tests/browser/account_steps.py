"""What the journeys of accounts share."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Page

from forprev.accounts.models import Account, Role
from forprev.people.models import Person
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step
from tests.browser.test_accessibility import check
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.accreditation import accredit
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.people import PersonFactory

NEW = "quatre tasses sous le pommier"


def link_in(text: str) -> str:
    """The path of the first link of a message."""
    return urlsplit(re.search(r"http://\S+", text)[0]).path


def manager(**account: object) -> Account:
    person = PersonFactory(last_name="GRISSET", first_name="Antoine")
    membership = MembershipFactory(
        person=person, role=Role.MANAGER, organisation=OrganisationFactory(name="Mairie de Vanves")
    )
    accredit(membership.organisation)
    return AccountFactory(person=person, email="antoine@demo.test", **account)


def window_of(person: Person, new_page: Open, address: object, javascript: bool) -> Page:
    """Signed in, with a second factor where one is owed, on the dashboard of the site at `address`."""
    account = Account.objects.filter(person=person).first() or AccountFactory(person=person)
    held = browser_of(account).cookies[settings.SESSION_COOKIE_NAME].value
    page = new_page(javascript=javascript)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": held, "url": str(address)}])
    page.goto("/tableau-de-bord")
    return page


def ask_for_password(page: Page, identifier: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Se connecter").click()
    page.get_by_role("link", name="Mot de passe oublié").click()
    page.get_by_label("E-mail ou n° Forprev").fill(identifier)
    pass_step(page, "Envoyer")
    is_on(page, "Consultez votre messagerie")


def inspect(page: Page, javascript: bool) -> None:
    """The rules of accessibility; they are checked by a script."""
    if javascript:
        check(page)


def text_of(message: object) -> str:
    return message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]
