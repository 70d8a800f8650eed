"""Reading one's manual, on line and on paper; writing it, and being read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from forprev.accounts.models import Role
from tests.browser.account_steps import inspect, manager, window_of
from tests.browser.conftest import Open
from tests.browser.steps import is_on, pass_step, see
from tests.documents import words
from tests.screens import make_network_role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site", "manuals")]


@pytest.fixture
def manuals() -> None:
    """As `migrate` leaves them; a test before this one emptied the table."""
    from forprev.support.manuals.services import install

    install()


def menu(page: Page, entry: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=entry, exact=True).click()


def test_a_manager_reads_the_manual_and_takes_it_on_paper(
    new_page: Open, live_server: object, javascript: bool
) -> None:
    page = window_of(manager().person, new_page, live_server, javascript)
    menu(page, "Manuels d'utilisation")
    is_on(page, "Manuels d'utilisation")
    inspect(page, javascript)
    page.get_by_role("link", name="Lire le manuel Gestionnaire").click()
    is_on(page, "Manuel d’utilisation : Gestionnaire")
    inspect(page, javascript)
    page.get_by_role("link", name="Commencer : Se connecter").click()
    is_on(page, "Se connecter")
    page.get_by_role("link", name="Chapitre suivant").click()
    is_on(page, "Vos repères")
    page.get_by_role("navigation", name="Chapitres du manuel").get_by_role("link", name="Créer une session").click()
    is_on(page, "Créer une session")
    inspect(page, javascript)
    picture = page.get_by_role("img", name="La liste des sessions à traiter", exact=False)
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Tout le manuel en PDF").click()
    assert fetched.value.suggested_filename == "manuel-forprev-gestionnaire.pdf"
    assert "Créer une session" in words(Path(fetched.value.path()).read_bytes())


def test_a_visitor_reads_on_a_phone(new_page: Open, javascript: bool) -> None:
    page = new_page(javascript=javascript, width=375)
    page.goto(reverse("support:manuals"))
    inspect(page, javascript)
    page.get_by_role("link", name="Lire le manuel Visiteur et candidat").click()
    page.get_by_role("link", name="Commencer : Vérifier un certificat").click()
    is_on(page, "Vérifier un certificat")
    inspect(page, javascript)
    if javascript:
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("link", name="Tous les chapitres").click()
    page.get_by_role("navigation", name="Chapitres du manuel").get_by_role("link", name="Suivre sa demande").click()
    is_on(page, "Suivre sa demande")


def test_the_national_administration_changes_a_chapter_and_readers_see_it(
    new_page: Open, live_server: object, javascript: bool
) -> None:
    page = window_of(make_network_role(Role.NATIONAL_ADMINISTRATOR).person, new_page, live_server, javascript)
    menu(page, "Manuels")
    is_on(page, "Manuels")
    inspect(page, javascript)
    page.get_by_role("link", name="Formateur", exact=True).click()
    is_on(page, "Manuel Formateur")
    inspect(page, javascript)
    pass_step(page, "Monter Donner les résultats")
    page.get_by_role("link", name="Donner les résultats", exact=True).click()
    page.get_by_label("Texte", exact=True).fill("> Attention : vérifiez {rien}.")
    pass_step(page, "Publier")
    see(page, "Variable inconnue : {rien}.")
    inspect(page, javascript)
    text = "> Attention : vérifiez l’identité de chacun.\n\n## Ensuite\n\nRelisez [vos repères](#reperes)."
    page.get_by_label("Texte", exact=True).fill(text)
    pass_step(page, "Aperçu")
    expect(page.get_by_role("region", name="Aperçu")).to_contain_text("Vérifiez l’identité de chacun.")
    inspect(page, javascript)
    page.get_by_label("Illustration", exact=True).select_option("connexion")
    page.get_by_label("Texte de remplacement").fill("La page de connexion")
    pass_step(page, "Insérer")
    see(page, "L’illustration est à la fin du texte")
    pass_step(page, "Publier")
    see(page, "Le chapitre est publié.")

    reader = new_page(javascript=javascript)
    reader.goto(reverse("support:manual", args=["formateur"]))
    chapters = reader.get_by_role("navigation", name="Chapitres du manuel").get_by_role("link")
    expect(chapters.nth(1)).to_have_text("Donner les résultats")
    chapters.nth(1).click()
    see(reader, "Vérifiez l’identité de chacun.")
    expect(reader.get_by_role("img", name="La page de connexion")).to_be_visible()
    reader.get_by_role("article").get_by_role("link", name="vos repères").click()
    is_on(reader, "Vos repères")

    page.get_by_role("link", name="Donner les résultats", exact=True).click()
    history = page.get_by_role("list", name="Historique")
    expect(history).to_contain_text("Texte modifié")
    expect(history).to_contain_text("Changement de place")
    pass_step(page, "Reprendre le texte d’origine")
    see(page, "Rien ne change avant « Publier »")
    assert "Vérifiez l’identité de chaque stagiaire." in page.get_by_label("Texte", exact=True).input_value()
    page.get_by_role("link", name="Abandonner").click()
    page.get_by_role("link", name="Retirer Choisir votre caisse de rattachement").click()
    inspect(page, javascript)
    pass_step(page, "Retirer le chapitre")
    see(page, "Livrés avec l’application, absents de ce manuel")
    pass_step(page, "Ajouter Choisir votre caisse de rattachement")
    see(page, "est ajouté.")
