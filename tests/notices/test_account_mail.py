from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from forprev.accounts.models import Account
from forprev.accounts.services import passwords as services
from forprev.notices.models import OutgoingMail
from tests.factories.accounts import AccountFactory
from tests.mailbox import Mailbox


@pytest.fixture(autouse=True)
def address(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://forprev.test"
    settings.ROOT_URLCONF = "tests.accounts.urls"


def link_in(mail: OutgoingMail) -> str:
    return next(line for line in mail.text.splitlines() if line.startswith("https://forprev.test/reinit"))


def test_a02_the_mail_of_a_forgotten_password(db: None, client: Client) -> None:
    account = AccountFactory()
    services.send_password_link(account.email)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.person) == (account.email, account.person)
    assert mail.subject == "[FORPREV] Changement de mot de passe"
    assert "Vous avez demandé à modifier votre mot de passe" in mail.text
    assert "72\N{NO-BREAK SPACE}heures" in mail.text
    assert mail.confidential
    assert link_in(mail) in mail.html
    page = client.get(link_in(mail).removeprefix("https://forprev.test"), follow=True)
    assert "<h1>Nouveau mot de passe</h1>" in page.content.decode()


def test_a02_the_mail_of_a_first_sign_in(db: None) -> None:
    account = AccountFactory(password=None)
    services.invite(account)
    mail = OutgoingMail.objects.get()
    assert mail.subject == "[FORPREV] Changement de mot de passe"
    assert "Un compte Forprev est ouvert à votre nom" in mail.text
    assert account.person.number in mail.text
    assert "https://forprev.test/mot-de-passe-oublie" in mail.text


@pytest.mark.django_db(transaction=True)
def test_a02_from_the_page_to_the_mailbox(client: Client, mailbox: Mailbox) -> None:
    account: Account = AccountFactory()
    client.post("/mot-de-passe-oublie", {"identifier": account.person.number})
    client.post("/mot-de-passe-oublie", {"identifier": "inconnu@exemple.test"})
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
    (message,) = mailbox.messages
    assert message["To"] == account.email
    assert message["Subject"] == "[FORPREV] Changement de mot de passe"
    assert OutgoingMail.objects.get().text == ""
