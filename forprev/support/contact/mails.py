"""What leaves: the acknowledgement and the answers, to whoever asks; what the hotline is told."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from forprev.accounts.models import Account, Role
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services import send_mail, tell_many
from forprev.organisations.models import NetworkRole, held_now
from forprev.support.contact.models import ContactMessage, ContactRequest


def acknowledge(contact: ContactRequest, text: str) -> OutgoingMail | None:
    return _send(contact, "contact_received", {"text": text}, f"contact_received/{contact.pk}")


def answer(contact: ContactRequest, message: ContactMessage) -> OutgoingMail | None:
    return _send(contact, "contact_answer", {"text": message.text}, f"contact_answer/{message.pk}")


def tell_hotline(contact: ContactRequest, message: ContactMessage) -> None:
    """The agent in charge, or all of them where nobody is."""
    agents = NetworkRole.objects.filter(held_now(), role=Role.SUPPORT_AGENT)
    if contact.assigned_to_id:
        agents = agents.filter(person=contact.assigned_to_id)
    tell_many(
        Account.objects.filter(person__in=agents.values("person")),
        "support/mails/contact_asked",
        {"contact": contact},
        kind=Notice.Kind.TASK,
        url=reverse("support:contact_request", args=[contact.pk]),
        key=f"contact_asked/{message.pk}",
    )


def _send(contact: ContactRequest, template: str, context: dict[str, str], key: str) -> OutgoingMail | None:
    """It may be answered: what comes back joins the thread (`receiving`)."""
    return send_mail(
        contact.email,
        f"support/mails/{template}",
        {"contact": contact, **context},
        person=contact.writer,
        key=key,
        reply_to=settings.CONTACT_ADDRESS,
    )
