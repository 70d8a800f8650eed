"""From the outbox to a real mail server, whatever becomes of that server and of the workers: nothing is lost."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django import app
from pytest_django import Settings

from forprev.core.dates import now
from forprev.notices import jobs
from forprev.notices.models import OutgoingMail
from forprev.notices.services import send_mail
from forprev.notices.services.outbox import HELD_FOR, deliver, deliver_due
from tests.mailbox import Mailbox

TO = "alice@exemple.test"
State = OutgoingMail.State


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def silent_server(settings: Settings) -> Iterator[None]:
    """It takes the call and says nothing; the test does not wait for as long as the application does."""
    assert settings.EMAIL_TIMEOUT == 10
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 0.3
        yield


def written(to: str = TO, *, confidential: bool = False) -> OutgoingMail:
    mail = send_mail(to, "essai", {"name": "Élise & co"}, confidential=confidential)
    assert mail is not None
    return mail


def state_of(mail: OutgoingMail) -> tuple[str, int]:
    mail.refresh_from_db()
    return mail.state, mail.attempts


def test_a_message_arrives_in_both_forms(db: None, mailbox: Mailbox) -> None:
    mail = written()
    deliver([mail.pk])
    (message,) = mailbox.messages
    assert message["To"] == TO
    assert message["From"] == "Forprev <ne-pas-repondre@forprev.test>"
    assert message["Subject"] == "Session de Élise & co"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert text.get_content().splitlines()[0] == "Bonjour Élise & co,"
    assert html is not None
    assert "Bonjour Élise &amp; co" in html.get_content()
    assert state_of(mail) == (State.SENT, 1)
    assert mail.sent_at is not None
    assert mail.text


def test_many_messages_take_one_connection(db: None, mailbox: Mailbox) -> None:
    mails = [written(f"personne{n}@exemple.test") for n in range(5)]
    deliver([mail.pk for mail in mails])
    assert [message["To"] for message in mailbox.messages] == [mail.recipient for mail in mails]
    assert mailbox.connections == 1


def test_a_message_leaves_once_however_often_the_job_runs(db: None, mailbox: Mailbox) -> None:
    mail = written()
    for _ in range(3):
        deliver([mail.pk])
        deliver_due()
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_message(mailbox: Mailbox) -> None:
    mails = [written().pk for _ in range(5)]

    def work(_: int) -> None:
        try:
            deliver(mails)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(mailbox.messages) == 5
    assert len({message["Message-ID"] for message in mailbox.messages}) == 5


@pytest.mark.parametrize("answer", ["250 OK", "550 adresse inconnue"])
def test_confidential_words_are_erased_once_sent_or_given_up(db: None, mailbox: Mailbox, answer: str) -> None:
    mailbox.rcpt_answer = answer
    mail = written(confidential=True)
    assert "Élise" in mail.text
    deliver([mail.pk])
    mail.refresh_from_db()
    assert mail.state != State.WAITING
    assert (mail.text, mail.html) == ("", "")


def test_a_server_that_is_away_is_tried_again(
    db: None, mailbox: Mailbox, broken_server: Callable[[], None], settings: Settings, clock: time_machine.Traveller
) -> None:
    mail, port = written(), settings.EMAIL_PORT
    broken_server()
    deliver([mail.pk])
    assert state_of(mail) == (State.WAITING, 1)
    assert mail.problem == "Le serveur de messagerie ne répond pas (ConnectionRefusedError)."
    settings.EMAIL_PORT = port
    deliver_due()
    assert state_of(mail) == (State.WAITING, 1)
    clock.shift(timedelta(minutes=2))
    deliver_due()
    assert state_of(mail) == (State.SENT, 2)
    assert mail.problem == ""
    assert mailbox.messages[0]["Message-ID"] == mail.message_id


def test_a_silent_server_holds_up_one_message_and_not_those_behind_it(db: None, silent_server: None) -> None:
    mails = [written() for _ in range(20)]
    deliver([mail.pk for mail in mails])
    assert state_of(mails[0]) == (State.WAITING, 1)
    assert "Le serveur de messagerie ne répond pas" in mails[0].problem
    assert [state_of(mail) for mail in mails[1:]] == [(State.WAITING, 0)] * 19


@pytest.mark.parametrize("answer", ["rcpt_answer", "data_answer"])
def test_not_now_is_tried_again_and_the_others_leave(
    db: None, mailbox: Mailbox, answer: str, clock: time_machine.Traveller
) -> None:
    setattr(mailbox, answer, "451 plus tard")
    mails = [written(), written()]
    deliver([mail.pk for mail in mails])
    assert [state_of(mail) for mail in mails] == [(State.WAITING, 1)] * 2
    assert mails[0].problem == "451 plus tard"
    setattr(mailbox, answer, "250 OK")
    clock.shift(timedelta(minutes=2))
    deliver_due()
    assert [state_of(mail) for mail in mails] == [(State.SENT, 2)] * 2
    assert len(mailbox.messages) == 2


@pytest.mark.parametrize("answer", ["rcpt_answer", "data_answer"])
def test_never_is_not(db: None, mailbox: Mailbox, answer: str) -> None:
    setattr(mailbox, answer, "550 adresse inconnue")
    mail = written()
    deliver([mail.pk])
    assert state_of(mail) == (State.FAILED, 1)
    assert mail.problem == "550 adresse inconnue"
    assert mail.failed_at is not None


@pytest.mark.parametrize(("when", "doubles"), [("RCPT", 0), ("DATA", 0), ("ANSWER", 1)])
def test_a_server_that_dies_in_the_middle_loses_nothing_and_doubles_one_at_most(
    db: None, mailbox: Mailbox, clock: time_machine.Traveller, when: str, doubles: int
) -> None:
    """The double, where it had taken the message and not said so, is recognised by its Message-ID."""
    first, struck, last = written("a@exemple.test"), written("b@exemple.test"), written("c@exemple.test")
    deliver([first.pk])
    mailbox.dies_at = when
    deliver([struck.pk, last.pk])
    assert state_of(struck) == (State.WAITING, 1)
    for _ in range(3):
        clock.shift(timedelta(minutes=2))
        deliver_due()
    assert [state_of(mail)[0] for mail in (first, struck, last)] == [State.SENT] * 3
    identifiers = [message["Message-ID"] for message in mailbox.messages]
    assert set(identifiers) == {mail.message_id for mail in (first, struck, last)}
    assert len(identifiers) == 3 + doubles
    assert identifiers.count(struck.message_id) == 1 + doubles


def test_a_server_that_hangs_up_between_messages_is_called_again(db: None, mailbox: Mailbox) -> None:
    mails = [written(f"personne{n}@exemple.test") for n in range(4)]
    deliver([mails[0].pk])
    original = mailbox.handle_RCPT

    async def once(*args: object) -> str:
        if len(mailbox.messages) == 2:
            mailbox.dies_at = mailbox.dies_at or ("RCPT" if mailbox.connections == 2 else "")
        return await original(*args)  # type: ignore[arg-type]

    mailbox.handle_RCPT = once  # type: ignore[method-assign]
    deliver([mail.pk for mail in mails[1:]])
    assert [state_of(mail)[0] for mail in mails] == [State.SENT, State.SENT, State.WAITING, State.SENT]


def test_what_a_worker_had_in_hand_when_it_was_killed_is_tried_by_another_one(
    db: None, mailbox: Mailbox, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = written()
    with monkeypatch.context() as patch:
        patch.setattr("forprev.notices.services.outbox._record", _killed)
        with pytest.raises(KeyboardInterrupt):
            deliver([mail.pk])
    deliver_due()
    assert len(mailbox.messages) == 1
    clock.shift(HELD_FOR)
    deliver_due()
    assert state_of(mail) == (State.SENT, 2)
    assert {message["Message-ID"] for message in mailbox.messages} == {mail.message_id}
    assert len(mailbox.messages) == 2


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_address_that_no_mail_can_bear_fails_for_good(db: None, mailbox: Mailbox) -> None:
    mail, other = written(), written()
    OutgoingMail.objects.filter(pk=mail.pk).update(recipient="a@exemple.test\nBcc: b@exemple.test")
    deliver([mail.pk, other.pk])
    assert state_of(mail) == (State.FAILED, 1)
    assert [message["Message-ID"] for message in mailbox.messages] == [other.message_id]


def test_after_a_day_it_is_given_up(db: None, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    mailbox.rcpt_answer = "451 plus tard"
    mail = written()
    clock.shift(timedelta(hours=24))
    deliver([mail.pk])
    assert state_of(mail) == (State.WAITING, 1)
    OutgoingMail.objects.update(next_try_at=now())
    clock.shift(timedelta(seconds=1))
    deliver([mail.pk])
    assert state_of(mail) == (State.FAILED, 2)
    assert mail.problem == "451 plus tard"


def test_tries_are_more_and_more_seldom_and_spread(db: None, mailbox: Mailbox, clock: time_machine.Traveller) -> None:
    mailbox.rcpt_answer = "451 plus tard"
    mails = [written() for _ in range(20)]
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        OutgoingMail.objects.update(next_try_at=now())
        deliver([mail.pk for mail in mails])
        waits = [
            (due - now()).total_seconds() / 60 for due in OutgoingMail.objects.values_list("next_try_at", flat=True)
        ]
        assert all(0.8 * minutes <= wait <= 1.2 * minutes for wait in waits)
        assert len(set(waits)) == 20


@pytest.mark.django_db(transaction=True)
def test_the_worker_delivers_what_waits_and_keeps_what_failed(mailbox: Mailbox) -> None:
    good = written()
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
    assert state_of(good) == (State.SENT, 1)
    mailbox.rcpt_answer = "451 plus tard"
    late = written()
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
    assert state_of(late) == (State.WAITING, 1)


@pytest.mark.django_db(transaction=True)
def test_what_no_job_brings_leaves_all_the_same(mailbox: Mailbox) -> None:
    mail = written()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    deliver_due()
    assert state_of(mail) == (State.SENT, 1)


def test_looks_every_minute() -> None:
    found = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert found[jobs.deliver_due.name] == "* * * * *"


def test_without_delivery_nothing_leaves(db: None, mailbox: Mailbox, settings: Settings) -> None:
    settings.MAIL_DELIVERY = False
    written()
    deliver_due()
    assert mailbox.messages == []
