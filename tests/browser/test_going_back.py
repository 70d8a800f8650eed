"""Two tabs on one session, and the browser's own way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.steps import pass_step, see, sign_in
from tests.factories.accounts import AccountFactory
from tests.factories.certification import draft_session

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_tabs_on_one_session(new_page: Open, javascript: bool) -> None:
    session = draft_session(trainees=0)
    AccountFactory(person=session.created_by, email="romain@demo.test")
    page = new_page(javascript=javascript)
    sign_in(page, "romain@demo.test")
    other = page.context.new_page()
    for each in (page, other):
        each.goto(f"/sessions/{session.pk}")

    page.get_by_label("Ville").fill("VALENCE")
    pass_step(page, "Enregistrer")
    see(page, "La session est enregistrée.")
    other.get_by_label("Ville").fill("LYON")
    pass_step(other, "Enregistrer")
    for city in ("VALENCE", "LYON"):
        see(other, city)
    session.refresh_from_db()
    assert session.city == "VALENCE"

    other.go_back()
    other.get_by_label("Ville").fill("LYON")
    pass_step(other, "Enregistrer")
    see(other, "La session est enregistrée.")
    page.go_back()
    expect(page.get_by_label("Ville")).to_have_value("LYON")
    session.refresh_from_db()
    assert (session.city, session.state) == ("LYON", "draft")
