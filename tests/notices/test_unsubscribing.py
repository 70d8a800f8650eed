"""Stopping targeted messages from the mail itself, in one click (RFC 8058)."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from forprev.accounts.models import Account
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services.outbox import deliver
from tests.factories.accounts import AccountFactory
from tests.mailbox import Mailbox
from tests.notices.conftest import told
from tests.screens import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return AccountFactory()


@pytest.fixture
def address(account: Account) -> str:
    told(account, Notice.Kind.MESSAGE)
    return urlsplit(OutgoingMail.objects.get().unsubscribe_url).path


def wants(account: Account) -> tuple[bool, bool, bool]:
    account.refresh_from_db()
    return account.wants_messages, account.wants_alerts, account.wants_tasks


def test_the_headers_that_mail_readers_look_for(mailbox: Mailbox, account: Account, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://forprev.test"
    for kind in Notice.Kind:
        told(account, kind)
    deliver(OutgoingMail.objects.order_by("created_at").values_list("pk", flat=True))
    by_kind = dict(zip(Notice.Kind, mailbox.messages, strict=True))
    message = by_kind.pop(Notice.Kind.MESSAGE)
    url = message["List-Unsubscribe"].strip(" <>")
    assert url.startswith("https://forprev.test/desabonnement/")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for form in ("plain", "html"):
        assert url in message.get_body((form,)).get_content()
    assert all(other["List-Unsubscribe"] is None for other in by_kind.values())


def test_a_mail_reader_s_post_does_it_at_once_without_cookie_or_token(account: Account, address: str) -> None:
    reader = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = reader.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert wants(account) == (False, True, True)


def test_opening_the_link_changes_nothing_and_shows_a_button(account: Account, address: str) -> None:
    for method in ("GET", "HEAD"):
        answer = Client().generic(method, address)
        assert answer.status_code == 200
        assert wants(account) == (True, True, True)
    page = Client().get(address)
    assert "Messages ciblés" in text_of(page)
    assert (
        '<button class="btn btn-primary" type="submit">Ne plus recevoir ces e-mails</button>' in page.content.decode()
    )
    assert account.email not in page.content.decode()


def test_from_then_on_the_inbox_alone_is_told(account: Account, address: str) -> None:
    Client().post(address)
    OutgoingMail.objects.all().delete()
    account.refresh_from_db()
    assert told(account, Notice.Kind.MESSAGE) is not None
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("change", ["x", "alert", "account", "other"])
def test_an_address_that_we_did_not_sign_does_nothing(account: Account, address: str, change: str) -> None:
    forged = {
        "x": address + "x",
        "alert": address.replace(":message:", ":alert:"),
        "account": address.replace(":message:", ":account:"),
        "other": address.replace(str(account.pk), str(AccountFactory().pk)),
    }[change]
    assert forged != address
    for method in ("GET", "POST"):
        answer = Client().generic(method, forged)
        assert answer.status_code == 404
        assert "Ce lien n’est pas valable" in answer.content.decode()
    assert set(Account.objects.values_list("wants_messages", "wants_alerts")) == {(True, True)}
