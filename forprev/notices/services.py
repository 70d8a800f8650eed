"""Writing mail to the outbox, and delivering it."""

from __future__ import annotations

import smtplib
import uuid
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from procrastinate.contrib.django import app

from forprev.core.dates import now
from forprev.notices.models import OutgoingMail
from forprev.people.models import Person

TRY_FOR = timedelta(hours=24)

logger = structlog.get_logger(__name__)


class NotDelivered(Exception):
    """The mail server did not take the message this time; worth another try."""


def send_mail(
    to: str,
    template: str,
    context: Mapping[str, Any],
    *,
    person: Person | None = None,
    key: str | None = None,
    confidential: bool = False,
    preference: str = "",
) -> OutgoingMail | None:
    """Write one message and have it sent, in the transaction under way; None if `key` was already written.

    Renders `<template>.subject.txt`, `<template>.txt` and `<template>.html` (which extends `notices/mail.html`), with
    `public_url` beside `context`. A `confidential` message loses its words once it is sent. `preference` is the box of
    the profile to which the person owes the message: it ends by saying so.
    """
    context = {"public_url": settings.PUBLIC_URL, **context}
    if preference:
        where = settings.PUBLIC_URL + reverse("accounts:preferences")
        context |= {"preference": preference, "preferences_url": where}
    subject = " ".join(_plain(f"{template}.subject.txt", context).split())
    identifier = uuid.uuid4()
    mail = OutgoingMail(
        id=identifier,
        recipient=to,
        person=person,
        subject=subject[:250],
        text=_plain(f"{template}.txt", context).strip() + "\n" + _plain("notices/reason.txt", context).rstrip(" "),
        html=get_template(f"{template}.html").render({**context, "subject": subject}),
        confidential=confidential,
        message_id=f"<{identifier}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>",
        key=key,
    )
    with transaction.atomic():
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=key is not None)
        if key is not None and not OutgoingMail.objects.filter(pk=identifier).exists():
            return None
        if settings.MAIL_DELIVERY:
            app.configure_task("forprev.notices.jobs.deliver").defer(mail_id=str(identifier))
    return mail


def deliver(mail_id: str) -> None:
    """Hand the message to the mail server, unless that is done; NotDelivered if it is worth another try.

    Given up when the server refuses for good or after 24 hours. The row is held meanwhile: nobody else sends it.
    """
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update().filter(pk=mail_id, state=OutgoingMail.State.WAITING).first()
        if mail is None:
            return
        mail.attempts += 1
        problem = _hand_over(mail)
        if problem is None:
            _sent(mail)
        elif _is_final(problem) or now() - mail.created_at > TRY_FOR:
            mail.state = OutgoingMail.State.FAILED
        mail.save()
    if problem is not None:
        logger.warning("mail_not_sent", mail=mail_id, state=mail.state, attempts=mail.attempts, problem=repr(problem))
    if mail.state == OutgoingMail.State.WAITING:
        raise NotDelivered(mail_id) from problem


def _plain(template: str, context: Mapping[str, Any]) -> str:
    """A text, in which nothing is HTML."""
    rendered: str = get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]
    return rendered


def _hand_over(mail: OutgoingMail) -> Exception | None:
    """Send it; what went wrong, if anything did."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.recipient], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        return problem
    return None


def _sent(mail: OutgoingMail) -> None:
    mail.state = OutgoingMail.State.SENT
    mail.sent_at = now()
    if mail.confidential:
        mail.text = mail.html = ""


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
