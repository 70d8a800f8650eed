"""What applicants and those who decide do about a dossier, by the words that they see."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from forprev.accreditation.models import Dossier
from forprev.core.dates import french, today
from tests.browser.steps import is_on, pass_step, see
from tests.documents import pdf

PIECES_OF_SST_2 = (
    "Programme du stage initial",
    "Programme de la mise à jour des compétences",
    "Déroulé pédagogique du stage initial",
    "Déroulé pédagogique de la mise à jour des compétences",
)
"""Besides the attestation of URSSAF."""


def ask_for_a_link(page: Page, *, last_name: str, first_name: str, email: str, organisation: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Première demande d’habilitation").click()
    page.get_by_label("Nom", exact=True).fill(last_name)
    page.get_by_label("Prénom").fill(first_name)
    page.get_by_label("Date de naissance").fill("03/05/1981")
    page.get_by_label("Raison sociale de l’organisme").fill(organisation)
    page.get_by_label("E-mail").fill(email)
    pass_step(page, "Recevoir le lien")
    is_on(page, "Consultez votre messagerie")


def tell_of_the_organisation(page: Page, siret: str) -> None:
    """A training body of Valence, of the general regime."""
    page.get_by_label("Organisme de formation").check()
    page.get_by_label("Régime général").check()
    page.get_by_label("SIRET").fill(siret)
    page.get_by_label("Numéro de déclaration d’activité").fill("84 26 00123 26")
    page.get_by_label("Adresse", exact=True).fill("14 rue des Tanneurs")
    page.get_by_label("Code postal").fill("26000")
    page.get_by_label("Nom", exact=True).fill("ROUSSEL Karim")
    page.get_by_label("Fonction").fill("Gérant")
    page.get_by_label("Activités").fill("Formation de secouristes du travail")


def attach(page: Page, step: str, content: bytes | None = None) -> None:
    page.get_by_role("link", name=step, exact=True).click()
    choose(page, content or pdf())


def choose(page: Page, content: bytes) -> None:
    document = {"name": "piece.pdf", "mimeType": "application/pdf", "buffer": content}
    page.get_by_label("Document", exact=True).set_input_files(document)  # type: ignore[arg-type]
    pass_step(page, "Enregistrer")


def submit(page: Page) -> Dossier:
    """From the task list to the receipt."""
    page.get_by_role("link", name="Vérifier et transmettre").click()
    page.get_by_label(re.compile("Je certifie l’exactitude")).check()
    pass_step(page, "Transmettre la demande")
    see(page, "Votre demande est transmise")
    return Dossier.objects.get(state="submitted")


def open_from_the_queue(page: Page, dossier: Dossier) -> None:
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("list", name="DEMANDES").get_by_role("link", name="À traiter").click()
    is_on(page, "Demandes à traiter")
    page.get_by_role("link", name=str(dossier.number)).click()
    is_on(page, str(dossier))


def pieces_conform(page: Page) -> None:
    """All of them, on the page of the review."""
    pieces = page.get_by_role("region", name="Pièces").get_by_role("listitem")
    for each in pieces.filter(has=page.get_by_label("Conforme")).all():
        each.get_by_label("Conforme").check()
    pass_step(page, "Enregistrer l’examen des pièces")


def give_opinion(page: Page, opinion: str, reason: str = "") -> None:
    page.get_by_role("link", name="Rendre un avis").click()
    page.get_by_label(opinion, exact=True).check()
    if reason:
        page.get_by_label("Motif").fill(reason)
    pass_step(page, "Continuer")
    is_on(page, "Confirmer l’avis ?")
    pass_step(page, "Rendre cet avis")
    see(page, "Avis rendu")


def plan_a_meeting(page: Page, *dossiers: Dossier) -> None:
    """Today's, with these on its agenda; the page of the sitting is opened."""
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Commissions").click()
    page.get_by_role("link", name="+ Nouvelle commission").click()
    page.get_by_label("Date de la commission").fill(french(today()))
    pass_step(page, "Prévoir la commission")
    page.get_by_role("link", name="Inscrire des demandes").click()
    for dossier in dossiers:
        page.get_by_label(f"Inscrire la demande {dossier.number}").check()
    pass_step(page, "Inscrire les demandes cochées")
    page.get_by_role("link", name="Ouvrir la séance").click()
    is_on(page, f"Séance du {french(today())}")


def part_of(page: Page, dossier: Dossier) -> Locator:
    """What is decided of it in a sitting."""
    return page.get_by_role("region", name=f"{dossier.organisation_name}, demande {dossier.number}")
