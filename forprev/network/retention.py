"""How long it is known who read a targeted message."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from forprev.core import uploads
from forprev.core.dates import start_of
from forprev.core.history import events_of
from forprev.network.calendar.models import CalendarFeed
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.people.retention.registry import Kind, Part, kept, register


def _recipients(limit: date) -> QuerySet[Recipient]:
    return Recipient.objects.filter(message__finished_at__lt=start_of(limit))


def _forget_recipients(pks: list[Any]) -> None:
    Recipient.objects.filter(pk__in=pks).delete()


def register_kinds() -> None:
    uploads.holds_documents("messages", TargetedMessage, "document")
    register(
        Kind(
            "message_readers",
            "Destinataires des messages ciblés",
            holds="À qui un message ciblé a été remis, et s’il a été ouvert.",
            purpose="Savoir si un message a atteint ceux qu’il concerne.",
            starts="Fin de l’envoi",
            becomes="Effacés ; le message et le nombre de ses destinataires restent",
            recipients="L’auteur, sous forme de nombres",
            months=24,
            least=6,
            most=60,
            parts=(Part(Recipient, _recipients, _forget_recipients),),
        )
    )
    kept("Écrit au nom d’une caisse ou de l’INRS.", TargetedMessage, events_of(TargetedMessage).model)
    kept("Disparaît avec le compte.", CalendarFeed)
