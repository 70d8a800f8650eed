"""`Courriels non remis`: the hotline sees what did not arrive and why, and sends it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from forprev.accounts.models import Account
from forprev.accounts.services.passwords import send_password_link
from forprev.accounts.services.profile import ask_email_change, confirm_email_change
from forprev.core.dates import now
from forprev.notices.models import OutgoingMail
from forprev.notices.services import note_bounce
from forprev.notices.services.outbox import deliver, deliver_due, send_again
from tests.factories.accounts import AccountFactory, browser_of
from tests.factories.support import acting_agent
from tests.mailbox import Mailbox
from tests.notices.conftest import told
from tests.screens import text_of

pytestmark = pytest.mark.django_db

LIST = "/courriels-non-remis"


@pytest.fixture
def hotline() -> Client:
    return browser_of(AccountFactory(person=acting_agent().person))


@pytest.fixture
def account() -> Account:
    return AccountFactory(email="alice@exemple.test")


def refused(account: Account, mailbox: Mailbox, answer: str = "550 adresse inconnue") -> OutgoingMail:
    told(account)
    mail = OutgoingMail.objects.latest("created_at")
    mailbox.rcpt_answer = answer
    deliver([mail.pk])
    mailbox.rcpt_answer = "250 OK"
    mail.refresh_from_db()
    return mail


def bounced(account: Account) -> bool:
    account.refresh_from_db()
    return account.bounced_at is not None


def test_what_was_refused_is_listed_with_its_reason(hotline: Client, account: Account, mailbox: Mailbox) -> None:
    assert "Aucun courriel non remis" in text_of(hotline.get(LIST))
    mail = refused(account, mailbox)
    for path in (LIST, f"{LIST}/{mail.pk}"):
        text = text_of(hotline.get(path))
        for words in ("alice@exemple.test", account.person.number, "550 adresse inconnue", "Session de 122"):
            assert words in text, path
    assert "Bonjour 122" not in hotline.get(f"{LIST}/{mail.pk}").content.decode()


def test_it_is_searched_without_an_address_in_the_address(hotline: Client, account: Account, mailbox: Mailbox) -> None:
    refused(account, mailbox)
    refused(AccountFactory(email="bruno@exemple.test"), mailbox)
    search = {"champ": "destinataire", "operateur": "contient", "valeur": "bruno"}
    answer = hotline.post(LIST, search)
    assert "bruno" not in answer.headers["Location"]
    text = text_of(hotline.get(answer.headers["Location"]))
    assert "bruno@exemple.test" in text
    assert "alice@exemple.test" not in text


def test_what_is_sent_again_arrives_with_the_same_identifier(
    hotline: Client, account: Account, mailbox: Mailbox
) -> None:
    mail = refused(account, mailbox)
    for _ in range(2):
        answer = hotline.post(f"{LIST}/{mail.pk}", follow=True)
        assert "Le courriel repart vers alice@exemple.test." in text_of(answer)
    deliver_due()
    (message,) = mailbox.messages
    assert message["Message-ID"] == mail.message_id
    mail.refresh_from_db()
    assert (mail.state, mail.problem) == ("sent", "")
    assert hotline.get(f"{LIST}/{mail.pk}").status_code == 404


def test_it_is_tried_for_another_day(account: Account, mailbox: Mailbox) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        mail = refused(account, mailbox)
        clock.shift(timedelta(days=3))
        send_again(mail.pk, acting_agent())
        mailbox.rcpt_answer = "451 plus tard"
        deliver_due()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 2)


def test_a_link_that_was_erased_is_not_sent_again(hotline: Client, account: Account, mailbox: Mailbox) -> None:
    mailbox.rcpt_answer = "550 adresse inconnue"
    send_password_link(account.email)
    mail = OutgoingMail.objects.get()
    deliver([mail.pk])
    assert "Renvoyer" not in text_of(hotline.get(f"{LIST}/{mail.pk}"))
    assert "effacé depuis" in text_of(hotline.post(f"{LIST}/{mail.pk}", follow=True))
    mail.refresh_from_db()
    assert mail.state == "failed"


@pytest.mark.parametrize(("answer", "noted"), [("550 inconnue", True), ("451 plus tard", False)])
def test_a_refused_address_is_noted_on_the_account(
    account: Account, mailbox: Mailbox, answer: str, noted: bool, hotline: Client
) -> None:
    refused(account, mailbox, answer)
    assert bounced(account) == noted
    desk = text_of(hotline.get(f"/assistance/comptes/{account.pk}"))
    assert ("Refuse nos e-mails" in desk) == noted


def test_content_that_is_refused_says_nothing_of_the_address(account: Account, mailbox: Mailbox) -> None:
    told(account)
    mailbox.data_answer = "554 contenu refusé"
    deliver_due()
    assert OutgoingMail.objects.get().state == "failed"
    assert not bounced(account)


def test_an_address_that_takes_mail_again_is_forgiven(account: Account, mailbox: Mailbox) -> None:
    refused(account, mailbox)
    told(account)
    deliver_due()
    assert not bounced(account)


def test_a_new_address_starts_clean(account: Account, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(account, mailbox)
    monkeypatch.setattr("forprev.accounts.services.profile.secrets.token_urlsafe", lambda _: "jeton")
    ask_email_change(account, "nouvelle@exemple.test")
    confirm_email_change("jeton")
    assert not bounced(account)


def test_a_mail_that_comes_back_becomes_a_dead_letter(account: Account, mailbox: Mailbox, hotline: Client) -> None:
    told(account)
    deliver_due()
    mail = OutgoingMail.objects.get()
    assert note_bounce("<inconnu@exemple.test>", "x") is False
    for _ in range(2):
        assert note_bounce(mail.message_id, "boîte pleine") is True
    assert bounced(account)
    assert "boîte pleine" in text_of(hotline.get(LIST))
    hotline.post(f"{LIST}/{mail.pk}")
    deliver_due()
    assert len(mailbox.messages) == 2
    assert not bounced(account)


def test_only_the_hotline_sees_them(account: Account, mailbox: Mailbox) -> None:
    mail = refused(account, mailbox)
    for path in (LIST, f"{LIST}/{mail.pk}"):
        assert browser_of(account).get(path).status_code in (302, 403)
