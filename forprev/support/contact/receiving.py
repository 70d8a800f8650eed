"""Mails that come back: each joins the thread that it answers, or is a new request.

A mail joins a thread if it names one of the thread's own mails (In-Reply-To, References), or its number in the subject,
and comes from the requester's address; a sender can be forged, and reads nothing here. Whatever the mail holds, what is
kept is text, and documents that were looked into.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape
from uuid import uuid4

import structlog
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import validate_email
from django.utils.html import strip_tags
from mailparser_reply import EmailReplyParser

from forprev.accounts.models import Account
from forprev.core.dates import now
from forprev.core.text import clean, clean_lines
from forprev.core.uploads import MEGABYTE, Document, DocumentField
from forprev.support.contact import services
from forprev.support.contact.models import NAME_LENGTH, TEXT_LENGTH, ContactMessage, ContactRequest, Subject
from forprev.support.contact.services import Asked

MOST = 15 * MEGABYTE
"""Bytes of a mail; a larger one is refused."""
MOST_DOCUMENTS = 5
MOST_TEXT = 20_000
"""Characters of a mail that are read."""
MOST_AN_HOUR = 10
"""New requests from one address: a machine that answers a machine is stopped there."""

_NUMBER = re.compile(r"\bC\d\d-(\d{6,12})\b")
_LINE_END = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^>]*>", re.IGNORECASE)
_UNSEEN = re.compile(r"<(style|script|head)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)

logger = structlog.get_logger(__name__)


class MailRefused(Exception):
    """This mail is none that a person wrote to us, in a word."""


def receive(content: bytes) -> ContactRequest:
    """The request that the mail joined, or began; the same mail twice is once. MailRefused for what is not kept."""
    if len(content) > MOST:
        raise MailRefused("too_large")
    mail = message_from_bytes(content, policy=policy.default)
    if not isinstance(mail, EmailMessage) or _is_automatic(mail):
        raise MailRefused("automatic")
    name, address = parseaddr(str(mail.get("From", "")))
    try:
        validate_email(address)
    except ValidationError:
        raise MailRefused("no_sender") from None
    identifier = _identifier(mail, content)
    known = ContactMessage.objects.filter(message_id=identifier).select_related("request").first()
    if known is not None:
        return known.request
    text, documents = _read(mail)
    thread = _thread(mail)
    if thread is not None and thread.email.lower() == address.lower():
        return services.write(thread.pk, text, identifier, documents)
    return _begin(clean(name)[:NAME_LENGTH] or address, address, text, documents, identifier)


def _begin(name: str, address: str, text: str, documents: tuple[Document, ...], identifier: str) -> ContactRequest:
    since = now() - timedelta(hours=1)
    if ContactRequest.objects.filter(email__iexact=address, created_at__gt=since).count() >= MOST_AN_HOUR:
        raise MailRefused("too_many")
    account = Account.objects.filter(email__iexact=address).select_related("person").first()
    asked = Asked(
        name,
        address,
        Subject.OTHER,
        text,
        role="par courriel",
        person=account.person if account else None,
        documents=documents,
        message_id=identifier,
    )
    return services.ask(uuid4(), asked)


def _is_automatic(mail: EmailMessage) -> bool:
    """RFC 3834: an answer to an answer never ends; and what the mail system itself says."""
    if str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower() != "no":
        return True
    bulk = str(mail.get("Precedence", "")).strip().lower() in ("bulk", "junk", "list", "auto_reply")
    system = mail.get_content_type() == "multipart/report" or str(mail.get("Return-Path", "")).strip() == "<>"
    return bulk or system or "X-Autoreply" in mail or "X-Autorespond" in mail


def _identifier(mail: EmailMessage, content: bytes) -> str:
    """The mail's own, or what stands for it where it has none."""
    own = str(mail.get("Message-ID", "")).strip()
    return own if own and len(own) <= 250 else f"<{hashlib.sha256(content).hexdigest()}@sans-identifiant>"


def _thread(mail: EmailMessage) -> ContactRequest | None:
    named = f"{mail.get('In-Reply-To', '')} {mail.get('References', '')}".split()[-20:]
    message = ContactMessage.objects.filter(message_id__in=named).select_related("request").first()
    if message is not None:
        return message.request
    number = _NUMBER.search(str(mail.get("Subject", "")))
    found = ContactRequest.objects.filter(pk=int(number[1])).first() if number else None
    return found if found and number and found.number == number[0] else None


def _read(mail: EmailMessage) -> tuple[str, tuple[Document, ...]]:
    """What the person wrote, without what is quoted, and the documents; the text names those that are refused."""
    documents: list[Document] = []
    refused: list[str] = []
    for part in mail.iter_attachments():
        name = clean(part.get_filename() or "sans nom")
        try:
            documents.append(_document(name, part, len(documents)))
        except ValidationError as error:
            refused.append(f"Pièce jointe refusée : {name}. {' '.join(error.messages)}")
    text = clean_lines(_words(mail))
    text = text if len(text) <= TEXT_LENGTH - 1500 else f"{text[: TEXT_LENGTH - 1500]}…"
    told = [text or "(message sans texte)", *refused[:MOST_DOCUMENTS]]
    return "\n\n".join(told)[:TEXT_LENGTH], tuple(documents)


def _document(name: str, part: EmailMessage, before: int) -> Document:
    if before >= MOST_DOCUMENTS:
        raise ValidationError(f"Un message ne porte pas plus de {MOST_DOCUMENTS} pièces jointes.")
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        raise ValidationError("Elle est vide ou illisible.")
    document: Document = DocumentField().clean(SimpleUploadedFile(name, content))
    return document


def _words(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())[:MOST_TEXT]
    except (LookupError, KeyError, ValueError):  # an encoding that nobody knows
        return ""
    if part.get_content_type() == "text/html":
        content = unescape(strip_tags(_LINE_END.sub("\n", _UNSEEN.sub("", content))))
    return str(EmailReplyParser(languages=["fr", "en"]).parse_reply(content) or content)
