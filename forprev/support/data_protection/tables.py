"""The lists of personal data's screens."""

from __future__ import annotations

import django_tables2 as tables

from forprev.core.lists import Beginning, Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Number, Text
from forprev.core.text import normalise
from forprev.people.models import Consultation, RetentionRun
from forprev.people.retention.registry import kind_of, kinds

_NUM = {"td": {"class": "num"}}


class RunTable(tables.Table):
    debut = MomentColumn("Début", accessor="started_at")
    categorie = tables.Column("Catégorie", accessor="kind")
    duree = tables.Column("Durée appliquée (mois)", accessor="months", attrs=_NUM)
    examinees = tables.Column("Examinées", accessor="examined", attrs=_NUM)
    effacees = tables.Column("Effacées", accessor="disposed", attrs=_NUM)
    echecs = tables.Column("En échec", accessor="failed", attrs=_NUM)
    secondes = tables.Column("Secondes", accessor="seconds", attrs=_NUM, orderable=False, empty_values=())

    def render_categorie(self, record: RetentionRun) -> str:
        found = kind_of(record.kind)
        return found.title if found else record.kind

    def render_secondes(self, record: RetentionRun) -> str:
        return "interrompu" if record.seconds is None else f"{record.seconds}".replace(".", ",")

    def value_secondes(self, record: RetentionRun) -> float | str:
        return "interrompu" if record.seconds is None else record.seconds


class RunList(ListScreen):
    noun = Noun("passage", "passages")
    table_class = RunTable
    default_sort = "-debut"
    export_name = "conservation-passages"
    criteria = (
        Criterion("debut", "Début", "started_at", Moment()),
        Criterion("categorie", "Catégorie", "kind", Choice(lambda: [(kind.key, kind.title) for kind in kinds()])),
        Criterion("effacees", "Effacées", "disposed", Number()),
        Criterion("echecs", "En échec", "failed", Number()),
    )


class ConsultationTable(tables.Table):
    date = MomentColumn("Date", accessor="at")
    agent = tables.Column("Agent", accessor="by__display_name", order_by=("by__search_last_name",))
    role = tables.Column("Rôle", accessor="role")
    service = tables.Column("Service", accessor="place")
    page = tables.Column("Page", accessor="page")
    personne = tables.Column("Personne", accessor="person__number", empty_values=())
    nombre = tables.Column("Personnes", accessor="count", attrs=_NUM)
    motif = tables.Column("Motif", accessor="reason")

    def render_page(self, record: Consultation) -> str:
        return record.get_page_display()

    def render_personne(self, record: Consultation) -> str:
        return f"n° {record.person.number}" if record.person else "–"


class ConsultationList(ListScreen):
    noun = Noun("consultation", "consultations", feminine=True)
    table_class = ConsultationTable
    default_sort = "-date"
    limit = 5_000
    criteria = (
        Criterion("date", "Date", "at", Moment()),
        Criterion("agent", "Agent", "by__search_last_name", Beginning(normalise), personal=True),
        Criterion("role", "Rôle", "role", Text()),
        Criterion("page", "Page", "page", Choice(Consultation.Page.choices)),
        Criterion("personne", "N° Forprev de la personne", "person__number", Beginning(str.upper), personal=True),
        Criterion("nombre", "Personnes", "count", Number()),
    )
