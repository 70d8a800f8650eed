"""The list of the messages that an actor follows, and that of the messages that a person received."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html

from forprev.core.lists import Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Text
from forprev.core.templatetags.ui import status_badge
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.workflow import State


class MessageTable(tables.Table):
    objet = tables.Column(
        "Objet", accessor="pk", order_by="subject", linkify=("network:message", {"pk": tables.A("pk")})
    )
    emetteur = tables.Column("Émetteur", accessor="sender", order_by="fund__name")
    creation = MomentColumn("Créé le", accessor="created_at")
    envoi = MomentColumn("Date d’envoi", accessor="send_at", default="–")
    destinataires = tables.Column("Destinataires", accessor="recipients_count", default="–")
    etat = tables.Column("État", accessor="state")

    def render_objet(self, record: TargetedMessage) -> str:
        return str(record)

    def value_objet(self, record: TargetedMessage) -> str:
        return str(record)

    def render_etat(self, record: TargetedMessage) -> str:
        badge = status_badge(record.state, record.state_label)
        return format_html("<div>{}</div>", badge)

    def value_etat(self, record: TargetedMessage) -> str:
        return record.state_label


class MessageList(ListScreen):
    noun = Noun("message ciblé", "messages ciblés")
    table_class = MessageTable
    criteria = (
        Criterion("objet", "Objet", "subject", Text()),
        Criterion("etat", "État", "state", Choice(State.choices)),
        Criterion("creation", "Créé le", "created_at", Moment()),
        Criterion("envoi", "Date d’envoi", "send_at", Moment()),
    )


class ReceivedTable(tables.Table):
    objet = tables.Column(
        "Objet",
        accessor="message__subject",
        linkify=("network:received_message", {"pk": tables.A("message_id")}),
    )
    emetteur = tables.Column("Émetteur", accessor="message__sender", order_by="message__fund__name")
    reception = MomentColumn("Reçu le", accessor="served_at")
    lecture = tables.Column("Lecture", accessor="read_at", empty_values=())

    def render_lecture(self, record: Recipient) -> str:
        look = ("neutral", "Lu") if record.read_at else ("action", "Non lu")
        return format_html("<div>{}</div>", status_badge(*look))

    def value_lecture(self, record: Recipient) -> str:
        return "Lu" if record.read_at else "Non lu"


class ReceivedList(ListScreen):
    noun = Noun("message", "messages")
    table_class = ReceivedTable
    criteria = (
        Criterion("objet", "Objet", "message__subject", Text()),
        Criterion("reception", "Reçu le", "served_at", Moment()),
    )
