"""Getting in, by visible words: from the first mail to the dashboard, and what stops people on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from forprev.accreditation.models import DossierState
from forprev.core.dates import add_months, french, today
from forprev.people.models import Person
from tests.browser.account_steps import NEW, ask_for_password, inspect, link_in, manager, text_of
from tests.browser.conftest import Open
from tests.browser.steps import choose_fund, give_password, is_on, pass_step, see, sign_in
from tests.factories.accounts import AccountFactory
from tests.factories.certification import taken_over
from tests.factories.dossiers import first_request
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


@pytest.mark.parametrize("is_trainer", [False, True], ids=["manager", "manager and trainer"])
def test_from_the_first_mail_to_the_dashboard(
    new_page: Open,
    javascript: bool,
    mailbox: Mailbox,
    is_trainer: bool,
) -> None:
    account = manager(password=None, welcomed=False)
    if is_trainer:
        taken_over(account.person, "SST-2")
    page = new_page(javascript=javascript)
    ask_for_password(page, account.person.number)
    work()
    (message,) = mailbox.messages
    assert message["Subject"] == "[FORPREV] Changement de mot de passe"
    path = link_in(text_of(message))
    assert path.startswith("/reinitialisation-mot-de-passe/")
    assert path in message.get_body(("html",)).get_content()

    page.goto(path)
    is_on(page, "Nouveau mot de passe")
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW)
    page.get_by_label("Confirmez le nouveau mot de passe").fill("autre chose, tapée trop vite")
    pass_step(page, "Enregistrer")
    see(page, "Les deux mots de passe ne sont pas identiques.")
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW)
    page.get_by_label("Confirmez le nouveau mot de passe").fill(NEW)
    pass_step(page, "Enregistrer")
    is_on(page, "Connexion")
    see(page, "Votre mot de passe est enregistré.")
    give_password(page, "antoine@demo.test", NEW)

    is_on(page, "Vérifiez vos informations")
    see(page, f"étape 1 sur {3 if is_trainer else 2}")
    see(page, "GRISSET")
    page.goto("/tableau-de-bord")
    is_on(page, "Vérifiez vos informations")
    pass_step(page, "Tout est exact, continuer")
    is_on(page, "Préférences de notifications par email")
    for wish in ("Alertes", "Notifications", "Messages ciblés"):
        expect(page.get_by_label(wish, exact=True)).to_be_checked()
    page.get_by_label("Messages ciblés", exact=True).uncheck()
    pass_step(page, "Enregistrer et continuer")
    if is_trainer:
        is_on(page, "Caisse de rattachement")
        page.goto("/tableau-de-bord")
        pass_step(page, "Tout est exact, continuer")
        expect(page.get_by_label("Messages ciblés", exact=True)).not_to_be_checked()
        pass_step(page, "Enregistrer et continuer")
        pass_step(page, "Enregistrer et continuer")
        see(page, "Choisissez votre caisse de rattachement.")
        page.get_by_label("Caisse de rattachement").select_option("Carsat Bretagne")
        pass_step(page, "Enregistrer et continuer")
    is_on(page, "Tableau de bord")

    page.get_by_role("link", name="Mon compte").click()
    is_on(page, f"Mon profil {account.person.number}")
    page.get_by_role("navigation", name="Mon profil").get_by_role("link", name="Notifications").click()
    expect(page.get_by_label("Messages ciblés", exact=True)).not_to_be_checked()
    page.goto(path)
    is_on(page, "Ce lien n’est plus valable")


def test_a06_a_trainer_is_stopped_until_a_fund_is_chosen(new_page: Open, javascript: bool) -> None:
    person = PersonFactory()
    taken_over(person, "SST-2")
    AccountFactory(person=person, email="anne@demo.test")
    page = new_page(javascript=javascript)
    give_password(page, "anne@demo.test")
    for path in ("/tableau-de-bord", "/sessions/a-traiter", "/certificats"):
        page.goto(path)
        see(page, "Choisissez votre caisse pour continuer")
    choose_fund(page, "Cramif")
    page.goto("/mon-profil/caisse")
    page.get_by_label("Caisse de rattachement").select_option("Carsat Sud-Est")
    pass_step(page, "Enregistrer")
    see(page, "Votre caisse de rattachement est enregistrée.")


# Anomalies


def expired_trainer(months: int) -> Person:
    person = PersonFactory()
    taken_over(person, "SST-2", expires_on=add_months(today(), -months) - timedelta(days=1))
    AccountFactory(person=person, email="luc@demo.test")
    return person


def test_a07_a_trainer_expired_for_less_than_a_year(new_page: Open, javascript: bool) -> None:
    expired_trainer(5)
    page = new_page(javascript=javascript)
    give_password(page, "luc@demo.test")
    is_on(page, "Vous n'avez aucun rôle actif")
    see(page, "Votre certificat de formateur est arrivé à échéance")
    see(page, french(add_months(today(), -5) - timedelta(days=1)))
    see(page, "Inscrivez-vous à une mise à jour des compétences (MAC)")
    page.goto("/sessions/a-traiter")
    is_on(page, "Vous n'avez aucun rôle actif")
    inspect(page, javascript)
    page.get_by_role("link", name="Mon profil").click()
    see(page, "Informations personnelles")
    page.get_by_role("button", name="Déconnexion").click()
    is_on(page, "Connexion")


def test_a07_a_trainer_expired_for_more_than_a_year(new_page: Open, javascript: bool, mailbox: Mailbox) -> None:
    expired_trainer(13)
    page = new_page(javascript=javascript)
    give_password(page, "luc@demo.test", "un mot de passe deviné")
    see(page, "L’identifiant ou le mot de passe n’est pas le bon.")
    give_password(page, "luc@demo.test")
    is_on(page, "Vous n’avez pas de compte")
    see(page, "Un compte reste ouvert 12 mois après cette date")
    inspect(page, javascript)
    page.goto("/mon-profil")
    is_on(page, "Connexion")

    ask_for_password(page, "luc@demo.test")
    work()
    (message,) = mailbox.messages
    assert message["Subject"] == "[FORPREV] Votre compte est fermé"
    assert "Votre certificat de formateur est arrivé à échéance" in text_of(message)
    page.goto(link_in(text_of(message)))
    is_on(page, "Vous n’avez pas de compte")


def test_a_request_under_review(new_page: Open, javascript: bool) -> None:
    person = PersonFactory()
    AccountFactory(person=person, email="karim@demo.test")
    first_request(person, DossierState.UNDER_REVIEW)
    page = new_page(javascript=javascript)
    give_password(page, "karim@demo.test")
    is_on(page, "Vous n'avez aucun rôle actif")
    see(page, "Votre demande d’habilitation est en cours d’instruction")
    see(page, "Atelier Roussel")
    inspect(page, javascript)


@pytest.mark.parametrize("state", [DossierState.REFUSED, DossierState.CANCELLED])
def test_no_account_without_an_accepted_request(new_page: Open, state: DossierState) -> None:
    person = PersonFactory()
    AccountFactory(person=person, email="karim@demo.test")
    first_request(person, state)
    page = new_page()
    give_password(page, "karim@demo.test")
    is_on(page, "Vous n’avez pas de compte")
    see(page, "n’a pas abouti")


def test_a_role_that_ended(new_page: Open) -> None:
    account = manager()
    account.person.memberships.update(ends_on=today() - timedelta(days=1))
    page = new_page()
    give_password(page, account.email)
    is_on(page, "Vous n'avez aucun rôle actif")
    see(page, "Votre rôle de gestionnaire de Mairie de Vanves a pris fin")


def test_an_accreditation_is_missing(new_page: Open, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_in(page, manager().email)
    page.goto("/habilitations")
    page.get_by_role("link", name="Une habilitation est manquante").click()
    is_on(page, "Une habilitation est manquante")
    page.get_by_role("link", name="Prendre contact avec nous").click()
    is_on(page, "FAQ / Contact support")


def test_the_mail_does_not_come(new_page: Open, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    ask_for_password(page, "personne@demo.test")
    page.get_by_role("link", name="ce qu’il faut faire quand le message n’arrive pas").click()
    is_on(page, "Vous ne recevez pas le message")
    see(page, "01 40 44 30 44")
    inspect(page, javascript)
    page.get_by_role("link", name="pas de compte").click()
    is_on(page, "Vous n’avez pas de compte")
    see(page, "Forprev ne dit à personne quelles adresses y ont un compte.")
