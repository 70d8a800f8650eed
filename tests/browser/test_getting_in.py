"""Getting in, by visible words: from the first mail to the dashboard, and what stops people on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from forprev.accounts.models import Account, Role, Session
from forprev.accounts.sessions import SEEN, SessionStore
from forprev.accreditation.models import Dossier, DossierState
from forprev.certification.models import TrainingSession
from forprev.core.dates import add_months, french, now, today
from forprev.people.models import Person
from tests.accounts.second_factors import Application
from tests.browser.conftest import Open
from tests.browser.steps import choose_fund, give_password, is_on, pass_step, see, sign_in
from tests.browser.test_accessibility import check
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.certification import draft_session, taken_over
from tests.factories.organisations import MembershipFactory, NetworkRoleFactory, OrganisationFactory, acting_manager
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "quatre tasses sous le pommier"


@pytest.fixture(autouse=True)
def site(settings: Settings, live_server: object) -> None:
    """Links in mails lead to the server of the test; mail leaves by the server of the test."""
    settings.PUBLIC_URL = str(live_server)
    settings.MAIL_DELIVERY = True


def link_in(text: str) -> str:
    """The path of the first link of a message."""
    return urlsplit(re.search(r"http://\S+", text)[0]).path


def manager(**account: object) -> Account:
    person = PersonFactory(last_name="GRISSET", first_name="Antoine")
    membership = MembershipFactory(
        person=person, role=Role.MANAGER, organisation=OrganisationFactory(name="Mairie de Vanves")
    )
    accredit(membership.organisation)
    return AccountFactory(person=person, email="antoine@demo.test", **account)


def ask_for_password(page: Page, identifier: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Se connecter").click()
    page.get_by_role("link", name="Mot de passe oublié").click()
    page.get_by_label("E-mail ou n° Forprev").fill(identifier)
    pass_step(page, "Envoyer")
    is_on(page, "Consultez votre messagerie")


def inspect(page: Page, javascript: bool) -> None:
    """The rules of accessibility; they are checked by a script."""
    if javascript:
        check(page)


def text_of(message: object) -> str:
    return message.get_body(("plain",)).get_content()  # type: ignore[attr-defined]


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
    Dossier.objects.create(
        applicant=person, organisation_name="Atelier Roussel", state=DossierState.UNDER_REVIEW, submitted_on=today()
    )
    page = new_page(javascript=javascript)
    give_password(page, "karim@demo.test")
    is_on(page, "Vous n'avez aucun rôle actif")
    see(page, "Votre demande d’habilitation est en cours d’instruction")
    see(page, "Atelier Roussel")
    inspect(page, javascript)


@pytest.mark.parametrize("state", [DossierState.DRAFT, DossierState.TO_COMPLETE, DossierState.REFUSED])
def test_no_account_without_an_accepted_request(new_page: Open, state: DossierState) -> None:
    person = PersonFactory()
    AccountFactory(person=person, email="karim@demo.test")
    Dossier.objects.create(applicant=person, organisation_name="Atelier Roussel", state=state, submitted_on=today())
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


# The account


def test_a04_a_new_address_counts_once_confirmed(new_page: Open, javascript: bool, mailbox: Mailbox) -> None:
    account = manager()
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.goto("/mon-profil")
    page.get_by_label("E-mail").fill("pas une adresse")
    pass_step(page, "Enregistrer")
    see(page, "Saisissez une adresse")
    expect(page.get_by_label("E-mail")).to_have_value("pas une adresse")
    page.get_by_label("E-mail").fill("nouvelle@demo.test")
    pass_step(page, "Enregistrer")
    see(page, "nouvelle@demo.test attend votre confirmation")
    expect(page.get_by_label("E-mail")).to_have_value("antoine@demo.test")
    work()
    by_recipient = {message["To"]: message for message in mailbox.messages}
    assert set(by_recipient) == {"nouvelle@demo.test", "antoine@demo.test"}
    assert "/mon-profil/e-mail/" not in text_of(by_recipient["antoine@demo.test"])

    reader = new_page(javascript=javascript)
    link = link_in(text_of(by_recipient["nouvelle@demo.test"]))
    reader.goto(link)
    is_on(reader, "Connexion")
    reader.get_by_label("E-mail ou n° Forprev").fill(account.person.number)
    reader.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    reader.get_by_role("button", name="Se connecter").click()
    is_on(reader, "Nouvelle adresse e-mail")
    account.refresh_from_db()
    assert account.email == "antoine@demo.test"
    pass_step(reader, "Confirmer cette adresse")
    see(reader, "Votre nouvelle adresse e-mail est confirmée.")
    work()
    told = mailbox.messages[-1]
    assert (told["To"], told["Subject"]) == ("antoine@demo.test", "[FORPREV] Votre adresse a changé")
    reader.get_by_role("button", name="Déconnexion").click()
    sign_in(reader, "nouvelle@demo.test")


def test_codes_of_an_application(new_page: Open, javascript: bool) -> None:
    account = manager()
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.get_by_role("link", name="Mon compte").click()
    page.get_by_role("link", name="Second facteur", exact=True).click()
    page.get_by_role("link", name="Ajouter une application").click()
    secret = page.locator(".secret-key").inner_text().replace(" ", "")
    page.get_by_label("Code affiché par l’application").fill("000000")
    pass_step(page, "Valider")
    see(page, "Ce code n’est pas le bon")
    assert page.locator(".secret-key").inner_text().replace(" ", "") == secret
    page.get_by_label("Code affiché par l’application").fill(pyotp.TOTP(secret).now())
    pass_step(page, "Valider")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    pass_step(page, "Je les ai notés")
    see(page, "10 codes restent")
    inspect(page, javascript)
    page.get_by_role("button", name="Déconnexion").click()

    give_password(page, account.email)
    is_on(page, "Second facteur")
    inspect(page, javascript)
    page.get_by_label("Code à 6 chiffres ou code de secours").fill(codes[0])
    pass_step(page, "Valider")
    is_on(page, "Tableau de bord")
    page.get_by_role("button", name="Déconnexion").click()
    give_password(page, account.email)
    page.get_by_label("Code à 6 chiffres ou code de secours").fill(codes[0])
    pass_step(page, "Valider")
    see(page, "Ce code n’est pas le bon, ou il a déjà servi.")
    page.get_by_label("Code à 6 chiffres ou code de secours").fill(
        pyotp.TOTP(secret).generate_otp(int(now().timestamp()) // 30 + 1)
    )
    pass_step(page, "Valider")
    is_on(page, "Tableau de bord")


def test_a_passkey(new_page: Open) -> None:
    """Chromium's virtual authenticator: a phone or computer that recognises its user."""
    account = manager()
    page = new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})["authenticatorId"]
    sign_in(page, account.email)
    page.goto("/mon-profil/second-facteur")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    pass_step(page, "Créer la clé d’accès")
    see(page, "Donnez un nom à cette clé")
    page.get_by_label("Nom de la clé").fill("Ordinateur du bureau")
    pass_step(page, "Créer la clé d’accès")
    see(page, "La clé d’accès est enregistrée.")
    pass_step(page, "Je les ai notés")
    see(page, "Ordinateur du bureau")

    page.get_by_role("button", name="Déconnexion").click()
    pass_step(page, "Utiliser une clé d’accès")
    is_on(page, "Tableau de bord")
    page.get_by_role("button", name="Déconnexion").click()
    give_password(page, account.email)
    pass_step(page, "Utiliser ma clé d’accès")
    is_on(page, "Tableau de bord")

    page.get_by_role("button", name="Déconnexion").click()
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    pass_step(page, "Utiliser une clé d’accès")
    expect(page.get_by_text("Votre appareil n’a pas donné de clé d’accès")).to_be_visible()
    assert Session.objects.filter(account=account).count() == 0


def test_the_network_owes_a_second_factor(new_page: Open, javascript: bool) -> None:
    person = PersonFactory()
    NetworkRoleFactory(person=person, role=Role.SUPPORT_AGENT, fund=None)
    account = AccountFactory(person=person, email="hugo@demo.test")
    page = new_page(javascript=javascript)
    give_password(page, account.email)
    see(page, "Un second facteur vous est demandé")
    page.goto("/tableau-de-bord")
    see(page, "Un second facteur vous est demandé")
    page.get_by_role("link", name="Ajouter une application").click()
    secret = page.locator(".secret-key").inner_text().replace(" ", "")
    page.get_by_label("Code affiché par l’application").fill(pyotp.TOTP(secret).now())
    pass_step(page, "Valider")
    pass_step(page, "Je les ai notés")
    is_on(page, "Tableau de bord")


def test_a_lost_second_factor(new_page: Open, javascript: bool) -> None:
    lost = manager()
    Application(lost)
    agents = []
    for name in ("hugo", "ines"):
        person = PersonFactory()
        NetworkRoleFactory(person=person, role=Role.SUPPORT_AGENT, fund=None)
        account = AccountFactory(person=person, email=f"{name}@demo.test")
        application = Application(account)
        agent = new_page(javascript=javascript)
        give_password(agent, account.email)
        agent.get_by_label("Code à 6 chiffres ou code de secours").fill(application.code())
        pass_step(agent, "Valider")
        is_on(agent, "Tableau de bord")
        agents.append(agent)
    asking, deciding = agents
    asking.get_by_role("link", name="Seconds facteurs perdus").click()
    inspect(asking, javascript)
    asking.get_by_label("E-mail ou n° Forprev").fill(lost.person.number)
    asking.get_by_label("Vérification faite").fill("Rappelé au standard de la mairie")
    pass_step(asking, "Demander le retrait")
    see(asking, "une autre personne de la hotline doit l’approuver")
    asking.get_by_role("link", name="Ouvrir").click()
    see(asking, "Une autre personne de la hotline que celle qui a demandé")
    deciding.get_by_role("link", name="Seconds facteurs perdus").click()
    deciding.get_by_role("link", name="Ouvrir").click()
    see(deciding, "Rappelé au standard de la mairie")
    pass_step(deciding, "Approuver le retrait")
    see(deciding, "Votre décision est enregistrée.")
    page = new_page(javascript=javascript)
    sign_in(page, lost.email)


# Roles and sessions


def two_entities() -> Account:
    account = manager()
    other = OrganisationFactory(name="MAROSE FORMATION")
    MembershipFactory(person=account.person, role=Role.MANAGER, organisation=other)
    accredit(other)
    return account


def switch(page: Page, role: str) -> None:
    page.locator(".role-switch summary").click()
    page.get_by_role("button", name=role).click()
    is_on(page, "Tableau de bord")


def test_a08_changing_role(new_page: Open, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_in(page, two_entities().email)
    role = page.locator(".top-bar .role-label")
    expect(role).to_have_text("Gestionnaire MAROSE FORMATION")
    switch(page, "Gestionnaire Mairie de Vanves")
    expect(role).to_have_text("Gestionnaire Mairie de Vanves")
    page.goto("/entite")
    is_on(page, "Mon entité MAIRIE DE VANVES")


def test_a08_a_form_counts_in_the_role_in_which_it_was_opened(new_page: Open, javascript: bool) -> None:
    account = two_entities()
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.goto("/sessions/a-traiter")
    other_tab = page.context.new_page()
    other_tab.goto("/tableau-de-bord")
    switch(other_tab, "Gestionnaire Mairie de Vanves")

    page.get_by_role("button", name="Nouvelle session").click()
    is_on(page, "Reprendre votre saisie")
    see(page, "était ouverte en tant que Gestionnaire MAROSE FORMATION")
    assert not TrainingSession.objects.exists()
    inspect(page, javascript)
    pass_step(page, "Redevenir Gestionnaire MAROSE FORMATION")
    pass_step(page, "Envoyer ma saisie")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Session de certification n°")
    assert TrainingSession.objects.get().organisation.name == "MAROSE FORMATION"


def test_nothing_typed_is_lost_when_the_session_ends(new_page: Open, javascript: bool) -> None:
    acting = acting_manager()
    account = AccountFactory(person=acting.person, email="romain@demo.test")
    session = draft_session(acting)
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    page.goto(f"/sessions/{session.pk}")
    page.get_by_label("Ville").fill("ÉTOILE-SUR-RHÔNE")
    fall_asleep(account)
    pass_step(page, "Enregistrer")
    is_on(page, "Connexion")
    see(page, "Ce que vous aviez saisi est conservé")
    give_password(page, account.email)
    is_on(page, "Reprendre votre saisie")
    pass_step(page, "Envoyer ma saisie")
    see(page, "La session est enregistrée.")
    session.refresh_from_db()
    assert session.city == "ÉTOILE-SUR-RHÔNE"


def test_what_was_typed_is_nobody_else_s(new_page: Open) -> None:
    acting = acting_manager()
    account = AccountFactory(person=acting.person, email="romain@demo.test")
    session = draft_session(acting)
    page = new_page()
    sign_in(page, account.email)
    page.goto(f"/sessions/{session.pk}")
    page.get_by_label("Ville").fill("ÉTOILE-SUR-RHÔNE")
    fall_asleep(account)
    pass_step(page, "Enregistrer")
    sign_in(page, two_entities().email)
    page.goto("/reprendre")
    is_on(page, "Tableau de bord")


def test_a_session_warns_before_it_ends(new_page: Open, settings: Settings) -> None:
    settings.SESSION_IDLE = timedelta(seconds=61 + 60)
    page = new_page()
    page.clock.install()
    sign_in(page, manager().email)
    page.clock.fast_forward(61_000)
    dialog = page.get_by_role("dialog", name="Êtes-vous toujours là ?")
    expect(dialog).to_contain_text("Votre session prend fin dans")
    check(page)
    settings.SESSION_IDLE = timedelta(minutes=60)
    dialog.get_by_role("button", name="Prolonger").click()
    expect(dialog).to_be_hidden()


def fall_asleep(account: Account) -> None:
    """As if nothing had happened for two hours."""
    for row in Session.objects.filter(account=account):
        session = SessionStore(row.session_key)
        session[SEEN] = int((now() - timedelta(hours=2)).timestamp())
        session.save()


def test_pages_of_the_account(new_page: Open) -> None:
    account = manager()
    taken_over(account.person, "SST-2")
    page = new_page()
    give_password(page, account.email)
    choose_fund(page, "Cramif")
    for path in (
        "/mon-profil",
        "/mon-profil/notifications",
        "/mon-profil/caisse",
        "/mon-profil/mot-de-passe",
        "/mon-profil/second-facteur",
        "/mon-profil/second-facteur/application",
        "/mon-profil/second-facteur/cle",
        "/mon-profil/sessions",
        "/habilitations/manquante",
    ):
        page.goto(path)
        check(page)
    page.goto("/mon-profil/notifications")
    page.get_by_role("button", name="Déconnexion").click()
    for path in ("/connexion", "/connexion/sans-compte", "/connexion/courriel-non-recu"):
        page.goto(path)
        check(page)
