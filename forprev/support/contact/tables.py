"""The list of contact requests."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html

from forprev.core.lists import Beginning, Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Number, Text
from forprev.core.templatetags.ui import status_badge
from forprev.core.text import normalise
from forprev.support.contact.models import ContactRequest, Subject
from forprev.support.contact.workflow import ContactState


class ContactTable(tables.Table):
    numero = tables.Column(
        "Numéro", accessor="number", order_by="pk", linkify=("support:contact_request", {"pk": tables.A("pk")})
    )
    reception = MomentColumn("Reçue le", accessor="created_at")
    objet = tables.Column("Objet", accessor="subject")
    demandeur = tables.Column("Demandeur", accessor="name")
    entite = tables.Column("Entité", accessor="organisation", order_by="organisation__search_name", default="–")
    affectation = tables.Column(
        "Affectée à", accessor="assigned_to", order_by="assigned_to__search_last_name", default="–"
    )
    modification = MomentColumn("Modifiée le", accessor="modified_at")
    etat = tables.Column("État", accessor="state")

    def render_objet(self, record: ContactRequest) -> str:
        return record.get_subject_display()

    def render_etat(self, record: ContactRequest) -> str:
        badge = status_badge(record.state, record.state_label)
        return format_html("<div>{}</div>", badge)

    def value_etat(self, record: ContactRequest) -> str:
        return record.state_label


class ContactList(ListScreen):
    """Without a sort, in the order of `selectors.for_list`: what waits first. Criteria on people are personal."""

    noun = Noun("demande", "demandes", feminine=True)
    table_class = ContactTable
    criteria = (
        Criterion("etat", "État", "state", Choice(ContactState.choices)),
        Criterion("objet", "Objet", "subject", Choice(Subject.choices)),
        Criterion("reception", "Reçue le", "created_at", Moment()),
        Criterion("numero", "Numéro (sans l’année)", "pk", Number()),
        Criterion("demandeur", "Demandeur", "name", Text(), personal=True),
        Criterion("entite", "Entité", "organisation__search_name", Text(normalise)),
        Criterion("siret", "SIRET de l’entité", "organisation__siret", Beginning()),
        Criterion("forprev", "N° Forprev", "person__number", Beginning(str.upper), personal=True),
        Criterion("courriel", "E-mail", "email", Text(), personal=True),
    )
