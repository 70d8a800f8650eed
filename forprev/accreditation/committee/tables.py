"""The list of meetings, and that of the dossiers that may join an agenda."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html

from forprev.accreditation.committee.selectors import ELIGIBLE
from forprev.accreditation.models import CommitteeMeeting, Dossier, DossierState, MeetingState, Opinion
from forprev.core.lists import Choice, Criterion, Date, DateColumn, ListScreen, Noun, Text
from forprev.core.templatetags.ui import status_badge
from forprev.core.text import normalise

SCHEDULE_FORM = "inscrire"
"""The id of the form that the check boxes of `EligibleTable` belong to: it stands below the list."""


class MeetingTable(tables.Table):
    date = DateColumn("Date", accessor="held_on", linkify=("accreditation:meeting", {"pk": tables.A("pk")}))
    demandes = tables.Column("Demandes à décider", accessor="left", attrs={"td": {"class": "num"}})
    etat = tables.Column("État", accessor="state")

    def render_etat(self, record: CommitteeMeeting) -> str:
        return status_badge(record.state, record.get_state_display())

    def value_etat(self, record: CommitteeMeeting) -> str:
        return record.get_state_display()


class MeetingList(ListScreen):
    """Without a sort, in the order of `selectors.for_list`."""

    noun = Noun("commission", "commissions", feminine=True)
    table_class = MeetingTable
    empty_text = "Prévoyez la prochaine commission pour inscrire des demandes à son ordre du jour."
    criteria = (
        Criterion("date", "Date", "held_on", Date()),
        Criterion("etat", "État", "state", Choice(MeetingState.choices)),
    )


class EligibleTable(tables.Table):
    choix = tables.Column(
        "Inscrire",
        accessor="pk",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "agenda-choice"}},
    )
    demande = tables.Column(
        "Demande",
        accessor="number",
        linkify=("accreditation:review", {"pk": tables.A("pk")}),
        attrs={"td": {"class": "agenda-number"}},
    )
    entite = tables.Column("Raison sociale", accessor="organisation_name", order_by="search_name")
    circuit = tables.Column("Circuit", accessor="track", orderable=False)
    transmise = DateColumn("Transmise le", accessor="submitted_on")
    avis = tables.Column("Avis", accessor="opinion", orderable=False)
    etat = tables.Column("État", accessor="state")

    def render_choix(self, record: Dossier) -> str:
        return format_html(
            '<input class="form-check-input" type="checkbox" name="dossier" value="{}" form="{}" aria-label="{}">',
            record.pk,
            SCHEDULE_FORM,
            f"Inscrire la demande {record.number}, {record.organisation_name}",
        )

    def render_etat(self, record: Dossier) -> str:
        return status_badge(record.state, record.state_label)

    def value_etat(self, record: Dossier) -> str:
        return record.state_label


class EligibleList(ListScreen):
    noun = Noun("demande", "demandes", feminine=True)
    table_class = EligibleTable
    empty_text = "Une demande peut être inscrite dès qu’un avis est rendu, ou après avoir été ajournée."
    export_name = "demandes-a-inscrire"
    criteria = (
        Criterion("demande", "Demande", "number", Text()),
        Criterion("entite", "Raison sociale", "search_name", Text(normalise)),
        Criterion("transmise", "Transmise le", "submitted_on", Date()),
        Criterion("avis", "Avis", "opinion", Choice(Opinion.choices)),
        Criterion("etat", "État", "state", Choice([(each.value, each.label) for each in map(DossierState, ELIGIBLE)])),
    )
