"""What people do, by the words that they see."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD


def give_password(page: Page, identifier: str, password: str = PASSWORD) -> None:
    page.goto("/connexion")
    page.get_by_label("E-mail ou n° Forprev").fill(identifier)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter").click()


def sign_in(page: Page, identifier: str, password: str = PASSWORD) -> None:
    give_password(page, identifier, password)
    is_on(page, "Tableau de bord")


def is_on(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()


def choose_fund(page: Page, fund: str) -> None:
    """A trainer who has none is brought to this page, wherever it wants to go."""
    see(page, "Caisse de rattachement")
    page.get_by_label("Caisse de rattachement").select_option(fund)
    pass_step(page, "Enregistrer")
    is_on(page, "Tableau de bord")


def open_awaiting(page: Page) -> None:
    """Through the side menu, as anybody would."""
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("list", name="CERTIFICATION").get_by_role("link", name="À traiter").click()
    expect(page.get_by_role("heading", level=1, name="Mes sessions de certification à traiter")).to_be_visible()


def open_session(page: Page, number: int) -> None:
    open_awaiting(page)
    page.get_by_role("link", name=str(number), exact=True).click()
    expect(page.get_by_role("heading", level=1, name=f"Session de certification n°{number}")).to_be_visible()


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Étapes de la session").get_by_role("link", name=name).click()


def add_trainee(page: Page, last_name: str, first_name: str, birth_date: str) -> None:
    page.get_by_label("Nom", exact=True).fill(last_name)
    page.get_by_label("Prénom", exact=True).fill(first_name)
    page.get_by_label("Date de naissance", exact=True).fill(birth_date)
    page.get_by_role("button", name="Ajouter").click()


def give(page: Page, name: str, result: str) -> None:
    page.get_by_role("group", name=name).get_by_label(result).check()


def pass_step(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def see(page: Page, text: str) -> None:
    expect(page.get_by_role("main")).to_contain_text(text)
