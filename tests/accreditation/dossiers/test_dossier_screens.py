"""The applicant's screens over HTTP: who gets in, what is said of what is wrong, what a second click does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from forprev.accounts.models import Role
from forprev.accreditation.dossiers import services
from forprev.accreditation.dossiers.selectors import applicant, demands_of
from forprev.accreditation.models import Dossier, DossierMessage, DossierState, PieceState
from forprev.core.dates import add_months, french, today
from forprev.core.uploads import MEGABYTE, Document
from forprev.notices.models import OutgoingMail
from tests.documents import HOSTILE_PDF, pdf, picture
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.accreditation import accredit
from tests.factories.catalogue import level
from tests.factories.dossiers import SIRET, data_dossier, entity_dossier, first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_officer, fund
from tests.factories.updating import entity_with_a_request
from tests.screens import make_entity, make_member, menu_of, queries_of, signed_in, text_of

pytestmark = pytest.mark.django_db

COMMON = {
    "organisation_name": "Atelier Roussel Formation",
    "kind": "O",
    "regime": "general",
    "siret": "732 829 320 00074",
    "nda": "84 26 00123 26",
    "address": "14 rue des Tanneurs",
    "postal_code": "26000",
    "city": "Valence",
    "signatory_name": "ROUSSEL Karim",
    "signatory_title": "Gérant",
    "activities": "Formations\nde secouristes",
}


def draft(**values: Any) -> tuple[Dossier, Client]:
    account = AccountFactory()
    return first_request(account.person, **values), browser_of(account)


def path(dossier: Dossier, page: str = "") -> str:
    return f"/demandes/{dossier.pk}{page}"


def upload(content: bytes, name: str = "urssaf.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def piece_path(dossier: Dossier) -> str:
    return path(dossier, f"/pieces/{demands_of(dossier)[0].key}")


# Who gets in


PAGES = ("", "/saisie", "/organisme", "/habilitations", "/transmettre", "/supprimer", "/retirer", "/completer")


def test_a_dossier_is_its_applicant_s_and_nobody_else_s() -> None:
    dossier, own = draft()
    strangers = [
        browser_of(AccountFactory()),
        signed_in(make_member(make_entity())),
        browser_of(AccountFactory(person=acting_officer(fund("rhone-alpes")).person)),
    ]
    document = path(dossier, f"/documents/{dossier.pieces.first().pk}")
    for page in (*(path(dossier, page) for page in PAGES), piece_path(dossier), document):
        assert Client().get(page)["Location"].startswith("/connexion")
        for browser in strangers:
            assert browser.get(page).status_code == 404, page
            assert browser.post(page).status_code in (404, 405), page
    assert own.get(path(dossier), follow=True).status_code == 200


def test_a_dossier_of_an_entity_is_its_managers() -> None:
    entity = make_entity()
    dossier = entity_dossier(entity)
    assert signed_in(make_member(entity)).get(path(dossier, "/saisie")).status_code == 200
    assert signed_in(make_member(make_entity("Autre"))).get(path(dossier, "/saisie")).status_code == 404
    assert signed_in(make_member(entity, Role.DELEGATE)).get(path(dossier, "/saisie")).status_code == 404


def test_a_manager_finds_its_earlier_first_request_again() -> None:
    member = make_member(make_entity())
    dossier = first_request(member.person, DossierState.REFUSED)
    assert signed_in(member).get(path(dossier)).status_code == 200


# Entering


def test_the_common_part_is_kept_and_shown_again() -> None:
    dossier, own = draft(kind="", siret="", nda="", activities="")
    page = own.get(path(dossier, "/organisme"))
    assert page.status_code == 200
    assert own.post(path(dossier, "/organisme"), {**COMMON, "version": 1})["Location"] == path(dossier, "/saisie")
    dossier.candidate.refresh_from_db()
    assert (dossier.candidate.siret, dossier.candidate.nda) == (SIRET, "84260012326")
    assert dossier.candidate.activities == "Formations\nde secouristes"
    assert "Atelier Roussel Formation" in own.get(path(dossier, "/organisme")).content.decode()


def test_a_draft_may_lack_anything() -> None:
    dossier, own = draft()
    assert own.post(path(dossier, "/organisme"), {"version": 1}).status_code == 302
    assert "Le SIRET doit être renseigné." in text_of(own.get(path(dossier, "/saisie")))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("siret", "73282932000075", "Ce SIRET n’existe pas"),
        ("siret", "123", "Un SIRET compte 14 chiffres"),
        ("nda", "8426001232", "compte 11 chiffres"),
        ("nda", "8426001232A", "compte 11 chiffres"),
        ("nda", "¹²³⁴⁵⁶⁷⁸⁹⁰¹", "compte 11 chiffres"),
        ("postal_code", "2600", "Le code postal compte cinq chiffres"),
        ("postal_code", "99999", "Ce code postal n’existe pas"),
        ("city", "", "Choisissez la commune"),
        ("kind", "X", "Type"),
        ("activities", "x" * 2001, "2000"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(field: str, value: str, message: str) -> None:
    dossier, own = draft()
    typed = {**COMMON, "postal_code": "26100", "city": "Romans-sur-Isère", "version": 1, field: value}
    if field == "city":
        typed["postal_code"] = "26400"  # serves several communes
    answer = own.post(path(dossier, "/organisme"), typed)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert 'value="Atelier Roussel Formation"' in answer.content.decode()
    dossier.refresh_from_db()
    assert dossier.version == 1


def test_the_siret_of_an_entity_offers_to_reach_its_managers() -> None:
    dossier, own = draft()
    its_manager = AccountFactory(person=acting_manager(OrganisationFactory(siret=SIRET)).person)
    typed = {**COMMON, "version": 1}
    answer = own.post(path(dossier, "/organisme"), typed)
    assert answer.status_code == 422
    assert "est déjà dans Forprev" in text_of(answer)
    assert "Prévenir les gestionnaires" in text_of(answer)
    for _ in range(2):
        told = own.post(path(dossier, "/organisme"), {**typed, "contact": "1"})
        assert told.status_code == 422
        assert its_manager.person.last_name not in told.content.decode()
        assert its_manager.email not in told.content.decode()
    assert OutgoingMail.objects.filter(person=its_manager.person).count() == 1


def test_a_stale_form_shows_both_versions() -> None:
    dossier, own = draft()
    other = browser_of(dossier.applicant.account)
    other.post(path(dossier, "/organisme"), {**COMMON, "organisation_name": "Autre nom", "version": 1})
    answer = own.post(path(dossier, "/organisme"), {**COMMON, "version": 1})
    assert answer.status_code == 409
    assert "Autre nom" in text_of(answer)
    assert "Atelier Roussel Formation" in text_of(answer)


def test_the_second_click_of_two_is_no_conflict() -> None:
    dossier, own = draft()
    answers = [own.post(path(dossier, "/organisme"), {**COMMON, "version": 1}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    answers = [
        own.post(path(dossier, "/habilitations"), {"levels": [level("SST", 2).pk], "version": 2}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 302]
    stale = own.post(path(dossier, "/habilitations"), {"levels": [level("SST", 1).pk], "version": 2})
    assert stale.status_code == 409


def test_b01_levels_of_the_inrs_are_not_offered() -> None:
    dossier, own = draft()
    page = text_of(own.get(path(dossier, "/habilitations")))
    assert "SST, niveau 1 (formation d’acteurs)" in page
    assert "SST, niveau 2 (formation de formateurs)" in page
    assert "niveau 3 (" not in page
    answer = own.post(path(dossier, "/habilitations"), {"version": 1})
    assert (answer.status_code, "Choisissez au moins une habilitation." in text_of(answer)) == (422, True)


def test_communes_are_everybody_s_with_an_account() -> None:
    assert browser_of(AccountFactory()).get("/demandes/communes?code_postal=26000").json() == {"communes": ["Valence"]}


# Pieces


def test_a_piece_is_sent_fetched_and_removed() -> None:
    dossier, own = draft(pieces=False)
    page = piece_path(dossier)
    assert own.get(page).status_code == 200
    for _ in range(2):
        sent = own.post(page, {"version": 1, "document": upload(pdf())})
        assert sent["Location"] == path(dossier, "/saisie")
    piece = dossier.pieces.get()
    fetched = own.get(path(dossier, f"/documents/{piece.pk}"))
    assert b"".join(fetched.streaming_content) == pdf()
    assert fetched["Content-Disposition"] == 'attachment; filename="urssaf.pdf"'
    assert fetched["Content-Type"] == "application/pdf"
    removal = path(dossier, f"/documents/{piece.pk}/retirer")
    assert own.post(removal, {"version": 1}).status_code == 409
    assert own.post(removal).status_code == 409
    for _ in range(2):
        assert own.post(removal, {"version": 2}).status_code == 302
    assert dossier.pieces.count() == 0


FAULTS = {
    "no PDF": (upload(b"<html>"), "Ce fichier n’est pas un PDF, malgré son nom."),
    "another kind": (upload(b"MZ", "a.exe"), "Ce type de fichier n’est pas admis"),
    "too large": (upload(pdf() + bytes(5 * MEGABYTE)), "il ne peut pas dépasser 5"),
    "a script": (upload(HOSTILE_PDF["JavaScript on opening"][0]), "Ce PDF contient un programme"),
    "a password": (upload(HOSTILE_PDF["a password"][0]), "Ce PDF est protégé par un mot de passe"),
    "nothing": (None, "Choisissez un fichier."),
    "empty": (upload(b""), "vide"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_document_is_told_beside_its_field(name: str) -> None:
    document, message = FAULTS[name]
    dossier, own = draft(pieces=False)
    if document:
        document.seek(0)
    answer = own.post(piece_path(dossier), {"version": 1, **({"document": document} if document else {})})
    assert answer.status_code == 422
    assert message in text_of(answer)
    assert re.search(r'name="document"[^>]*aria-invalid="true"', answer.content.decode())
    assert dossier.pieces.count() == 0


def test_a_picture_of_a_piece_will_do() -> None:
    dossier, own = draft(pieces=False)
    own.post(piece_path(dossier), {"version": 1, "document": upload(picture(), "urssaf.jpg")})
    assert dossier.pieces.get().content_type == "image/jpeg"


def test_another_piece_at_the_same_place_meanwhile_is_a_conflict() -> None:
    dossier, own = draft(pieces=False)
    own.post(piece_path(dossier), {"version": 1, "document": upload(pdf())})
    assert own.post(piece_path(dossier), {"version": 1, "document": upload(pdf(pages=2))}).status_code == 409


def test_an_unknown_piece_does_not_exist() -> None:
    dossier, own = draft()
    for key in ("999999", "1-1", "x", "9" * 40):
        assert own.get(path(dossier, f"/pieces/{key}")).status_code == 404
    other, _ = draft()
    foreign = path(dossier, f"/documents/{other.pieces.first().pk}")
    assert own.get(foreign).status_code == 404


# Sending and following


def test_the_check_page_sends_once() -> None:
    dossier, own = draft()
    page = text_of(own.get(path(dossier, "/transmettre")))
    assert "14 rue des Tanneurs, 26000 VALENCE" in page
    refused = own.post(path(dossier, "/transmettre"), {"version": 1})
    assert (refused.status_code, "Cochez la déclaration" in text_of(refused)) == (422, True)
    for _ in range(2):
        assert own.post(path(dossier, "/transmettre"), {"version": 1, "declared": "on"})["Location"] == path(dossier)
    dossier.refresh_from_db()
    assert OutgoingMail.objects.filter(subject__contains="est transmise").count() == 1
    follow = text_of(own.get(path(dossier)))
    assert dossier.number in follow
    assert "Carsat Rhône-Alpes" in follow
    assert french(today() + timedelta(days=60)) in follow
    assert "Je certifie l’exactitude" in follow


def test_b04_nothing_can_be_sent_while_something_is_missing() -> None:
    dossier, own = draft(pieces=False)
    page = own.get(path(dossier, "/transmettre"))
    assert "La pièce « Attestation URSSAF » doit être jointe." in text_of(page)
    assert "Transmettre la demande" not in text_of(page)
    answer = own.post(path(dossier, "/transmettre"), {"version": 1, "declared": "on"})
    assert answer.status_code == 422
    assert "La pièce « Attestation URSSAF » doit être jointe." in text_of(answer)


def test_a_stale_check_page_is_a_conflict() -> None:
    dossier, own = draft()
    services.save_common(dossier.pk, applicant(dossier.applicant), 1, services.Common())
    assert own.post(path(dossier, "/transmettre"), {"version": 1, "declared": "on"}).status_code == 409


def test_a_dossier_that_was_sent_is_entered_no_more() -> None:
    account = AccountFactory()
    dossier = first_request(account.person, DossierState.SUBMITTED)
    own = browser_of(account)
    for page in ("/saisie", "/organisme", "/habilitations", "/transmettre", "/supprimer", "/completer"):
        assert own.get(path(dossier, page)).status_code == 409, page
    assert own.get(piece_path(dossier)).status_code == 409


def test_the_follow_page_of_a_returned_dossier() -> None:
    account = AccountFactory()
    dossier = first_request(account.person, DossierState.TO_COMPLETE)
    dossier.pieces.update(state=PieceState.TO_CORRECT, remark="Illisible.")
    own = browser_of(account)
    page = text_of(own.get(path(dossier)))
    for words in ("Joindre la page 2.", "Illisible.", "À corriger", "Reprendre la saisie", "Transmettre le complément"):
        assert words in page
    assert "Supprimer le brouillon" not in page
    missing = text_of(own.get(path(dossier, "/completer")))
    assert "est à corriger : envoyez-la de nouveau." in missing
    own.post(piece_path(dossier), {"version": 1, "document": upload(pdf())})
    for _ in range(2):
        assert own.post(path(dossier, "/completer"), {"version": 2, "comment": "Voici."})["Location"] == path(dossier)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.UNDER_REVIEW


def test_a_message_is_sent_and_internal_notes_stay_hidden() -> None:
    account = AccountFactory()
    dossier = first_request(account.person, DossierState.UNDER_REVIEW)
    officer = acting_officer(fund("rhone-alpes"))
    AccountFactory(person=officer.person)
    from forprev.accreditation.dossiers import thread

    thread.write(dossier.pk, officer, "À voir avec le chef.", internal=True)
    thread.write(dossier.pk, officer, "Bonjour, une question.")
    own = browser_of(account)
    own.post(path(dossier), {"text": "Quand\nme répondrez-vous ?"})
    page = text_of(own.get(path(dossier)))
    assert "Bonjour, une question." in page
    assert "me répondrez-vous" in page
    assert "À voir avec le chef." not in page
    assert own.post(path(dossier), {"text": " "}).status_code == 422
    assert DossierMessage.objects.count() == 3
    assert OutgoingMail.objects.filter(person=account.person, subject__contains="Nouveau message").count() == 1


def test_withdrawing_asks_first_and_twice_is_once() -> None:
    account = AccountFactory()
    dossier = first_request(account.person, DossierState.SUBMITTED)
    own = browser_of(account)
    assert "Son instruction s’arrête" in text_of(own.get(path(dossier, "/retirer")))
    for _ in range(2):
        assert own.post(path(dossier, "/retirer"), {"version": 1, "reason": ""})["Location"] == path(dossier)
    dossier.refresh_from_db()
    assert dossier.state == DossierState.CANCELLED
    assert "Vous avez retiré cette demande." in text_of(own.get(path(dossier)))


def test_a_draft_is_discarded_after_confirmation() -> None:
    dossier, own = draft()
    assert "sans retour possible" in text_of(own.get(path(dossier, "/supprimer")))
    assert own.post(path(dossier, "/supprimer"), {"version": 7}).status_code == 409
    assert own.post(path(dossier, "/supprimer"), {"version": 1})["Location"] == "/premiere-demande"
    assert not Dossier.objects.exists()


# Of an entity


def test_a24_from_the_accreditation_s_page() -> None:
    entity = make_entity(regime="general")
    ends_on = add_months(today(), 5)
    held = accredit(entity, "SST", 1, starts_on=add_months(today(), -55), ends_on=ends_on)
    browser = signed_in(make_member(entity))
    page = browser.get(f"/habilitations/{held.pk}")
    assert f"/demandes/nouvelle?renouveler={held.pk}" in page.content.decode()
    form = browser.get(f"/demandes/nouvelle?renouveler={held.pk}")
    assert re.search(rf'name="renewals" value="{held.pk}"[^>]*checked', form.content.decode())
    assert "Une demande ne prolonge pas l’habilitation" in text_of(form)
    assert french(ends_on) in text_of(form)
    key = str(uuid4())
    paths = {browser.post("/demandes/nouvelle", {"key": key, "renewals": [held.pk]})["Location"] for _ in range(2)}
    (made,) = paths
    assert made == path(Dossier.objects.get())


@pytest.mark.parametrize("asked", ["", "x", "9" * 40, "²"])
def test_whatever_the_address_asks_to_renew(asked: str) -> None:
    browser = signed_in(make_member(make_entity()))
    assert browser.get(f"/demandes/nouvelle?renouveler={asked}").status_code == 200


def test_no_renewal_is_proposed_too_early_or_twice_or_to_others() -> None:
    entity = make_entity()
    early = accredit(entity, "PRAPIBC", 1, ends_on=add_months(today(), 20))
    held = accredit(entity, "SST", 1, ends_on=add_months(today(), 5))
    sent = entity_dossier(entity, DossierState.SUBMITTED, levels=(), renewed=(held,))
    browser = signed_in(make_member(entity))
    page = browser.get(f"/habilitations/{early.pk}")
    assert "renouveler=" not in page.content.decode()
    assert f"peut être demandé à partir du {french(add_months(today(), 8))}" in text_of(page)
    page = browser.get(f"/habilitations/{held.pk}")
    assert "renouveler=" not in page.content.decode()
    assert sent.number in text_of(page)
    form = text_of(browser.get("/demandes/nouvelle"))
    assert f"la demande {sent.number} est en cours" in form
    delegate = signed_in(make_member(entity, Role.DELEGATE))
    assert delegate.get(f"/demandes/nouvelle?renouveler={held.pk}").status_code == 403


def test_the_lists_of_an_entity() -> None:
    entity = make_entity()
    member = make_member(entity)
    browser = signed_in(member)
    waiting = entity_dossier(entity, DossierState.TO_COMPLETE)
    entity_dossier(entity, DossierState.DRAFT)
    sent = entity_dossier(entity, DossierState.SUBMITTED)
    refused = entity_dossier(entity, DossierState.REFUSED)
    other = entity_dossier(make_entity("Autre"), DossierState.SUBMITTED)
    ongoing = browser.get("/demandes/en-cours")
    assert sent.number in text_of(ongoing)
    assert "À traiter 2" in menu_of(ongoing)
    for absent in (waiting, refused, other):
        assert absent.number not in text_of(ongoing)
    awaiting = text_of(browser.get("/demandes/a-traiter"))
    assert waiting.number in awaiting
    assert "Brouillon n°" in awaiting
    assert "Nouvelle habilitation" in awaiting
    assert refused.number in text_of(browser.get("/demandes/closes"))
    exported = browser.get("/demandes/en-cours?export=csv")
    lines = b"".join(exported.streaming_content).decode("utf-8-sig")
    exported.close()
    assert f"{sent.number};Nouvelle habilitation\N{NO-BREAK SPACE}: SST / 1;" in lines


def test_a_change_of_data_is_in_the_same_list() -> None:
    acting = acting_manager(OrganisationFactory(department_id="26"))
    browser = browser_of(AccountFactory(person=acting.person))
    _, change = entity_with_a_request(acting)
    dossier = data_dossier(change)
    assert "Actualisation des informations" in text_of(browser.get("/demandes/en-cours"))
    page = text_of(browser.get(path(dossier)))
    assert "Modifier ou retirer cette demande d’actualisation" in page
    assert "Retirer la demande" not in page
    assert browser.get(path(dossier, "/saisie")).status_code == 409


def test_as_many_queries_for_thirty_as_for_one() -> None:
    entity = make_entity()
    browser = signed_in(make_member(entity))
    counts: dict[str, list[int]] = {}
    for number in (1, 30):
        for _ in range(number):
            latest = entity_dossier(entity, DossierState.SUBMITTED, levels=(("SST", 1), ("SST", 2)))
            entity_dossier(entity, DossierState.DRAFT, levels=(("SST", 1), ("SST", 2)))
        counts.setdefault("list", []).append(queries_of(browser, "/demandes/en-cours"))
        counts.setdefault("awaiting", []).append(queries_of(browser, "/demandes/a-traiter"))
        counts.setdefault("new", []).append(queries_of(browser, "/demandes/nouvelle"))
        counts.setdefault("dossier", []).append(queries_of(browser, path(latest)))
    assert {name: found[0] for name, found in counts.items()} == {name: found[1] for name, found in counts.items()}


def test_as_many_queries_for_ten_levels_as_for_one() -> None:
    entity = make_entity()
    browser = signed_in(make_member(entity))
    few = entity_dossier(entity, levels=(("SST", 2),), pieces=False)
    many = entity_dossier(entity, levels=(("SST", 1), ("SST", 2), ("PRAPIBC", 1), ("PRAPIBC", 2)), pieces=False)
    for page in ("/saisie", "/habilitations", "/transmettre"):
        assert queries_of(browser, path(few, page)) == queries_of(browser, path(many, page)), page


def test_the_document_of_a_piece_that_the_storage_lost_is_not_found() -> None:
    dossier, own = draft(pieces=False)
    document = Document("a.pdf", "application/pdf", pdf())
    piece = services.attach_piece(dossier.pk, applicant(dossier.applicant), 1, demands_of(dossier)[0].key, document)
    type(piece).objects.update(document="demandes/disparu.pdf")
    assert own.get(path(dossier, f"/documents/{piece.pk}")).status_code == 404


def test_what_waits_for_the_manager_is_on_its_dashboard_until_it_is_sent() -> None:
    place = OrganisationFactory()
    acting = acting_manager(place)
    client = browser_of(AccountFactory(person=acting.person))
    asked = entity_dossier(place, DossierState.TO_COMPLETE, person=acting.person)
    page = text_of(client.get("/tableau-de-bord"))
    assert "1 demande est à transmettre." in page
    assert f"Demande {asked.number}" in page
    services.complete(asked.pk, acting, asked.version)
    assert "à transmettre" not in text_of(client.get("/tableau-de-bord"))
