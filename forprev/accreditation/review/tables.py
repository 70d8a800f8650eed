"""The queue: the dossiers that a role has to treat, or all those that it sees."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html

from forprev.accreditation.models import Dossier, DossierState, Track
from forprev.accreditation.review.selectors import Assignment, is_late, object_of
from forprev.core.dates import french, today
from forprev.core.lists import Choice, Criterion, Date, DateColumn, ListScreen, Noun, Text
from forprev.core.templatetags.ui import icon, status_badge
from forprev.core.text import normalise

NOBODY = "–"
SENT_STATES = [(state.value, state.label) for state in DossierState if state != DossierState.DRAFT]


class QueueTable(tables.Table):
    numero = tables.Column(
        "Numéro",
        accessor="number",
        linkify=("accreditation:review", {"pk": tables.A("pk")}),
        attrs={"td": {"class": "queue-number"}},
    )
    nom = tables.Column("Raison sociale", accessor="organisation_name", order_by="search_name")
    objet = tables.Column("Objet", accessor="track", orderable=False)
    etat = tables.Column("État", accessor="state")
    transmise = DateColumn("Transmise le", accessor="submitted_on")
    age = tables.Column(
        "Âge (jours)", accessor="submitted_on", order_by="-submitted_on", attrs={"td": {"class": "number"}}
    )
    echeance = DateColumn("Échéance", accessor="due_on")
    confiee = tables.Column(
        "Confiée à",
        accessor="assigned_to",
        order_by=("assigned_to__search_last_name", "assigned_to__search_first_name"),
        default=NOBODY,
    )

    def render_objet(self, record: Dossier) -> str:
        return object_of(record)

    def render_etat(self, record: Dossier) -> str:
        """In an element of its own: the width that the theme gives to states is that of a session's."""
        badge = status_badge(record.state, record.state_label)
        return format_html("<div>{}</div>", badge)

    def value_etat(self, record: Dossier) -> str:
        return record.state_label

    def render_age(self, record: Dossier) -> int | str:
        return (today() - record.submitted_on).days if record.submitted_on else NOBODY

    def render_echeance(self, record: Dossier) -> str:
        if record.due_on is None:
            return NOBODY
        if not is_late(record, today()):
            return french(record.due_on)
        return format_html(
            '<span class="due-late">{} {} <span class="due-late-word">En retard</span></span>',
            icon("exclamation-triangle-fill"),
            french(record.due_on),
        )

    def render_confiee(self, record: Dossier) -> str:
        return record.assigned_to.display_name if record.assigned_to else NOBODY


class QueueList(ListScreen):
    """Without a sort, in the order of `selectors.for_queue`: the most urgent first."""

    noun = Noun("demande", "demandes", feminine=True)
    table_class = QueueTable
    export_name = "demandes"
    criteria = (
        Criterion("etat", "État", "state", Choice(SENT_STATES)),
        Criterion("confiee", "Confiée à", "assignment", Choice(Assignment.choices)),
        Criterion("echeance", "Échéance", "due_on", Date()),
        Criterion("nom", "Raison sociale", "search_name", Text(normalise)),
        Criterion("numero", "Numéro", "number", Text()),
        Criterion("transmise", "Transmise le", "submitted_on", Date()),
        Criterion("circuit", "Circuit", "track", Choice(Track.choices)),
    )
