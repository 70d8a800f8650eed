"""The one journey that the product exists for, by visible words, with and without JavaScript."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from forprev.accounts.models import Role
from forprev.certification.models import Certificate, TrainingSession
from forprev.core.dates import add_months, french, today
from tests.browser.conftest import Open
from tests.browser.steps import (
    add_trainee,
    choose_fund,
    give,
    give_password,
    open_awaiting,
    open_session,
    pass_step,
    see,
    sign_in,
    tab,
)
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.certification import taken_over, trainer
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

END = today() - timedelta(days=2)


def text_of(content: bytes) -> str:
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    return " ".join(text.replace("\u200b", "").replace("\xa0", " ").split())


def manager_of(name: str) -> MembershipFactory:
    person = PersonFactory(last_name="DURAND", first_name="Romain")
    AccountFactory(person=person, email="romain@demo.test")
    return MembershipFactory(organisation=OrganisationFactory(name=name), person=person, role=Role.MANAGER)


def new_session(page: Page) -> int:
    open_awaiting(page)
    page.get_by_role("button", name="Nouvelle session").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("Session de certification n°")
    return int(re.search(r"n°(\d+)", heading.inner_text())[1])  # type: ignore[index]


def fill_details(page: Page, scheme: str, level: str, certificate: str) -> None:
    page.get_by_label("Dispositif").select_option(label=scheme)
    page.get_by_label("Niveau").select_option(label=level)
    page.get_by_label("Certificat", exact=True).select_option(label=certificate)
    page.get_by_label("Lieu de formation en France").check()
    page.get_by_label("Code postal").fill("26800")
    page.get_by_label("Ville").fill("ETOILE SUR RHONE")
    page.get_by_label("Stage initial").check()
    page.get_by_label("Date de fin de session").fill(french(END))


def test_from_a_new_session_to_certificates_in_hand(new_page: Open, javascript: bool) -> None:
    organisation = manager_of("MAROSE FORMATION").organisation
    accredit(organisation, "SST", 1)
    run_by = trainer(last_name="PARIS", first_name="Karine")
    AccountFactory(person=run_by, email="karine@demo.test")
    stranger = PersonFactory(last_name="INCONNU", first_name="Jean")

    entity = new_page(javascript=javascript)
    sign_in(entity, "romain@demo.test")
    number = new_session(entity)

    # A31: what is missing is said beside the field and on top; nothing typed is lost.
    pass_step(entity, "Suivant")
    see(entity, "Il y a un problème")
    expect(entity.get_by_role("link", name="Le certificat doit être renseigné.")).to_be_visible()
    fill_details(entity, "SST", "1", "SST-1")
    pass_step(entity, "Suivant")

    # A34: the four answers, first of somebody who is no trainer.
    expect(entity.get_by_role("button", name="Lancer la vérification")).to_be_visible()
    entity.get_by_label("N° Forprev").fill(stranger.number)
    pass_step(entity, "Lancer la vérification")
    see(entity, "Elle a un rôle de formateur")
    see(entity, "Cette personne n’a pas de rôle de formateur en cours.")
    entity.get_by_label("N° Forprev").fill("")
    entity.get_by_label("Nom", exact=True).fill("Paris")
    entity.get_by_label("Prénom").fill("Karine")
    entity.get_by_label("Date de naissance").fill(french(run_by.birth_date))
    pass_step(entity, "Lancer la vérification")
    see(entity, "PARIS Karine peut animer cette session.")
    entity.get_by_role("link", name="Suivant").click()

    # Trainees of level acteur: three fields, nobody twice, no impossible date.
    entity.get_by_role("link", name="Ajouter un stagiaire").click()
    add_trainee(entity, "Ferrand", "Régine", "06/04/1977")
    see(entity, "FERRAND Régine a été ajouté")
    add_trainee(entity, "FERRAND", "Regine", "6.4.77")
    see(entity, "Ce stagiaire figure déjà dans la session.")
    add_trainee(entity, "Faure", "Myriam", "31/02/1978")
    see(entity, "Cette date n’existe pas")
    add_trainee(entity, "Faure-Lévêque", "Myriam", "15031978")
    add_trainee(entity, "d’Œuf", "Zoé", "18/02/1964")
    add_trainee(entity, "Jégou", "Pierre", "29/02/1980")
    see(entity, "4 stagiaires")
    entity.get_by_role("link", name="Envoyer au formateur").click()
    see(entity, "Vérifier et envoyer")
    pass_step(entity, "Envoyer au formateur")
    see(entity, f"La session n°{number} a été envoyée à PARIS Karine")

    # The trainer returns it with a comment, the entity corrects it and sends it again.
    person = new_page(javascript=javascript)
    sign_in(person, run_by.number)
    open_session(person, number)
    expect(person.get_by_role("main")).to_contain_text("En cours de validation Formateur")
    tab(person, "Stagiaires")
    person.get_by_label("Retour commenté").check()
    person.get_by_label("Mon commentaire").fill("La ville n’est pas la bonne.")
    pass_step(person, "Soumettre")
    see(person, "a été retournée à MAROSE FORMATION")
    open_session(entity, number)
    see(entity, "La ville n’est pas la bonne.")
    see(entity, "En cours de saisie")
    entity.get_by_label("Ville").fill("VALENCE")
    pass_step(entity, "Enregistrer")
    see(entity, "La session est enregistrée.")
    tab(entity, "Stagiaires")
    entity.get_by_role("link", name="Envoyer au formateur").click()
    pass_step(entity, "Envoyer au formateur")

    # Results: saved half-way, taken up again, sent after a look at the failures.
    open_session(person, number)
    tab(person, "Stagiaires")
    give(person, "FERRAND Régine", "Réussite")
    pass_step(person, "Enregistrer")
    see(person, "Les résultats sont enregistrés.")
    give(person, "FAURE-LÉVÊQUE Myriam", "Échec")
    give(person, "D’ŒUF Zoé", "Réussite")
    give(person, "JÉGOU Pierre", "Réussite")
    person.get_by_label("Envoyer les résultats des stagiaires").check()
    pass_step(person, "Soumettre")
    see(person, "1 échec")
    pass_step(person, "Envoyer les résultats des stagiaires")
    see(person, "ont été envoyés à MAROSE FORMATION")

    # Generation, downloads, the paper itself.
    open_session(entity, number)
    see(entity, "En cours de validation Entité")
    tab(entity, "Stagiaires")
    entity.get_by_label("Générer les certificats").check()
    pass_step(entity, "Soumettre")
    see(entity, "3 certificats seront créés et numérotés.")
    pass_step(entity, "Générer les certificats")
    see(entity, "3 candidats ont validé la certification")
    see(entity, "Certificats générés")
    with entity.expect_download() as download:
        entity.get_by_role("link", name="Télécharger les certificats").click()
    papers = {}
    with zipfile.ZipFile(download.value.path()) as archive:
        papers = {name: text_of(archive.read(name)) for name in archive.namelist()}
    assert len(papers) == 3
    expires = french(add_months(END, 24))
    for last_name, first_name, born in (
        ("FERRAND", "Régine", "06/04/1977"),
        ("D’ŒUF", "Zoé", "18/02/1964"),
        ("JÉGOU", "Pierre", "29/02/1980"),
    ):
        (paper,) = (text for text in papers.values() if f"{last_name} {first_name}" in text)
        assert f"Né(e) le : {born}" in paper
        assert f"Délivré le : {french(END)}" in paper
        assert f"Fin de validité : {expires}" in paper
        assert re.search(r"N° Forprev : [A-Z]{3}\d{5}", paper)
        assert "MAROSE FORMATION" in paper

    # History tells each step; the public check knows the paper.
    tab(entity, "Session")
    for step in ("Nouvelle session", "Envoyer au formateur", "Retour commenté", "Générer les certificats"):
        expect(entity.get_by_role("list", name="Historique")).to_contain_text(step)
    certificate = Certificate.objects.filter(session=number).first()
    assert certificate is not None
    public = new_page(javascript=javascript)
    public.goto(f"/verification/{certificate.verification_code}")
    see(public, "Valide")
    expect(public.get_by_role("main")).not_to_contain_text(certificate.holder_last_name)


def test_future_trainers_by_number_or_by_e_mail(new_page: Open, javascript: bool) -> None:
    organisation = manager_of("INRS").organisation
    accredit(organisation, "SST", 2)
    run_by = trainer("SST-3", last_name="ROUX", first_name="Anne")
    AccountFactory(person=run_by, email="anne@demo.test")
    known = PersonFactory(last_name="MARTIN", first_name="Luc")
    AccountFactory(person=known, email="luc@demo.test")
    taken_over(known, "SST-1")

    entity = new_page(javascript=javascript)
    sign_in(entity, "romain@demo.test")
    number = new_session(entity)
    fill_details(entity, "SST", "2", "SST-2")
    pass_step(entity, "Suivant")
    entity.get_by_label("N° Forprev").fill(run_by.number.lower())
    pass_step(entity, "Lancer la vérification")
    entity.get_by_role("link", name="Suivant").click()

    entity.get_by_role("link", name="Ajouter un stagiaire").click()
    entity.get_by_label("N° Forprev").fill(known.number)
    entity.get_by_label("Nom", exact=True).fill("Martin")
    pass_step(entity, "Pré-remplir")
    expect(entity.get_by_label("Prénom")).to_have_value("Luc")
    entity.get_by_role("button", name="Ajouter").click()
    see(entity, "MARTIN Luc a été ajouté")
    entity.get_by_label("E-mail").fill("")
    add_trainee(entity, "Nouvelle", "Inès", "02/03/1990")
    see(entity, "L’e-mail doit être renseigné")
    entity.get_by_label("E-mail").fill("ines@demo.test")
    entity.get_by_role("button", name="Ajouter").click()
    see(entity, "NOUVELLE Inès a été ajouté")
    entity.get_by_role("link", name="Envoyer au formateur").click()
    pass_step(entity, "Envoyer au formateur")
    see(entity, "Il y a un problème")
    for box in entity.get_by_role("main").get_by_role("checkbox").all():
        box.check()
    pass_step(entity, "Envoyer au formateur")
    see(entity, "a été envoyée à ROUX Anne")

    person = new_page(javascript=javascript)
    sign_in(person, "anne@demo.test")
    open_session(person, number)
    tab(person, "Stagiaires")
    give(person, "MARTIN Luc", "Réussite")
    give(person, "NOUVELLE Inès", "Réussite")
    person.get_by_label("Envoyer les résultats des stagiaires").check()
    pass_step(person, "Soumettre")
    pass_step(person, "Envoyer les résultats des stagiaires")
    open_session(entity, number)
    tab(entity, "Stagiaires")
    entity.get_by_label("Générer les certificats").check()
    pass_step(entity, "Soumettre")
    pass_step(entity, "Générer les certificats")
    see(entity, "2 candidats ont validé la certification")

    graduate = new_page(javascript=javascript)
    give_password(graduate, "luc@demo.test")
    choose_fund(graduate, "Carsat Bretagne")
    graduate.get_by_role("navigation", name="Menu principal").get_by_role("link", name="CERTIFICATS").click()
    expect(graduate.get_by_role("heading", level=1, name="Mes Certificats")).to_be_visible()
    see(graduate, french(add_months(END, 36)))
    with graduate.expect_download() as download:
        graduate.get_by_role("link", name="Télécharger").click()
    assert "MARTIN Luc" in text_of(download.value.path().read_bytes())


def test_a_session_is_deleted_after_confirmation(new_page: Open, javascript: bool) -> None:
    manager_of("MAROSE FORMATION")
    entity = new_page(javascript=javascript)
    sign_in(entity, "romain@demo.test")
    number = new_session(entity)
    open_awaiting(entity)
    entity.get_by_role("link", name=f"Supprimer la session n°{number}").click()
    see(entity, "Cette action est définitive")
    entity.get_by_role("link", name="Annuler").click()
    open_awaiting(entity)
    entity.get_by_role("link", name=f"Supprimer la session n°{number}").click()
    pass_step(entity, "Supprimer la session")
    see(entity, "a été supprimée")
    see(entity, "Vous n’avez pas de session de certification à traiter")
    assert TrainingSession.objects.get(pk=number).state == "deleted"
