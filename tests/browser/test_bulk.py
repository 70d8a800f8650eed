"""Twenty trainees pasted from a spreadsheet, three faults among them: seen, corrected, confirmed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forprev.certification.models import Trainee
from tests.browser.conftest import Open
from tests.browser.steps import open_session, pass_step, see, sign_in, tab
from tests.factories.accounts import AccountFactory
from tests.factories.certification import draft_session

pytestmark = pytest.mark.django_db(transaction=True)

LETTERS = "ABCDEFGHIJKLMNOPQRST"
SOUND = [
    [f"STAGIAIRE {letter * 3}", f"Camille {letter}", f"{n:02}/05/19{60 + n}"] for n, letter in enumerate(LETTERS, 1)
]
FAULTS = {4: ["STAGIAIRE DDD", "", "04/05/1964"], 9: [*SOUND[8][:2], "31/02/1969"], 15: SOUND[0]}
"""The fifteenth line repeats the first one."""
PASTED = [FAULTS.get(n, row) for n, row in enumerate(SOUND, 1)]


def line(page: Page, number: int) -> object:
    return page.get_by_role("group", name=f"Ligne {number} ")


def test_twenty_trainees_are_pasted_corrected_and_confirmed(new_page: Open, javascript: bool) -> None:
    session = draft_session(trainees=0)
    AccountFactory(person=session.created_by, email="romain@demo.test")
    page = new_page(javascript=javascript)
    sign_in(page, "romain@demo.test")
    open_session(page, session.pk)
    tab(page, "Stagiaires")
    page.get_by_role("link", name="Importer des stagiaires").click()
    rows = [["Nom", "Prénom", "Né(e) le"], *PASTED]
    page.get_by_label("Lignes copiées d’un tableur").fill("\n".join("\t".join(row) for row in rows))
    pass_step(page, "Voir les lignes")
    see(page, "20 lignes collées")
    see(page, "Refusées (3)")
    see(page, "Retenues (17)")
    assert not Trainee.objects.exists()

    expect(line(page, 5).get_by_label("Prénom")).to_have_attribute("aria-invalid", "true")
    see(page, "Le prénom doit être renseigné.")
    see(page, "Cette personne figure déjà à la ligne 2.")
    line(page, 5).get_by_label("Prénom").fill("Camille D")
    line(page, 10).get_by_label("Date de naissance").fill("9 mai 1969")
    pass_step(page, "Enregistrer les corrections")
    see(page, "2 lignes ont été enregistrées.")
    see(page, "Refusées (1)")
    line(page, 16).get_by_label("Nom", exact=True).fill("STAGIAIRE OOO")
    line(page, 16).get_by_label("Prénom").fill("Camille O")
    line(page, 16).get_by_label("Date de naissance").fill("15/05/75")
    pass_step(page, "Confirmer l’ajout de 19 stagiaires")
    see(page, "20 stagiaires ont été ajoutés à la session.")
    expect(page.get_by_role("row")).to_have_count(21)
    assert session.trainees.count() == 20
    assert str(Trainee.objects.get(first_name="Camille I").birth_date) == "1969-05-09"
