"""One's own account, by visible words: a new address, second factors and their loss."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import expect

from forprev.accounts.models import Role, Session
from forprev.core.dates import now
from tests.accounts.second_factors import Application
from tests.browser.account_steps import inspect, link_in, manager, text_of
from tests.browser.conftest import Open
from tests.browser.steps import give_password, is_on, pass_step, see, sign_in
from tests.factories.accounts import PASSWORD, AccountFactory
from tests.factories.organisations import NetworkRoleFactory
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


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
