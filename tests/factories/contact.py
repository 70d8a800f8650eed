"""Requests to the hotline, made as people make them."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any
from uuid import uuid4

from forprev.support.contact.models import ContactRequest, Subject
from forprev.support.contact.services import Asked, ask


def contacted(**changes: Any) -> ContactRequest:
    """A new request, of somebody without account where no `person` is given."""
    asked: dict[str, Any] = {
        "name": "Anne Lévêque",
        "email": "anne@exemple.test",
        "subject": Subject.SESSION,
        "text": "Bonjour, ma session est introuvable.",
    }
    return ask(uuid4(), Asked(**{**asked, **changes}))


def mail(
    text: str = "Voici la suite.", sender: str = "Anne Lévêque <anne@exemple.test>", **headers: str
) -> EmailMessage:
    """A mail as a person sends it; a header whose value is empty is left out."""
    written = EmailMessage()
    named = {
        "From": sender,
        "To": "assistance@demo.test",
        "Subject": "Bonjour",
        "Message-ID": f"<{uuid4()}@exemple.test>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in named.items():
        if value:
            written[name] = value
    written.set_content(text)
    return written
