"""A whole new scheme by the screens of the national administration alone, until somebody holds its certificate."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forprev.accounts.models import Role
from forprev.catalogue.models import Qualification
from forprev.certification.models import Certificate
from forprev.core.dates import add_months, french, today
from tests.browser.account_steps import inspect, window_of
from tests.browser.conftest import Open
from tests.browser.steps import add_trainee, give, is_on, open_session, pass_step, see, tab
from tests.browser.test_journey import new_session
from tests.documents import words
from tests.factories.accreditation import accredit
from tests.factories.certification import trainer
from tests.factories.organisations import MembershipFactory, OrganisationFactory, acting_national

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

CODE = "Route-1"


def goes_to(page: Page, entry: str) -> None:
    page.get_by_role("navigation", name="Menu principal").get_by_role("link", name=entry, exact=True).click()
    is_on(page, entry)


def writes_its_template(page: Page, javascript: bool) -> None:
    goes_to(page, "Modèles de certificat")
    inspect(page, javascript)
    page.get_by_role("link", name="+ Nouveau modèle").click()
    page.get_by_label("Nom", exact=True).fill("Risque routier")
    pass_step(page, "Créer le modèle")
    expect(page.get_by_role("img", name="Certificat d’essai")).to_be_visible()
    page.get_by_label("Mention", exact=True).fill("Reconnu dans tout le transport de marchandises")
    page.get_by_label("Couleur", exact=True).fill("#5b2a86")
    pass_step(page, "Enregistrer le brouillon")
    see(page, "Le brouillon est enregistré")
    inspect(page, javascript)
    page.get_by_role("link", name="Publier").click()
    inspect(page, javascript)
    pass_step(page, "Publier")
    see(page, "La version est publiée")


def writes_the_scheme(page: Page, javascript: bool) -> None:
    goes_to(page, "Catalogue")
    inspect(page, javascript)
    page.get_by_role("link", name="+ Nouveau dispositif").click()
    pass_step(page, "Créer le dispositif")
    see(page, "Le code doit être renseigné.")
    page.get_by_label("Code", exact=True).fill("Route")
    page.get_by_label("Nom court", exact=True).fill("Risque routier")
    page.get_by_label("Intitulé", exact=True).fill("Prévention du risque routier professionnel")
    pass_step(page, "Créer le dispositif")
    is_on(page, "Dispositif Risque routier")
    page.get_by_label("Niveau", exact=True).select_option("1")
    pass_step(page, "Ajouter le niveau")
    see(page, "Le niveau est ajouté")
    inspect(page, javascript)


def writes_its_certificate(page: Page, javascript: bool) -> None:
    page.get_by_role("link", name="Créer un certificat").click()
    page.get_by_label("Code", exact=True).fill(CODE)
    page.get_by_label("Libellé court", exact=True).fill("Route-1")
    page.get_by_label("Titre", exact=True).fill("Certificat d’acteur de la prévention du risque routier")
    page.get_by_label("Modèle de certificat").select_option("Risque routier")
    page.get_by_label("Validité (mois)", exact=True).fill("18")
    page.get_by_label("Effectif minimal").fill("1")
    page.get_by_label("Effectif maximal").fill("8")
    page.get_by_role("group", name="Formateur qualifié par").get_by_label("SST-2").check()
    inspect(page, javascript)
    pass_step(page, "Créer le certificat")
    is_on(page, "Certificat Route-1")
    see(page, "En préparation")
    inspect(page, javascript)
    page.get_by_role("link", name="Ouvrir", exact=True).click()
    pass_step(page, "Ouvrir le certificat")
    see(page, "Le certificat est ouvert.")
    page.get_by_role("link", name="Prévoir de nouvelles règles").click()
    page.get_by_label("Sessions qui se terminent à partir du").fill(french(add_months(today(), 6)))
    page.get_by_label("Validité (mois)", exact=True).fill("36")
    pass_step(page, "Aperçu")
    see(page, "ce qui change")
    inspect(page, javascript)
    pass_step(page, "Enregistrer les règles")
    see(page, "À venir")
    page.get_by_role("navigation", name="Fil d’Ariane").get_by_role("link", name="Risque routier").click()
    page.get_by_label("Ouvert aux demandes d’habilitation").check()
    pass_step(page, "Enregistrer")
    see(page, "Le dispositif est enregistré.")


def test_a_new_scheme_is_written_and_a_session_run_on_it(new_page: Open, live_server: object, javascript: bool) -> None:
    manager = MembershipFactory(organisation=OrganisationFactory(name="MAROSE FORMATION"), role=Role.MANAGER)
    run_by = trainer(last_name="PARIS", first_name="Karine")
    national = window_of(acting_national(Role.NATIONAL_ADMINISTRATOR).person, new_page, live_server, javascript)
    writes_its_template(national, javascript)
    writes_the_scheme(national, javascript)
    writes_its_certificate(national, javascript)

    accredit(manager.organisation, "Route", 1)
    entity = window_of(manager.person, new_page, live_server, javascript)
    number = new_session(entity)
    entity.get_by_label("Dispositif").select_option(label="Risque routier")
    entity.get_by_label("Niveau", exact=True).select_option(label="1")
    entity.get_by_label("Certificat", exact=True).select_option(label="Route-1")
    entity.get_by_label("Lieu de formation en France").check()
    entity.get_by_label("Code postal").fill("26800")
    entity.get_by_label("Ville").fill("ETOILE SUR RHONE")
    entity.get_by_label("Stage initial").check()
    entity.get_by_label("Date de fin de session").fill(french(today()))
    pass_step(entity, "Suivant")
    entity.get_by_label("N° Forprev").fill(run_by.number)
    pass_step(entity, "Lancer la vérification")
    see(entity, "PARIS Karine peut animer cette session.")
    entity.get_by_role("link", name="Suivant").click()
    entity.get_by_role("link", name="Ajouter un stagiaire").click()
    add_trainee(entity, "Ferrand", "Régine", "06/04/1977")
    entity.get_by_role("link", name="Envoyer au formateur").click()
    pass_step(entity, "Envoyer au formateur")

    person = window_of(run_by, new_page, live_server, javascript)
    open_session(person, number)
    tab(person, "Stagiaires")
    give(person, "FERRAND Régine", "Réussite")
    person.get_by_label("Envoyer les résultats des stagiaires").check()
    pass_step(person, "Soumettre")
    pass_step(person, "Envoyer les résultats des stagiaires")

    open_session(entity, number)
    tab(entity, "Stagiaires")
    entity.get_by_label("Générer les certificats").check()
    pass_step(entity, "Soumettre")
    pass_step(entity, "Générer les certificats")
    with entity.expect_download() as download:
        entity.get_by_role("link", name="FERRAND Régine").click()
    paper = words(download.value.path().read_bytes())
    for said in (
        "Certificat d’acteur de la prévention du risque routier",
        "Reconnu dans tout le transport de marchandises",
        f"Fin de validité : {french(add_months(today(), 18))}",
        f"Route-1/{today().year}/000001",
    ):
        assert said in paper
    certificate = Certificate.objects.get(qualification=Qualification.objects.get(code=CODE))
    public = new_page(javascript=javascript)
    public.goto(f"/verification/{certificate.verification_code}")
    see(public, "Valide")
