"""Writing mail to the outbox, and delivering it.

The row of a message says by itself whether and when it is to be tried: a job only comes sooner. Whatever becomes of
jobs, workers and the mail server, `deliver_due` finds every minute what is left to do.
"""

from __future__ import annotations

import random
import smtplib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from forprev.accounts.services import profile
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.history import Actor
from forprev.notices.models import OutgoingMail
from forprev.notices.texts import Wording, plain, wording_of
from forprev.people.models import Person

TRY_FOR = timedelta(hours=24)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
SPREAD = 0.2
"""Part of a wait by which it may be shorter or longer, so that what failed together is not tried again together."""
HELD_FOR = timedelta(minutes=3)
"""For how long whoever tries a message has it alone: longer than all the time-outs of one dialogue."""
JOB_SIZE = 100
SWEEP_SIZE = 1_000
LATER = -10
"""Priority of jobs that carry many messages: a password link does not wait for them."""

logger = structlog.get_logger(__name__)


def send_mail(
    to: str,
    template: str,
    context: Mapping[str, Any],
    *,
    person: Person | None = None,
    key: str | None = None,
    confidential: bool = False,
    preference: str = "",
    reply_to: str = "",
) -> OutgoingMail | None:
    """Write one message and have it sent, in the transaction under way; None if `key` was already written.

    See `compose`. Whoever has an account is told with `tell`, which writes to its inbox too.
    """
    mail = compose(
        to, template, context, person=person, confidential=confidential, preference=preference, reply_to=reply_to
    )
    mail.key = key
    with transaction.atomic():
        return next(iter(write([mail])), None)


def compose(
    to: str,
    template: str,
    context: Mapping[str, Any],
    *,
    person: Person | None = None,
    confidential: bool = False,
    preference: str = "",
    unsubscribe_url: str = "",
    reply_to: str = "",
    wording: Wording | None = None,
) -> OutgoingMail:
    """A message that is not written yet.

    Its words are those of `texts.wording_of`, which a caller that writes to many gives: the network's own, else
    `<template>.subject.txt`, `<template>.txt` and `<template>.html` (which extends `notices/mail.html`), with
    `public_url` beside `context`. A `confidential` message loses its words once it is sent. `preference` is the box of
    the profile to which the person owes the message: it ends by saying so. `reply_to` takes the answers; without it the
    message says that nobody reads them.
    """
    context = {
        "public_url": settings.PUBLIC_URL,
        "preference": preference,
        "preferences_url": settings.PUBLIC_URL + reverse("accounts:preferences"),
        "unsubscribe_url": unsubscribe_url,
        "reply_to": reply_to,
        **context,
    }
    wording = wording or wording_of(template)
    subject, text = wording.words(context)
    identifier = uuid.uuid4()
    moment = now()
    return OutgoingMail(
        id=identifier,
        recipient=to,
        person=person,
        subject=subject,
        text=f"{text}\n\n{plain('notices/reason.txt', context).strip()}\n",
        html=wording.html({**context, "subject": subject}),
        unsubscribe_url=unsubscribe_url,
        reply_to=reply_to,
        confidential=confidential,
        message_id=f"<{identifier}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>",
        created_at=moment,
        trying_since=moment,
        next_try_at=moment,
    )


def write(mails: Sequence[OutgoingMail]) -> list[OutgoingMail]:
    """Write messages and have them sent, in the transaction under way; gives those whose key was not written yet."""
    keyed = any(mail.key is not None for mail in mails)
    OutgoingMail.objects.bulk_create(mails, ignore_conflicts=keyed)
    if keyed:
        found = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails])
        kept = set(found.values_list("pk", flat=True))
        mails = [mail for mail in mails if mail.pk in kept]
    _enqueue([mail.pk for mail in mails])
    return list(mails)


def deliver(mail_ids: Iterable[str | UUID]) -> None:
    """Hand those that are due to the mail server, over one connection; each is held meanwhile: nobody else sends it.

    Given up when the server refuses for good or after 24 hours. Where the server itself is in trouble, the rest stays
    for `deliver_due`.
    """
    server, answered = get_connection(), False
    try:
        for mail_id in mail_ids:
            mail = _hold(mail_id)
            if mail is None:
                continue
            problem = _hand_over(mail, server)
            _record(mail, problem)
            if problem is None or _is_about_the_message(problem):
                answered = True
                continue
            _close(server)
            if not answered:
                return
            answered = False  # it may only have had enough of this connection
    finally:
        _close(server)


def deliver_due() -> None:
    """Try what waits and is due, the longest first: what a job has not brought, and what has to be tried again."""
    if settings.MAIL_DELIVERY:
        due = OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING, next_try_at__lte=now())
        deliver(list(due.order_by("next_try_at").values_list("pk", flat=True)[:SWEEP_SIZE]))


def note_bounce(message_id: str, reason: str) -> bool:
    """A mail that the server took came back; False if no such mail is ours. Twice is once."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(message_id=message_id).first()
        if mail is None:
            return False
        if mail.state != OutgoingMail.State.FAILED:
            _fail(mail, reason)
            mail.save()
            profile.note_bounce(mail.recipient)
    logger.warning("mail_bounced", mail=str(mail.pk))
    return True


def send_again(mail_id: UUID, actor: Actor) -> None:
    """Try a message that failed once more, for another 24 hours; twice is once. DomainError if its words are erased."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
        if mail.state != OutgoingMail.State.FAILED:
            return
        if not mail.can_be_sent_again:
            raise DomainError("Ce courriel contenait un lien personnel, effacé depuis.", code="erased")
        mail.state = OutgoingMail.State.WAITING
        mail.trying_since = mail.next_try_at = now()
        mail.save()
        _enqueue([mail.pk])
    logger.info("mail_sent_again", mail=str(mail.pk), by=actor.person_id)


def _enqueue(mail_ids: Sequence[UUID]) -> None:
    if not (settings.MAIL_DELIVERY and mail_ids):
        return
    task = app.configure_task("forprev.notices.jobs.deliver", priority=LATER if len(mail_ids) > JOB_SIZE else 0)
    parts = (mail_ids[start : start + JOB_SIZE] for start in range(0, len(mail_ids), JOB_SIZE))
    arguments: list[dict[str, Any]] = [{"mail_ids": [str(each) for each in part]} for part in parts]
    task.batch_defer(*arguments)


def _hold(mail_id: str | UUID) -> OutgoingMail | None:
    """The message, if it is due and nobody tries it; whoever dies with it in hand leaves it to the next."""
    due = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.WAITING, next_try_at__lte=now())
    with transaction.atomic():
        mail = due.select_for_update(skip_locked=True).first()
        if mail is not None:
            mail.attempts += 1
            mail.next_try_at = now() + HELD_FOR
            mail.save(update_fields=["attempts", "next_try_at"])
    return mail


def _hand_over(mail: OutgoingMail, server: BaseEmailBackend) -> Exception | None:
    """Send it; what went wrong, if anything did."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        headers |= {
            "List-Unsubscribe": f"<{mail.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        to=[mail.recipient],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=headers,
        connection=server,
    )
    message.attach_alternative(mail.html, "text/html")
    try:
        server.open()  # once: `send` leaves open what it finds open
        message.send()
    except Exception as problem:  # whatever it is, the other messages leave, and this one is tried again
        return problem
    return None


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError as problem:  # nothing hangs on it any more
        logger.info("mail_server_left", problem=repr(problem))


def _record(mail: OutgoingMail, problem: Exception | None) -> None:
    with transaction.atomic():
        if problem is None:
            mail.state, mail.sent_at, mail.problem = OutgoingMail.State.SENT, now(), ""
            _erase_words(mail)
            profile.forget_bounce(mail.recipient)
        elif _is_final(problem) or now() - mail.trying_since > TRY_FOR:
            _fail(mail, _said(problem))
            if _is_final(problem) and isinstance(problem, smtplib.SMTPRecipientsRefused):
                profile.note_bounce(mail.recipient)
        else:
            mail.problem = _said(problem)
            mail.next_try_at = now() + _wait(mail.attempts)
        mail.save()
    if problem is not None:
        logger.warning(
            "mail_not_sent", mail=str(mail.pk), state=mail.state, attempts=mail.attempts, problem=repr(problem)
        )


def _fail(mail: OutgoingMail, reason: str) -> None:
    mail.state, mail.failed_at, mail.problem = OutgoingMail.State.FAILED, now(), reason[:500]
    _erase_words(mail)


def _erase_words(mail: OutgoingMail) -> None:
    if mail.confidential:
        mail.text = mail.html = ""


def _wait(attempts: int) -> timedelta:
    """One minute, two, four, up to an hour, more or less."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    return wait * random.uniform(1 - SPREAD, 1 + SPREAD)  # noqa: S311


def _is_about_the_message(problem: Exception) -> bool:
    """Rather than about the server, which would fail the next message too."""
    refusals = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)
    return isinstance(problem, refusals) or not isinstance(problem, OSError)


def _is_final(problem: Exception) -> bool:
    """Whether the server refused this message or this address for ever (5xx), or it can never be written."""
    match problem:
        case ValueError():
            return True
        case smtplib.SMTPAuthenticationError():
            return False
        case smtplib.SMTPRecipientsRefused():
            return all(code >= 500 for code, _ in problem.recipients.values())
        case smtplib.SMTPResponseException():
            return problem.smtp_code >= 500
    return False


def _said(problem: Exception) -> str:
    """The server's own words where it said some, else what happened."""
    match problem:
        case smtplib.SMTPRecipientsRefused():
            answers = [f"{code} {_decoded(answer)}" for code, answer in problem.recipients.values()]
            return " ; ".join(answers)[:500]
        case smtplib.SMTPResponseException():
            return f"{problem.smtp_code} {_decoded(problem.smtp_error)}"[:500]
        case ValueError():
            return "Cette adresse ou ce message ne peut pas être écrit."
    return f"Le serveur de messagerie ne répond pas ({type(problem).__name__})."


def _decoded(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
