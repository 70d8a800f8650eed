"""`tell`: always in the inbox; by mail as each person wants it (A05)."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from forprev.accounts.models import Account
from forprev.accounts.services.passwords import send_password_link
from forprev.accounts.services.profile import save_preferences
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services import tell_many
from tests.factories.accounts import AccountFactory
from tests.notices.conftest import told

pytestmark = pytest.mark.django_db

Kind = Notice.Kind
BOXES = {Kind.TASK: "wants_tasks", Kind.ALERT: "wants_alerts", Kind.MESSAGE: "wants_messages"}


def prefers(**preferences: object) -> Account:
    account = AccountFactory()
    save_preferences(account, preferences)  # type: ignore[arg-type]
    account.refresh_from_db()
    return account


@pytest.mark.parametrize("kind", BOXES)
@pytest.mark.parametrize("wanted", [True, False])
def test_a05_the_inbox_has_everything_and_mail_what_is_wanted(kind: Notice.Kind, wanted: bool) -> None:
    account = prefers(**{BOXES[kind]: wanted})
    told(account, kind)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.url) == (account.person, kind, "/sessions/122")
    assert notice.subject == "Session de 122"
    assert notice.text.startswith("Bonjour 122,")
    assert "préférences" not in notice.text
    assert notice.read_at is None
    assert OutgoingMail.objects.count() == wanted
    assert not notice.awaits_summary


def test_a05_what_concerns_the_account_is_always_mailed_and_never_waits() -> None:
    account = prefers(wants_tasks=False, wants_alerts=False, wants_messages=False, mail_rhythm="daily")
    told(account, Kind.ACCOUNT)
    assert OutgoingMail.objects.count() == 1
    assert not Notice.objects.get().awaits_summary


@pytest.mark.parametrize("kind", BOXES)
def test_with_the_daily_rhythm_mail_waits_for_the_summary(kind: Notice.Kind) -> None:
    told(prefers(mail_rhythm="daily"), kind)
    assert Notice.objects.get().awaits_summary
    assert not OutgoingMail.objects.exists()


def test_a_mail_leads_to_its_object_and_says_why_it_comes(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://forprev.test"
    told(AccountFactory(), Kind.ALERT)
    mail = OutgoingMail.objects.get()
    for words in (mail.text, mail.html):
        assert "Alertes" in words
        assert "https://forprev.test/mon-profil/notifications" in words
    assert mail.unsubscribe_url == ""


def test_somebody_is_told_of_a_key_once() -> None:
    first, second = AccountFactory(), AccountFactory()
    assert told(first, key="limit/12") is not None
    assert told(first, key="limit/12") is None
    assert told(first, key="limit/13") is not None
    assert told(second, key="limit/12") is not None
    assert Notice.objects.count() == OutgoingMail.objects.count() == ProcrastinateJob.objects.count() == 3


def test_what_is_rolled_back_was_not_told() -> None:
    with transaction.atomic():
        told(AccountFactory())
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_the_notice_of_a_link_says_that_it_was_sent_and_not_what_it_is(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://forprev.test"
    account = AccountFactory()
    send_password_link(account.email)
    mail, notice = OutgoingMail.objects.get(), Notice.objects.get()
    assert "https://forprev.test/reinitialisation-mot-de-passe/" in mail.text
    assert mail.subject == f"[FORPREV] {notice.subject}"
    assert account.email in notice.text
    assert "reinitialisation" not in notice.text + notice.url


def crowd(number: int, **preferences: object) -> None:
    for account in AccountFactory.create_batch(number, password=None):
        save_preferences(account, preferences)  # type: ignore[arg-type]


def tell_everybody(key: str | None = "message/1") -> int:
    return tell_many(
        Account.objects.all(), "essai", {"name": "x"}, kind=Kind.MESSAGE, url="/messages-cibles/1", key=key
    )


def test_many_are_told_at_once_each_as_it_wants() -> None:
    crowd(3)
    crowd(2, wants_messages=False)
    crowd(1, mail_rhythm="daily")
    assert tell_everybody() == 6
    assert Notice.objects.count() == 6
    assert Notice.objects.filter(awaits_summary=True).count() == 1
    assert OutgoingMail.objects.count() == 3
    assert len({mail.unsubscribe_url for mail in OutgoingMail.objects.all()}) == 3
    assert tell_everybody() == 0
    crowd(1)
    assert tell_everybody() == 1
    assert tell_everybody(key=None) == 7


def test_as_many_queries_for_a_hundred_as_for_one() -> None:
    counts = []
    for number in (1, 99):
        crowd(number)
        with CaptureQueriesContext(connection) as queries:
            tell_everybody(key=f"message/{number}")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_many_mails_leave_by_jobs_that_let_others_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forprev.notices.services.outbox.JOB_SIZE", 10)
    crowd(25)
    tell_everybody()
    told(AccountFactory())
    jobs = ProcrastinateJob.objects.order_by("id").values_list("priority", "args")
    assert [(priority, len(args["mail_ids"])) for priority, args in jobs] == [(-10, 10), (-10, 10), (-10, 5), (0, 1)]
