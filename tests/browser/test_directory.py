"""A visitor looks for somebody to train its people (B10): by the list, then by the map, on a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forprev.organisations.models import Organisation
from tests.browser.account_steps import inspect
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.factories.accreditation import accredit
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)

DIRECTORY = "Annuaire des organismes habilités"
BODIES = (
    ("CANUTS FORMATION", "69004", "LYON", "69", ("SST", 1)),
    ("CONFLUENCE PRÉVENTION", "69002", "LYON", "69", ("SST", 2)),
    ("BELLEVILLE PRÉVENTION", "75020", "PARIS", "75", ("SST", 1)),
    ("PITONS SÉCURITÉ", "97400", "SAINT DENIS", "974", ("PRAPIBC", 1)),
)


@pytest.fixture
def bodies() -> list[Organisation]:
    return [_published(*facts) for facts in BODIES]


def _published(name: str, postal_code: str, city: str, department: str, held: tuple[str, int]) -> Organisation:
    body = OrganisationFactory(name=name, postal_code=postal_code, city=city, department_id=department, published=True)
    accredit(body, *held)
    return body


def open_directory(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Trouver un organisme habilité").click()
    is_on(page, DIRECTORY)


@pytest.mark.parametrize("width", [1280, 375])
def test_from_the_home_page_to_an_organisation(
    new_page: Open, bodies: list[Organisation], javascript: bool, width: int
) -> None:
    page = new_page(javascript=javascript, width=width)
    open_directory(page)
    see(page, "Affichage de 1 à 4 sur 4 organismes")
    inspect(page, javascript)
    page.get_by_label("Nom de l’organisme").fill("prevention")
    page.get_by_label("Niveau").select_option("Niveau 2")
    page.get_by_label("Département", exact=True).select_option("69 – Rhône")
    pass_step(page, "Rechercher")
    see(page, "Affichage de 1 à 1 sur 1 organisme")
    expect(page.get_by_label("Nom de l’organisme")).to_have_value("prevention")
    page.get_by_role("link", name="CONFLUENCE PRÉVENTION").click()
    is_on(page, "CONFLUENCE PRÉVENTION")
    see(page, "69002 LYON")
    see(page, bodies[1].accreditations.get().number)
    inspect(page, javascript)
    page.get_by_role("link", name="Autres organismes").click()
    see(page, "Affichage de 1 à 2 sur 2 organismes")


@pytest.mark.parametrize("width", [1280, 375])
def test_from_the_map_to_a_department(new_page: Open, bodies: list[Organisation], javascript: bool, width: int) -> None:
    page = new_page(javascript=javascript, width=width)
    open_directory(page)
    page.get_by_label("Dispositif").select_option("SST")
    pass_step(page, "Rechercher")
    page.get_by_role("link", name="Carte", exact=True).click()
    see(page, "3 organismes dans 2 départements")
    inspect(page, javascript)
    drawing = page.get_by_role("group", name="Carte de France")
    drawing.get_by_role("link", name="Rhône : 2 organismes").click()
    see(page, "Affichage de 1 à 2 sur 2 organismes")
    expect(page.get_by_label("Dispositif")).to_have_value("SST")
    expect(page.get_by_label("Département", exact=True)).to_have_value("69")


def test_overseas_by_a_tile_and_by_the_keyboard(new_page: Open, bodies: list[Organisation]) -> None:
    page = new_page()
    page.goto("/annuaire/carte")
    page.get_by_role("list", name="Outre-mer").get_by_role("link", name="La Réunion 1 organisme").click()
    page.get_by_role("link", name="PITONS SÉCURITÉ").click()
    is_on(page, "PITONS SÉCURITÉ")
    page.goto("/annuaire/carte")
    close_up = page.get_by_role("group", name="Paris et petite couronne")
    close_up.get_by_role("link", name="Paris : 1 organisme").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="BELLEVILLE PRÉVENTION")).to_be_visible()


def test_the_map_shows_what_the_legend_says(new_page: Open, bodies: list[Organisation]) -> None:
    """The style of each shade reaches the shapes: one that is not painted would look like any other."""
    page = new_page()
    page.goto("/annuaire/carte")
    painted = "node => getComputedStyle(node.querySelector('path')).fill"
    drawing = page.get_by_role("group", name="Carte de France")
    one = drawing.get_by_role("link", name="Paris").evaluate(painted)
    two = drawing.get_by_role("link", name="Rhône").evaluate(painted)
    swatches = page.get_by_role("list", name="Nombre d’organismes").locator(".map-swatch")
    shown = swatches.evaluate_all("nodes => nodes.map(node => getComputedStyle(node).backgroundColor)")
    assert shown[1:] == [one, two]
    assert len({*shown}) == 3


def test_ways_out_of_an_empty_list_and_of_a_wrong_address(
    new_page: Open, bodies: list[Organisation], javascript: bool
) -> None:
    page = new_page(javascript=javascript)
    page.goto("/annuaire?departement=999")
    see(page, "Choisissez un département de la liste.")
    see(page, "sur 4 organismes")
    inspect(page, javascript)
    page.goto("/annuaire?nom=inconnu&departement=69")
    inspect(page, javascript)
    page.get_by_role("link", name="Retirer le critère « Nom de l’organisme : inconnu »").click()
    see(page, "Affichage de 1 à 2 sur 2 organismes")
