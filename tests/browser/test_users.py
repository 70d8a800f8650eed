"""A manager adds a delegate, ends roles, and stays when it is the last one: by the words on the screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from forprev.accounts.models import Account, Role
from forprev.core.dates import french
from forprev.organisations.models import Membership
from tests.browser.account_steps import inspect, link_in, manager, text_of
from tests.browser.conftest import Open
from tests.browser.steps import give_password, is_on, pass_step, see, sign_in
from tests.browser.test_roles_and_sessions import fall_asleep
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.people import PersonFactory
from tests.mailbox import Mailbox, work

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


def open_users(page: Page) -> None:
    menu = page.get_by_role("navigation", name="Menu principal")
    menu.get_by_role("list", name="UTILISATEURS").get_by_role("link", name="Rechercher").click()
    is_on(page, "Utilisateurs")


def inform(page: Page, last_name: str, first_name: str, birth_date: str, email: str) -> None:
    page.get_by_role("link", name="+ Utilisateur").click()
    is_on(page, "Nouvel utilisateur")
    page.get_by_label("Nom", exact=True).fill(last_name)
    page.get_by_label("Prénom", exact=True).fill(first_name)
    page.get_by_label("Date de naissance", exact=True).fill(birth_date)
    page.get_by_label("E-mail", exact=True).fill(email)
    pass_step(page, "Suivant")


def choose(page: Page, *levels: str) -> None:
    pass_step(page, "Rattacher une habilitation")
    is_on(page, "Rechercher une habilitation")
    for level in levels:
        page.get_by_role("checkbox", name=f"{level},").check()


def test_a13_a_delegate_of_two_accreditations(new_page: Open, javascript: bool, mailbox: Mailbox) -> None:
    account = manager()
    entity = Membership.objects.get(person=account.person).organisation
    sst, catec = accredit(entity, "SST", 2), accredit(entity, "Catec", 1)
    known = PersonFactory(last_name="Le Gall", first_name="Nolwen", birth_date="1984-03-09")
    AccountFactory(person=known, email="nolwen.legall@demo.test")
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    open_users(page)
    see(page, "Nous vous conseillons de déclarer au moins deux gestionnaires par entité.")
    inspect(page, javascript)

    inform(page, "Le Gall", "Nolwenn", "9.3.84", "nolwenn@demo.test")
    see(page, "Une personne proche existe déjà dans Forprev")
    inspect(page, javascript)
    page.get_by_label("Ce n’est pas elle").check()
    pass_step(page, "Suivant")

    page.get_by_label("Délégataire", exact=True).check()
    page.get_by_label("Description").fill("Établissement de ROUEN")
    inspect(page, javascript)
    choose(page, "SST / 2", "Catec / 1")
    inspect(page, javascript)
    pass_step(page, "OK")
    expect(page.get_by_role("row", name=f"SST / 2 {french(sst.starts_on)} {french(sst.ends_on)}")).to_be_visible()
    expect(page.get_by_role("row", name=f"Catec / 1 {french(catec.starts_on)} {french(catec.ends_on)}")).to_be_visible()
    pass_step(page, "Enregistrer")
    see(page, "Déclarez le lien juridique entre le délégataire et votre entité.")
    page.get_by_label("Je déclare que le délégataire a un lien juridique").check()
    pass_step(page, "Enregistrer")
    is_on(page, "LE GALL Nolwenn")
    see(page, "Établissement de ROUEN")
    inspect(page, javascript)

    new = Account.objects.get(email="nolwenn@demo.test").person
    assert new != known
    attached = new.memberships.get(role=Role.DELEGATE).delegations.values_list("accreditation_id", flat=True)
    assert set(attached) == {sst.pk, catec.pk}
    work()
    [mail] = mailbox.messages
    assert mail["To"] == "nolwenn@demo.test"
    page.goto(link_in(text_of(mail)))
    is_on(page, "Nouveau mot de passe")


def test_all_accreditations_at_once(new_page: Open, javascript: bool) -> None:
    """The box at the head, which is an ordinary one without JavaScript."""
    account = manager()
    accredit(Membership.objects.get(person=account.person).organisation, "Catec", 1)
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    open_users(page)
    inform(page, "Le Gall", "Nolwenn", "9.3.84", "nolwenn@demo.test")
    page.get_by_label("Délégataire", exact=True).check()
    choose(page)
    page.get_by_label("Tout sélectionner (2)").check()
    if javascript:
        expect(page.get_by_role("checkbox", name="SST / 1,")).to_be_checked()
        page.get_by_role("checkbox", name="SST / 1,").uncheck()
        expect(page.get_by_label("Tout sélectionner (2)")).not_to_be_checked()
        page.get_by_label("Tout sélectionner (2)").check()
    pass_step(page, "OK")
    for level in ("SST / 1", "Catec / 1"):
        see(page, level)


def test_a15_the_last_manager_stays(new_page: Open, javascript: bool) -> None:
    account = manager()
    other = AccountFactory(person=PersonFactory(last_name="ROSSET", first_name="Marie")).person
    Membership.objects.create(
        person=other, organisation=Membership.objects.get(person=account.person).organisation, role=Role.MANAGER
    )
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    for name in ("ROSSET", "GRISSET"):
        open_users(page)
        page.get_by_role("link", name=name).click()
        page.get_by_role("link", name="Mettre fin au rôle").click()
        inspect(page, javascript)
        if name == "ROSSET":
            pass_step(page, "Mettre fin au rôle")
            see(page, "Le rôle de ROSSET Marie a pris fin.")
    see(page, "Une entité garde toujours au moins un gestionnaire")
    expect(page.get_by_role("button", name="Mettre fin au rôle")).to_have_count(0)


def test_nothing_typed_is_lost_when_the_session_ends(new_page: Open, javascript: bool) -> None:
    account = manager()
    page = new_page(javascript=javascript)
    sign_in(page, account.email)
    open_users(page)
    inform(page, "Le Gall", "Nolwenn", "9.3.84", "nolwenn@demo.test")
    page.get_by_label("Gestionnaire", exact=True).check()
    fall_asleep(account)
    pass_step(page, "Enregistrer")
    give_password(page, account.email)
    is_on(page, "Reprendre votre saisie")
    pass_step(page, "Envoyer ma saisie")
    is_on(page, "LE GALL Nolwenn")
    see(page, "LE GALL Nolwenn est gestionnaire de votre entité.")
