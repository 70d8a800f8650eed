"""The inbox, and the list of the mails that did not arrive."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.html import format_html

from forprev.core.lists import Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Text
from forprev.core.templatetags.ui import status_badge
from forprev.notices.models import Notice

STATES = (("unread", "Non lu"), ("read", "Lu"))
TONES = {"unread": "action", "read": "neutral"}


class NoticeTable(tables.Table):
    message = tables.Column("Message", accessor="subject", linkify=True)
    etat = tables.Column("État", accessor="state")
    sorte = tables.Column("Sorte", accessor="get_kind_display", order_by="kind")
    date = MomentColumn("Date", accessor="created_at")

    def render_message(self, value: str, record: Any) -> str:
        return format_html("<strong>{}</strong>", value) if record.state == "unread" else value

    def value_message(self, value: str) -> str:
        return value

    def render_etat(self, value: str) -> str:
        return status_badge(TONES[value], dict(STATES)[value])

    def value_etat(self, value: str) -> str:
        return dict(STATES)[value]


class NoticeList(ListScreen):
    """Without a sort, in the order of `selectors.inbox_of`."""

    noun = Noun("message", "messages")
    table_class = NoticeTable
    criteria = (
        Criterion("message", "Message", "subject", Text()),
        Criterion("etat", "État", "state", Choice(STATES)),
        Criterion("sorte", "Sorte", "kind", Choice(Notice.Kind.choices)),
        Criterion("date", "Date", "created_at", Moment()),
    )


class DeadLetterTable(tables.Table):
    courriel = tables.Column("Courriel", accessor="subject", linkify=("notices:dead_letter", {"pk": tables.A("pk")}))
    destinataire = tables.Column("Destinataire", accessor="recipient")
    numero = tables.Column("N° Forprev", accessor="person__number", default="")
    motif = tables.Column("Motif", accessor="problem", orderable=False)
    ecrit = MomentColumn("Écrit le", accessor="created_at")
    abandon = MomentColumn("Abandonné le", accessor="failed_at")


class DeadLetterList(ListScreen):
    noun = Noun("courriel non remis", "courriels non remis")
    table_class = DeadLetterTable
    default_sort = "-abandon"
    criteria = (
        Criterion("destinataire", "Destinataire", "recipient", Text(), personal=True),
        Criterion("numero", "N° Forprev", "person__number", Text(), personal=True),
        Criterion("courriel", "Courriel", "subject", Text()),
        Criterion("motif", "Motif", "problem", Text()),
        Criterion("abandon", "Abandonné le", "failed_at", Moment()),
    )
