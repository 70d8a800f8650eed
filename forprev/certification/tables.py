"""The lists of the main job."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html

from forprev.catalogue.models import Level, Qualification
from forprev.certification.models import TrainingSession
from forprev.certification.workflow import State
from forprev.core.dates import french
from forprev.core.lists import Choice, Criterion, Date, DateColumn, ListScreen, Noun, Number, Text
from forprev.core.templatetags.ui import icon, status_badge
from forprev.core.text import normalise

NOT_YET = "–"


class DayColumn(tables.Column):
    """The Paris day of an instant."""

    def render(self, value: datetime) -> str:
        return french(timezone.localtime(value).date())

    def value(self, value: datetime, **kwargs: Any) -> datetime:
        return timezone.localtime(value).replace(tzinfo=None)


class SessionTable(tables.Table):
    numero = tables.Column(
        "Numéro",
        accessor="pk",
        linkify=("certification:session", {"pk": tables.A("pk")}),
        attrs={"td": {"class": "num"}},
    )
    raison_sociale = tables.Column(
        "Raison sociale", accessor="organisation__name", order_by="organisation__search_name"
    )
    dispositif_niveau = tables.Column(
        "Dispositif niveau",
        accessor="accreditation__level",
        order_by=("accreditation__level__scheme__name", "accreditation__level__number"),
        default=NOT_YET,
    )
    certificat = tables.Column("Certificat", accessor="qualification__short_label", default=NOT_YET)
    fin = DateColumn("Date de fin de session", accessor="end_date", default=NOT_YET)
    intervenant = tables.Column(
        "Dernier intervenant",
        accessor="last_actor",
        order_by=("last_actor__search_last_name", "last_actor__search_first_name"),
    )
    modification = DayColumn("Date de modification", accessor="modified_at")
    etat = tables.Column("État", accessor="state")

    def render_etat(self, record: TrainingSession) -> str:
        return status_badge(record.state, record.state_label)

    def value_etat(self, record: TrainingSession) -> str:
        return record.state_label


class AwaitingTable(SessionTable):
    """With the bin of A39."""

    supprimer = tables.LinkColumn(
        "certification:delete",
        args=[tables.A("pk")],
        verbose_name="Supprimer",
        orderable=False,
        exclude_from_export=True,
        empty_values=(),
        attrs={"a": {"class": "bin"}, "th": {"class": "bin-head"}, "td": {"class": "bin-cell"}},
    )

    def render_supprimer(self, record: TrainingSession) -> str:
        return format_html('{}<span class="visually-hidden">Supprimer la session n°{}</span>', icon("trash"), record.pk)


_STATES = [choice for choice in State.choices if choice[0] != State.DELETED]


class SessionList(ListScreen):
    noun = Noun("session", "sessions", feminine=True)
    table_class = SessionTable
    default_sort = "-modification"
    keys_first = True
    criteria = (
        Criterion("numero", "Numéro", "pk", Number()),
        Criterion("raison_sociale", "Raison sociale", "organisation__search_name", Text(normalise)),
        Criterion("dispositif", "Dispositif", "accreditation__level", Text(), few=(Level, "scheme__name")),
        Criterion("niveau", "Niveau", "accreditation__level", Number(), few=(Level, "number")),
        Criterion("certificat", "Certificat", "qualification", Text(), few=(Qualification, "short_label")),
        Criterion("fin", "Date de fin de session", "end_date", Date()),
        Criterion("etat", "État", "state", Choice(_STATES)),
    )


class AwaitingList(SessionList):
    table_class = AwaitingTable
    empty_text = "Une session apparaît ici dès qu’elle attend quelque chose de vous."
