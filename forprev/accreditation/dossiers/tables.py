"""The lists of an entity's dossiers."""

from __future__ import annotations

import django_tables2 as tables

from forprev.accreditation.models import Dossier, DossierState, LineKind, Track
from forprev.core.lists import Choice, Criterion, Date, DateColumn, ListScreen, MomentColumn, Noun, Text
from forprev.core.templatetags.ui import status_badge


class OwnDossierTable(tables.Table):
    demande = tables.Column(
        "Demande",
        accessor="number",
        linkify=("accreditation:dossier", {"pk": tables.A("pk")}),
        empty_values=(),
        attrs={"td": {"class": "num"}},
    )
    objet = tables.Column("Objet", accessor="pk", orderable=False)
    modifiee = MomentColumn("Modifiée le", accessor="modified_at")
    transmise = DateColumn("Transmise le", accessor="submitted_on")
    echeance = DateColumn("Échéance", accessor="due_on")
    etat = tables.Column("État", accessor="state")

    def render_demande(self, record: Dossier) -> str:
        return record.number or f"Brouillon n°{record.pk}"

    def render_objet(self, record: Dossier) -> str:
        """`Renouvellement : SST / 1 ; nouvelle habilitation : PRAP IBC / 1`."""
        if record.track == Track.DATA:
            return str(Track.DATA.label)
        asked = [f"{LineKind(line.kind).label}\N{NO-BREAK SPACE}: {line.level}" for line in record.lines.all()]
        return " ; ".join(asked) or "Première demande"

    def render_etat(self, record: Dossier) -> str:
        return status_badge(record.state, record.state_label)

    def value_etat(self, record: Dossier) -> str:
        return record.state_label


class OwnDossierList(ListScreen):
    noun = Noun("demande", "demandes", feminine=True)
    table_class = OwnDossierTable
    default_sort = "-modifiee"
    export_name = "demandes"
    criteria = (
        Criterion("etat", "État", "state", Choice(DossierState.choices)),
        Criterion("demande", "Numéro", "number", Text()),
        Criterion("transmise", "Transmise le", "submitted_on", Date()),
        Criterion("echeance", "Échéance", "due_on", Date()),
    )
