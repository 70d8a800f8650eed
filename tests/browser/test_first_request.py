"""Applicants, by visible words: a first request from the home page to its receipt, and a renewal."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from forprev.accreditation.models import Dossier, DossierState
from forprev.core.dates import add_months, french, today
from tests.browser.account_steps import NEW, inspect, link_in, text_of
from tests.browser.conftest import Open
from tests.browser.dossier_steps import PIECES_OF_SST_2, attach, choose, tell_of_the_organisation
from tests.browser.steps import give_password, is_on, pass_step, see, sign_in
from tests.documents import HOSTILE_PDF, pdf
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.organisations import OrganisationFactory, acting_manager
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

SUBJECTS = ["[FORPREV] Commencez votre demande d’habilitation", "[FORPREV] Votre demande {number} est transmise"]


def test_from_the_home_page_to_the_receipt(new_page: Open, javascript: bool, mailbox: Mailbox) -> None:
    page = new_page(javascript=javascript)
    page.goto("/")
    page.get_by_role("link", name="Première demande d’habilitation").click()
    is_on(page, "Première demande d’habilitation")
    inspect(page, javascript)
    page.get_by_label("Nom", exact=True).fill("ROUSSEL")
    page.get_by_label("Prénom").fill("Karim")
    page.get_by_label("Date de naissance").fill("03/05/1981")
    page.get_by_label("Raison sociale de l’organisme").fill("Atelier Roussel Formation")
    pass_step(page, "Recevoir le lien")
    see(page, "L’e-mail doit être renseigné.")
    page.get_by_label("E-mail").fill("karim@demo.test")
    pass_step(page, "Recevoir le lien")
    is_on(page, "Consultez votre messagerie")
    inspect(page, javascript)
    work()
    path = link_in(text_of(mailbox.messages[0]))

    page.goto(path)
    is_on(page, "Commencer ma demande")
    inspect(page, javascript)
    pass_step(page, "Commencer ma demande")
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW)
    page.get_by_label("Confirmez le nouveau mot de passe").fill(NEW)
    pass_step(page, "Enregistrer")
    give_password(page, "karim@demo.test", NEW)
    see(page, "Votre demande d’habilitation est à terminer")
    page.get_by_role("link", name="Reprendre ma demande").click()

    is_on(page, "Demande en brouillon")
    see(page, "Le SIRET doit être renseigné.")
    inspect(page, javascript)
    page.get_by_role("link", name="Votre organisme", exact=True).click()
    inspect(page, javascript)
    expect(page.get_by_label("Raison sociale")).to_have_value("Atelier Roussel Formation")
    tell_of_the_organisation(page, siret="732 829 320 00075")
    pass_step(page, "Enregistrer")
    see(page, "Ce SIRET n’existe pas")
    page.get_by_label("SIRET").fill("732 829 320 00074")
    page.get_by_label("Commune").select_option("Valence")
    pass_step(page, "Enregistrer")

    page.get_by_role("link", name="Habilitations demandées", exact=True).click()
    inspect(page, javascript)
    page.get_by_label("SST, niveau 2 (formation de formateurs)").check()
    pass_step(page, "Enregistrer")
    page.get_by_role("link", name="Vérifier et transmettre").click()
    see(page, "La demande ne peut pas encore être transmise")
    inspect(page, javascript)
    page.get_by_role("link", name="Revenir aux étapes").click()

    page.get_by_role("link", name="Attestation URSSAF", exact=True).click()
    inspect(page, javascript)
    choose(page, HOSTILE_PDF["a password"][0])
    see(page, "Ce PDF est protégé par un mot de passe")
    choose(page, pdf())
    for step in PIECES_OF_SST_2:
        attach(page, f"{step} – SST / 2")
    see(page, "Tout est renseigné")
    page.get_by_role("link", name="Vérifier et transmettre").click()
    inspect(page, javascript)
    pass_step(page, "Transmettre la demande")
    see(page, "Cochez la déclaration pour transmettre la demande.")
    page.get_by_label(re.compile("Je certifie l’exactitude")).check()
    pass_step(page, "Transmettre la demande")

    number = Dossier.objects.get().number
    is_on(page, f"Demande {number}")
    see(page, f"Votre demande est transmise sous le numéro {number}.")
    see(page, "Carsat Rhône-Alpes")
    inspect(page, javascript)
    work()
    subjects = [str(message["Subject"]).strip() for message in mailbox.messages]
    assert subjects == [subject.format(number=number) for subject in SUBJECTS]
    page.get_by_label("Votre message").fill("Avez-vous tout reçu ?")
    pass_step(page, "Envoyer le message")
    see(page, "Avez-vous tout reçu ?")
    page.get_by_role("link", name="Retirer la demande").click()
    inspect(page, javascript)
    pass_step(page, "Retirer la demande")
    see(page, "Vous avez retiré cette demande.")


def test_a24_a_renewal_from_the_accreditation_to_the_receipt(
    new_page: Open, javascript: bool, mailbox: Mailbox
) -> None:
    entity = OrganisationFactory(name="Mairie de Vanves")
    ends_on = add_months(today(), 5)
    held = accredit(entity, "SST", 1, starts_on=add_months(today(), -55), ends_on=ends_on)
    acting = acting_manager(entity, PersonFactory(last_name="GRISSET", first_name="Antoine"))
    AccountFactory(person=acting.person, email="antoine@demo.test")
    page = new_page(javascript=javascript)
    sign_in(page, "antoine@demo.test")
    page.goto("/habilitations")
    page.get_by_role("link", name=held.number).click()
    inspect(page, javascript)
    page.get_by_role("link", name="Renouveler", exact=True).click()
    is_on(page, "Nouvelle demande")
    see(page, "Une demande ne prolonge pas l’habilitation")
    inspect(page, javascript)
    expect(page.get_by_role("checkbox", name=held.number)).to_be_checked()
    page.get_by_label("PRAP IBC, niveau 1 (formation d’acteurs)").check()
    pass_step(page, "Commencer la demande")
    is_on(page, "Demande en brouillon")
    see(page, french(ends_on))
    see(page, "Tout est renseigné")
    inspect(page, javascript)
    page.goto("/demandes/a-traiter")
    is_on(page, "Mes demandes à traiter")
    inspect(page, javascript)
    page.get_by_role("main").get_by_role("link", name="Brouillon n°").click()
    page.get_by_role("link", name="Vérifier et transmettre").click()
    page.get_by_label(re.compile("Je certifie l’exactitude")).check()
    pass_step(page, "Transmettre la demande")
    dossier = Dossier.objects.get()
    assert dossier.state == DossierState.SUBMITTED
    is_on(page, f"Demande {dossier.number}")
    work()
    assert str(mailbox.messages[-1]["Subject"]).strip() == f"[FORPREV] Votre demande {dossier.number} est transmise"
