"""The list of the requests for correction."""

from __future__ import annotations

import django_tables2 as tables

from forprev.core.lists import Beginning, Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Number, Text
from forprev.core.templatetags.ui import status_badge
from forprev.core.text import normalise
from forprev.people.models import Merge
from forprev.support.models import CorrectionRequest
from forprev.support.workflow import State


class CorrectionTable(tables.Table):
    demande = tables.Column(
        "Demande",
        accessor="pk",
        linkify=("support:correction", {"pk": tables.A("pk")}),
        attrs={"td": {"class": "num"}},
    )
    date = MomentColumn("Date de la demande", accessor="created_at")
    nom = tables.Column(
        "Nom", accessor="person__last_name", order_by=("person__search_last_name", "person__search_first_name")
    )
    prenom = tables.Column(
        "Prénom", accessor="person__first_name", order_by=("person__search_first_name", "person__search_last_name")
    )
    numero = tables.Column("N° Forprev", accessor="person__number")
    etat = tables.Column("État", accessor="state")

    def render_nom(self, value: str) -> str:
        return value.upper()

    def render_etat(self, record: CorrectionRequest) -> str:
        return status_badge(record.state, record.state_label)

    def value_etat(self, record: CorrectionRequest) -> str:
        return record.state_label


class CorrectionList(ListScreen):
    """Without a sort, in the order of `selectors.for_list`: what waits first. Criteria on people are personal."""

    noun = Noun("demande de correction", "demandes de correction", feminine=True)
    table_class = CorrectionTable
    criteria = (
        Criterion("etat", "État", "state", Choice(State.choices)),
        Criterion("date", "Date de la demande", "created_at", Moment()),
        Criterion("demande", "Demande", "pk", Number()),
        Criterion("nom", "Nom", "person__search_last_name", Beginning(normalise), personal=True),
        Criterion("prenom", "Prénom", "person__search_first_name", Beginning(normalise), personal=True),
        Criterion("numero", "N° Forprev", "person__number", Beginning(str.upper), personal=True),
    )


class MergeTable(tables.Table):
    fusion = tables.Column(
        "Fusion", accessor="pk", linkify=("support:merge", {"pk": tables.A("pk")}), attrs={"td": {"class": "num"}}
    )
    date = MomentColumn("Date", accessor="at")
    doublon = tables.Column("Doublon", accessor="duplicate_name", order_by=("last_name", "first_name"))
    numero = tables.Column("N° du doublon", accessor="number")
    garde = tables.Column("N° gardé", accessor="kept_number")
    par = tables.Column("Par", accessor="by", orderable=False, default="Forprev")
    etat = tables.Column("État", accessor="state", order_by="undone_at")

    def render_etat(self, record: Merge) -> str:
        return status_badge(record.state, record.state_label)

    def value_etat(self, record: Merge) -> str:
        return record.state_label


class MergeList(ListScreen):
    noun = Noun("fusion", "fusions", feminine=True)
    table_class = MergeTable
    criteria = (
        Criterion("date", "Date", "at", Moment()),
        Criterion("nom", "Nom du doublon", "last_name", Text(), personal=True),
        Criterion("numero", "N° du doublon", "number", Text(), personal=True),
        Criterion("garde", "N° gardé", "kept_number", Text(), personal=True),
    )
