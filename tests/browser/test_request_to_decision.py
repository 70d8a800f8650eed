"""Dossiers through every actor, by visible words: the applicant, the fund's officer, the national committee."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, Dossier, DossierState
from forprev.core.dates import add_months, french, today
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from tests.accreditation.review.common import officer
from tests.browser.account_steps import NEW, inspect, link_in, text_of, window_of
from tests.browser.conftest import Open
from tests.browser.dossier_steps import (
    PIECES_OF_SST_2,
    ask_for_a_link,
    attach,
    give_opinion,
    open_from_the_queue,
    part_of,
    pieces_conform,
    plan_a_meeting,
    submit,
    tell_of_the_organisation,
)
from tests.browser.steps import give_password, is_on, pass_step, see
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.dossiers import entity_dossier
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


@pytest.fixture
def acting() -> Acting:
    return officer()


def committee(new_page: Open, live_server: object, javascript: bool) -> Page:
    return window_of(acting_national(Role.COMMITTEE).person, new_page, live_server, javascript)


def last_mail(mailbox: Mailbox, address: str) -> str:
    work()
    return text_of([message for message in mailbox.messages if message["To"] == address][-1])


def test_a_first_request_becomes_an_accreditation(
    new_page: Open, javascript: bool, mailbox: Mailbox, acting: Acting, live_server: object
) -> None:
    karim = new_page(javascript=javascript)
    ask_for_a_link(
        karim, last_name="ROUSSEL", first_name="Karim", email="karim@demo.test", organisation="Atelier Roussel"
    )
    karim.goto(link_in(last_mail(mailbox, "karim@demo.test")))
    pass_step(karim, "Commencer ma demande")
    karim.get_by_label("Nouveau mot de passe", exact=True).fill(NEW)
    karim.get_by_label("Confirmez le nouveau mot de passe").fill(NEW)
    pass_step(karim, "Enregistrer")
    give_password(karim, "karim@demo.test", NEW)
    karim.get_by_role("link", name="Reprendre ma demande").click()
    karim.get_by_role("link", name="Votre organisme", exact=True).click()
    tell_of_the_organisation(karim, siret="732 829 320 00074")
    if javascript:
        karim.get_by_label("Commune").select_option("Valence")
    pass_step(karim, "Enregistrer")
    karim.get_by_role("link", name="Habilitations demandées", exact=True).click()
    karim.get_by_label("SST, niveau 2 (formation de formateurs)").check()
    pass_step(karim, "Enregistrer")
    attach(karim, "Attestation URSSAF")
    for step in PIECES_OF_SST_2:
        attach(karim, f"{step} – SST / 2")
    dossier = submit(karim)

    agent = window_of(acting.person, new_page, live_server, javascript)
    open_from_the_queue(agent, dossier)
    pass_step(agent, "Prendre en charge")
    programme = agent.get_by_role("listitem").filter(has_text=PIECES_OF_SST_2[0]).last
    programme.get_by_label("À corriger").check()
    programme.get_by_label("Remarque").fill("Les épreuves n’y sont pas.")
    pass_step(agent, "Enregistrer l’examen des pièces")
    agent.get_by_role("link", name="Demander un complément").click()
    pass_step(agent, "Envoyer la demande de complément")
    see(agent, "À compléter")

    told = last_mail(mailbox, "karim@demo.test")
    assert "Les épreuves n’y sont pas." in told
    karim.goto(link_in(told))
    see(karim, "Les épreuves n’y sont pas.")
    inspect(karim, javascript)
    karim.get_by_role("link", name="Reprendre la saisie").click()
    attach(karim, f"{PIECES_OF_SST_2[0]} – SST / 2")
    karim.goto(f"/demandes/{dossier.pk}")
    karim.get_by_role("link", name="Transmettre le complément").click()
    karim.get_by_label("Votre réponse").fill("Voici le programme entier.")
    pass_step(karim, "Transmettre le complément")
    see(karim, "En instruction")

    open_from_the_queue(agent, dossier)
    see(agent, "Voici le programme entier.")
    pieces_conform(agent)
    give_opinion(agent, "Favorable")

    member = committee(new_page, live_server, javascript)
    plan_a_meeting(member, dossier)
    part_of(member, dossier).get_by_label("Accepter").check()
    pass_step(member, "Enregistrer les décisions")
    see(member, "Tout est décidé")

    granted = Accreditation.objects.get()
    assert granted.organisation == Organisation.objects.get(siret="73282932000074")
    assert granted.ends_on == add_months(granted.starts_on, 60)
    told = last_mail(mailbox, "karim@demo.test")
    assert granted.number in told
    assert "Vous êtes maintenant gestionnaire" in told
    karim.goto("/tableau-de-bord")
    pass_step(karim, "Tout est exact, continuer")
    pass_step(karim, "Enregistrer et continuer")
    is_on(karim, "Tableau de bord")
    menu = karim.get_by_role("navigation", name="Menu principal")
    expect(menu.get_by_role("list", name="CERTIFICATION")).to_be_visible()
    karim.goto("/habilitations")
    karim.get_by_role("link", name=granted.number).click()
    see(karim, "Atelier Roussel")
    inspect(karim, javascript)


def test_a24_a_renewal_keeps_the_anniversary(
    new_page: Open, javascript: bool, mailbox: Mailbox, acting: Acting, live_server: object
) -> None:
    entity = OrganisationFactory(name="Mairie de Vanves")
    ends_on = add_months(today(), 5)
    held = accredit(entity, "SST", 1, starts_on=add_months(today(), -55), ends_on=ends_on)
    person = acting_manager(entity, PersonFactory(last_name="GRISSET", first_name="Antoine")).person
    AccountFactory(person=person, email="antoine@demo.test")
    antoine = window_of(person, new_page, live_server, javascript)
    antoine.goto(f"/habilitations/{held.pk}")
    antoine.get_by_role("link", name="Renouveler", exact=True).click()
    pass_step(antoine, "Commencer la demande")
    dossier = submit(antoine)

    agent = window_of(acting.person, new_page, live_server, javascript)
    open_from_the_queue(agent, dossier)
    pass_step(agent, "Prendre en charge")
    see(agent, french(ends_on))
    give_opinion(agent, "Favorable")
    member = committee(new_page, live_server, javascript)
    plan_a_meeting(member, dossier)
    part_of(member, dossier).get_by_label("Accepter").check()
    pass_step(member, "Enregistrer les décisions")

    anniversary = french(add_months(ends_on, 60))
    assert anniversary in last_mail(mailbox, "antoine@demo.test")
    antoine.goto("/habilitations")
    antoine.get_by_role("main").get_by_role("link", name=re.compile(held.number[:5])).first.click()
    see(antoine, anniversary)


@transaction.atomic
def two_waiting() -> tuple[Person, Dossier, Dossier]:
    entity = OrganisationFactory(name="Mairie de Vanves")
    person = acting_manager(entity, PersonFactory(last_name="GRISSET", first_name="Antoine")).person
    AccountFactory(person=person, email="antoine@demo.test")
    one = entity_dossier(entity, DossierState.OPINION_GIVEN, person=person)
    other = entity_dossier(entity, DossierState.OPINION_GIVEN, person=person, levels=(("PRAPIBC", 1),))
    return person, one, other


def test_a_refusal_and_an_adjournment_give_reasons_and_a_way_out(
    new_page: Open, javascript: bool, mailbox: Mailbox, acting: Acting, live_server: object
) -> None:
    person, refused, adjourned = two_waiting()
    member = committee(new_page, live_server, javascript)
    plan_a_meeting(member, refused, adjourned)
    part_of(member, refused).get_by_label("Refuser").check()
    part_of(member, refused).get_by_label("Motif", exact=True).fill("Aucun formateur certifié.")
    part_of(member, adjourned).get_by_label("Ajourner").check()
    part_of(member, adjourned).get_by_label("Motif", exact=True).fill("Précisez le lieu des formations.")
    pass_step(member, "Enregistrer les décisions")
    see(member, "2 décisions sont enregistrées.")

    work()
    told = [text_of(message) for message in mailbox.messages if message["To"] == "antoine@demo.test"]
    assert any("Aucun formateur certifié." in text and "en présenter une nouvelle" in text for text in told)
    assert any("Précisez le lieu des formations." in text and "transmettre de nouveau" in text for text in told)
    antoine = window_of(person, new_page, live_server, javascript)
    antoine.goto(f"/demandes/{refused.pk}")
    see(antoine, "Refusée")
    see(antoine, "Aucun formateur certifié.")
    inspect(antoine, javascript)

    antoine.goto(f"/demandes/{adjourned.pk}")
    see(antoine, "Précisez le lieu des formations.")
    inspect(antoine, javascript)
    antoine.get_by_role("link", name="Transmettre le complément").click()
    antoine.get_by_label("Votre réponse").fill("Au 3 rue des Écoles, à Vanves.")
    pass_step(antoine, "Transmettre le complément")
    is_on(antoine, f"Demande {adjourned.number}")
    see(antoine, "En instruction")
    adjourned.refresh_from_db()
    assert adjourned.state == DossierState.UNDER_REVIEW
