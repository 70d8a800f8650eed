"""An officer reviews a dossier by visible words, with and without JavaScript: pieces, completion, opinion, data."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from playwright.sync_api import expect

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.models import Dossier
from forprev.accreditation.review.services import examine
from forprev.accreditation.workflow import Action
from forprev.organisations.models import Organisation
from tests.accreditation.review.common import State, applicant_with_a_request, data_request, marked, officer
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.dossier_steps import open_from_the_queue, pieces_conform
from tests.browser.steps import is_on, pass_step, see
from tests.documents import pdf
from tests.factories.dossiers import first_request
from tests.factories.updating import certificate, send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acting() -> Acting:
    return officer()


def completed(dossier: Dossier) -> None:
    """As the applicant does."""
    with acting_on(dossier.pk, Acting(person=dossier.applicant, role=Role.APPLICANT), Action.COMPLETE) as held:
        held.completion = ""


def give_documents(dossier: Dossier) -> None:
    for piece in dossier.pieces.all():
        piece.document = default_storage.save("pieces/essai.pdf", ContentFile(pdf()))
        piece.save()


def test_pieces_then_completion_then_opinion(
    new_page: Open, javascript: bool, acting: Acting, live_server: object
) -> None:
    dossier = applicant_with_a_request(State.SUBMITTED, levels=(("SST", 2),))
    give_documents(dossier)
    page = window_of(acting.person, new_page, live_server, javascript)
    see(page, "1 demande attend votre réponse.")
    open_from_the_queue(page, dossier)
    pass_step(page, "Prendre en charge")
    see(page, "elle est en instruction")

    pieces = page.get_by_role("region", name="Pièces")
    piece = pieces.get_by_role("listitem").first
    with page.expect_download() as fetched:
        piece.get_by_role("link").click()
    assert fetched.value.suggested_filename.endswith(".pdf")
    piece.get_by_label("À corriger").check()
    pass_step(page, "Enregistrer l’examen des pièces")
    see(page, "Dites ce qui est à corriger")
    inspect(page, javascript)
    piece.get_by_label("Remarque").fill("Manque la page 2.")
    pass_step(page, "Enregistrer l’examen des pièces")
    see(page, "L’examen des pièces est enregistré.")

    page.get_by_role("link", name="Demander un complément").click()
    expect(page.get_by_label("Ce qui est à compléter")).to_have_value(f"{label(dossier)} : Manque la page 2.")
    inspect(page, javascript)
    pass_step(page, "Envoyer la demande de complément")
    is_on(page, str(dossier))
    see(page, "À compléter")

    completed(dossier)
    page.reload()
    pieces_conform(page)
    page.get_by_role("link", name="Rendre un avis").click()
    page.get_by_label("Favorable avec réserves").check()
    pass_step(page, "Continuer")
    see(page, "Le motif doit être renseigné.")
    inspect(page, javascript)
    page.get_by_label("Favorable", exact=True).check()
    pass_step(page, "Continuer")
    is_on(page, "Confirmer l’avis ?")
    inspect(page, javascript)
    pass_step(page, "Rendre cet avis")
    see(page, "Avis rendu")
    inspect(page, javascript)
    dossier.refresh_from_db()
    assert dossier.state == State.OPINION_GIVEN


def label(dossier: Dossier) -> str:
    """Of the first piece on the page: the organisation's own come first."""
    piece = dossier.pieces.select_related("rule").filter(line=None).order_by("rule__rank").first()
    assert piece is not None
    return str(piece.rule.label)


def test_messages_and_notes(new_page: Open, javascript: bool, acting: Acting, live_server: object) -> None:
    dossier = applicant_with_a_request(State.UNDER_REVIEW)
    page = window_of(acting.person, new_page, live_server, javascript)
    open_from_the_queue(page, dossier)
    thread = page.get_by_role("region", name="Échanges avec le demandeur")
    thread.get_by_label("Message").fill("Bonjour, votre dossier est en bonne voie.")
    pass_step(page, "Envoyer au demandeur")
    expect(thread.get_by_role("listitem")).to_contain_text("en bonne voie")
    notes = page.get_by_role("region", name="Notes internes")
    notes.get_by_label("Note interne").fill("À voir avec le contrôleur de sécurité.")
    pass_step(page, "Enregistrer la note")
    expect(notes.get_by_role("listitem")).to_contain_text("contrôleur")
    inspect(page, javascript)


def test_a_new_address_is_accepted(new_page: Open, javascript: bool, acting: Acting, live_server: object) -> None:
    manager, _, dossier = data_request(address="2 rue Neuve")
    send(manager, urssaf=certificate())
    page = window_of(acting.person, new_page, live_server, javascript)
    open_from_the_queue(page, dossier)
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Adresse"))
    expect(row.get_by_role("cell")).to_have_text(["14 rue des Tanneurs", "2 rue Neuve"])
    inspect(page, javascript)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Attestation.pdf").click()
    assert fetched.value.suggested_filename == "Attestation.pdf"
    pass_step(page, "Prendre en charge")
    page.get_by_role("main").get_by_role("link", name="Refuser").click()
    inspect(page, javascript)
    page.get_by_role("link", name="Annuler").click()
    page.get_by_role("main").get_by_role("link", name="Accepter").click()
    inspect(page, javascript)
    pass_step(page, "Accepter")
    see(page, "les informations de l’entité sont à jour")
    assert Organisation.objects.get().address == "2 rue Neuve"


def test_the_queue_is_accessible(new_page: Open, acting: Acting, live_server: object) -> None:
    page = window_of(acting.person, new_page, live_server, javascript=True)
    page.goto("/instruction")
    inspect(page, javascript=True)
    with transaction.atomic():
        late, dossier = (first_request(state=State.UNDER_REVIEW, levels=(("SST", 2),)) for _ in range(2))
    Dossier.objects.filter(pk=late.pk).update(due_on="2026-01-05")
    for path in ("/instruction", "/instruction/toutes?nouveau=1", "/tableau-de-bord", f"/instruction/{late.pk}"):
        page.goto(path)
        inspect(page, javascript=True)
    examine(dossier.pk, acting, dossier.version, marked(dossier))
    page.goto(f"/instruction/{dossier.pk}/avis")
    inspect(page, javascript=True)
