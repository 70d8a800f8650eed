"""The register of the consultations."""

from __future__ import annotations

import django_tables2 as tables

from forprev.accounts.models import NETWORK_ROLES, Role
from forprev.core.lists import Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Text
from forprev.core.text import normalise
from forprev.support.seeing.models import Consultation

ROLES = [(role.value, role.label) for role in Role if role not in NETWORK_ROLES and role != Role.APPLICANT]


class ConsultationTable(tables.Table):
    debut = MomentColumn("Début", accessor="begun_at", linkify=("support:consultation", {"pk": tables.A("pk")}))
    agent = tables.Column("Agent", accessor="agent", order_by="agent__search_last_name")
    personne = tables.Column("Personne vue", accessor="person", order_by="person__search_last_name")
    forprev = tables.Column("N° Forprev", accessor="person__number", orderable=False)
    role = tables.Column("Rôle", accessor="role_shown", order_by=("role", "place"))
    motif = tables.Column("Motif", accessor="reason", orderable=False)
    pages = tables.Column("Pages", accessor="page_count", orderable=False)
    fin = MomentColumn("Fin", accessor="over_at", orderable=False, default="En cours")

    def value_role(self, record: Consultation) -> str:
        return record.role_shown


class ConsultationList(ListScreen):
    noun = Noun("consultation", "consultations", feminine=True)
    table_class = ConsultationTable
    default_sort = "-debut"
    criteria = (
        Criterion("debut", "Début", "begun_at", Moment()),
        Criterion("agent", "Agent (nom)", "agent__search_last_name", Text(normalise), personal=True),
        Criterion("personne", "Personne vue (nom)", "person__search_last_name", Text(normalise), personal=True),
        Criterion("forprev", "N° Forprev", "person__number", Text(), personal=True),
        Criterion("role", "Rôle", "role", Choice(ROLES)),
        Criterion("motif", "Motif", "reason", Text()),
    )
