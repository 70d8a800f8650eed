"""A meeting of the national committee from its date to its minutes, and a suspension: by the words on the screen."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import expect

from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, Dossier, DossierState
from forprev.core.dates import french, today
from forprev.organisations.models import Organisation
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.dossier_steps import part_of
from tests.browser.steps import is_on, pass_step, see
from tests.factories.accounts import AccountFactory
from tests.factories.certification import draft_session, entity_of
from tests.factories.dossiers import entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_national

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

UNCLEAR = "Le programme ne dit rien des épreuves : complétez-le."


@transaction.atomic
def three_dossiers() -> list[Dossier]:
    """A first request of two levels, and two of entities; an opinion is given on each."""
    person = AccountFactory(email="karim@demo.test").person
    return [
        first_request(person, DossierState.OPINION_GIVEN, levels=(("SST", 1), ("SST", 2))),
        *(
            entity_dossier(OrganisationFactory(name=name), DossierState.OPINION_GIVEN)
            for name in ("Marose Formation", "Secours de l’Ouest")
        ),
    ]


def test_b02_from_the_date_of_a_meeting_to_its_minutes(new_page: Open, live_server: object, javascript: bool) -> None:
    first, second, third = three_dossiers()
    page = window_of(acting_national(Role.COMMITTEE).person, new_page, live_server, javascript)
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Commissions").click()
    is_on(page, "Commissions")
    see(page, "Aucune commission")
    inspect(page, javascript)
    page.get_by_role("link", name="+ Nouvelle commission").click()
    pass_step(page, "Prévoir la commission")
    see(page, "La date de la commission doit être renseignée.")
    inspect(page, javascript)
    page.get_by_label("Date de la commission").fill(french(today()))
    pass_step(page, "Prévoir la commission")
    is_on(page, f"Commission du {french(today())}")
    inspect(page, javascript)

    page.get_by_role("link", name="Inscrire des demandes").click()
    for dossier in (first, second, third):
        page.get_by_label(f"Inscrire la demande {dossier.number}").check()
    inspect(page, javascript)
    pass_step(page, "Inscrire les demandes cochées")
    see(page, "3 demandes sont inscrites à l’ordre du jour.")
    inspect(page, javascript)
    page.get_by_role("button", name=f"Monter la demande {third.number}").click()
    expect(page.get_by_role("row").nth(2)).to_contain_text(third.organisation_name)

    page.get_by_role("link", name="Ouvrir la séance").click()
    is_on(page, f"Séance du {french(today())}")
    inspect(page, javascript)
    part_of(page, first).get_by_label("Accepter").check()
    line = part_of(page, first).get_by_role("group", name="Nouvelle habilitation : SST / 2")
    line.get_by_label("Refusée").check()
    part_of(page, second).get_by_label("Refuser").check()
    part_of(page, second).get_by_label("Motif", exact=True).fill("Statuts non conformes.")
    part_of(page, third).get_by_label("Ajourner").check()
    pass_step(page, "Enregistrer les décisions")
    see(page, "SST / 2 : le motif du refus doit être renseigné.")
    see(page, "Le motif, et ce que le demandeur peut faire, doivent être renseignés.")
    expect(part_of(page, second).get_by_label("Motif", exact=True)).to_have_value("Statuts non conformes.")
    assert not Accreditation.objects.exists()
    inspect(page, javascript)
    part_of(page, first).get_by_label("Motif du refus de SST / 2").fill("Pas de plateforme.")
    part_of(page, third).get_by_label("Motif", exact=True).fill(UNCLEAR)
    pass_step(page, "Enregistrer les décisions")
    is_on(page, f"Commission du {french(today())}")
    see(page, "3 décisions sont enregistrées.")
    see(page, "Tout est décidé")
    inspect(page, javascript)
    granted = Accreditation.objects.get()
    assert granted.organisation == Organisation.objects.get(name=first.organisation_name)

    page.get_by_role("link", name="Clore la commission").click()
    inspect(page, javascript)
    page.get_by_label("Membres présents").fill("Mme Petit\nM. Grand")
    pass_step(page, "Clore la commission")
    see(page, "La commission est close")
    inspect(page, javascript)
    with page.expect_download() as download:
        page.get_by_role("link", name="Procès-verbal (PDF)").click()
    told = words_of(download.value.path())
    for words in ("Mme Petit", "Acceptée", "Refusée", "Ajournée", granted.number, "Pas de plateforme.", UNCLEAR):
        assert words in told


def words_of(pdf: Path) -> str:
    shown = subprocess.run(["/usr/bin/pdftotext", str(pdf), "-"], capture_output=True, check=True)
    return " ".join(shown.stdout.decode().split())


def test_b09_a_suspension_stops_a_session_in_preparation(new_page: Open, live_server: object, javascript: bool) -> None:
    with transaction.atomic():
        session = draft_session()
    held = session.accreditation
    assert held is not None
    page = window_of(acting_national(Role.COMMITTEE).person, new_page, live_server, javascript)
    manager = window_of(entity_of(session).person, new_page, live_server, javascript)
    page.goto(f"/habilitations/{held.pk}")
    inspect(page, javascript)
    page.get_by_role("link", name="Suspendre").click()
    see(page, "1 session en préparation ne peut plus avancer")
    inspect(page, javascript)
    pass_step(page, "Suspendre")
    see(page, "Le motif doit être renseigné.")
    page.get_by_label("Motif").fill("Effectifs dépassés.")
    pass_step(page, "Suspendre")
    see(page, "L’habilitation est suspendue.")
    see(page, f"Suspendue depuis le {french(today())}")
    inspect(page, javascript)

    manager.goto(f"/sessions/{session.pk}/envoyer")
    see(manager, "n’est pas valide au")
    manager.goto(f"/habilitations/{held.pk}")
    see(manager, "Effectifs dépassés.")
    inspect(manager, javascript)

    page.get_by_role("link", name="Retirer l’habilitation").click()
    inspect(page, javascript)
    page.get_by_label("Motif").fill("Rien n’a changé.")
    pass_step(page, "Retirer l’habilitation")
    see(page, "L’habilitation est retirée.")
    expect(page.get_by_role("link", name="Lever la suspension")).to_have_count(0)
