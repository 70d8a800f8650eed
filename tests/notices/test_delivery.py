from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from forprev.core.dates import now
from forprev.notices.jobs import MoreAndMoreSeldom
from forprev.notices.models import OutgoingMail
from forprev.notices.services import NotDelivered, deliver, send_mail
from tests.mailbox import Mailbox

TO = "alice@exemple.test"
State = OutgoingMail.State


def written(confidential: bool = False) -> OutgoingMail:
    mail = send_mail(TO, "essai", {"name": "Élise & co"}, confidential=confidential)
    assert mail is not None
    return mail


def state_of(mail: OutgoingMail) -> tuple[str, int]:
    mail.refresh_from_db()
    return mail.state, mail.attempts


def test_a_message_arrives_in_both_forms(db: None, mailbox: Mailbox) -> None:
    mail = written()
    deliver(str(mail.pk))
    (message,) = mailbox.messages
    assert message["To"] == TO
    assert message["From"] == "Forprev <ne-pas-repondre@forprev.test>"
    assert message["Subject"] == "Session de Élise & co"
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert text.get_content().splitlines()[0] == "Bonjour Élise & co,"
    assert html is not None
    assert "Bonjour Élise &amp; co" in html.get_content()
    assert state_of(mail) == (State.SENT, 1)
    assert mail.sent_at is not None
    assert mail.text


def test_a_message_leaves_once_however_often_the_job_runs(db: None, mailbox: Mailbox) -> None:
    mail = written()
    for _ in range(3):
        deliver(str(mail.pk))
    assert len(mailbox.messages) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_message(mailbox: Mailbox) -> None:
    mail = written()

    def work(_: int) -> None:
        try:
            deliver(str(mail.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(mailbox.messages) == 1


def test_confidential_words_are_erased_once_sent(db: None, mailbox: Mailbox) -> None:
    mail = written(confidential=True)
    assert "Élise" in mail.text
    deliver(str(mail.pk))
    assert state_of(mail) == (State.SENT, 1)
    assert (mail.text, mail.html) == ("", "")
    assert mailbox.messages


def test_a_server_that_is_away_is_tried_again(
    db: None, mailbox: Mailbox, broken_server: Callable[[], None], settings
) -> None:
    mail, port = written(), settings.EMAIL_PORT
    broken_server()
    with pytest.raises(NotDelivered):
        deliver(str(mail.pk))
    assert state_of(mail) == (State.WAITING, 1)
    settings.EMAIL_PORT = port
    deliver(str(mail.pk))
    assert state_of(mail) == (State.SENT, 2)
    assert mailbox.messages[0]["Message-ID"] == mail.message_id


@pytest.mark.parametrize("answer", ["rcpt_answer", "data_answer"])
def test_not_now_is_tried_again(db: None, mailbox: Mailbox, answer: str) -> None:
    setattr(mailbox, answer, "451 plus tard")
    mail = written()
    with pytest.raises(NotDelivered):
        deliver(str(mail.pk))
    assert state_of(mail) == (State.WAITING, 1)


@pytest.mark.parametrize("answer", ["rcpt_answer", "data_answer"])
def test_never_is_not(db: None, mailbox: Mailbox, answer: str) -> None:
    setattr(mailbox, answer, "550 adresse inconnue")
    mail = written()
    deliver(str(mail.pk))
    assert state_of(mail) == (State.FAILED, 1)


def test_an_address_that_no_mail_can_bear_fails_for_good(db: None, mailbox: Mailbox) -> None:
    mail = written()
    OutgoingMail.objects.update(recipient="a@exemple.test\nBcc: b@exemple.test")
    deliver(str(mail.pk))
    assert state_of(mail) == (State.FAILED, 1)
    assert not mailbox.messages


def test_after_a_day_it_is_given_up(db: None, mailbox: Mailbox) -> None:
    mailbox.rcpt_answer = "451 plus tard"
    with time_machine.travel(now(), tick=False) as clock:
        mail = written()
        clock.shift(timedelta(hours=24))
        with pytest.raises(NotDelivered):
            deliver(str(mail.pk))
        clock.shift(timedelta(seconds=1))
        deliver(str(mail.pk))
    assert state_of(mail) == (State.FAILED, 2)


def test_tries_are_more_and_more_seldom() -> None:
    start = now()
    waits = []
    with time_machine.travel(start, tick=False):
        for attempts in range(9):
            job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="deliver", attempts=attempts)
            decision = MoreAndMoreSeldom().get_retry_decision(exception=NotDelivered(), job=job)
            assert decision is not None
            assert decision.retry_at is not None
            waits.append((decision.retry_at - start).total_seconds() / 60)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert MoreAndMoreSeldom().get_retry_decision(exception=ValueError(), job=job) is None


@pytest.mark.django_db(transaction=True)
def test_the_worker_delivers_what_waits_and_keeps_what_failed(mailbox: Mailbox) -> None:
    good = written()
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
    assert state_of(good) == (State.SENT, 1)
    mailbox.rcpt_answer = "451 plus tard"
    late = written()
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
    assert state_of(late) == (State.WAITING, 1)
    assert [job_of(mail) for mail in (good, late)] == [("succeeded", 1), ("todo", 1)]


def job_of(mail: OutgoingMail) -> tuple[str, int]:
    job = ProcrastinateJob.objects.get(args__mail_id=str(mail.pk))
    return job.status, job.attempts
