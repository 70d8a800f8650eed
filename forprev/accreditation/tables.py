"""The list of active accreditations."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import django_tables2 as tables
from django.utils.html import format_html

from forprev.accreditation.models import Accreditation, AccreditationSettings
from forprev.accreditation.selectors import delegations_of, standing
from forprev.core.dates import today
from forprev.core.lists import Criterion, Date, DateColumn, ListScreen, Noun, Number, Text
from forprev.core.templatetags.ui import status_badge
from forprev.core.text import normalise

NOBODY = "–"


class AccreditationTable(tables.Table):
    dispositif = tables.Column(
        "Dispositif",
        accessor="level__scheme__name",
        order_by=("level__scheme__name", "level__number"),
        linkify=("accreditation:detail", {"pk": tables.A("pk")}),
    )
    niveau = tables.Column("Niveau", accessor="level__number")
    numero = tables.Column("Numéro", accessor="number")
    entite = tables.Column("Raison sociale", accessor="organisation__name", order_by="organisation__search_name")
    debut = DateColumn("Date de début", accessor="starts_on")
    fin = DateColumn("Date de fin", accessor="ends_on")
    statut = tables.Column("Statut", accessor="status", orderable=False)
    delegataires = tables.Column("Délégataires", accessor="delegations_now", orderable=False, empty_values=())

    @cached_property
    def settings(self) -> AccreditationSettings:
        """Read once a list."""
        return AccreditationSettings.current()

    def render_dispositif(self, value: str, record: Accreditation) -> str:
        """The link says of which accreditation it is, to those who hear it out of its row."""
        return format_html('{}<span class="visually-hidden">, habilitation {}</span>', value, record.number)

    def value_dispositif(self, value: str) -> str:
        return value

    def render_statut(self, record: Accreditation) -> str:
        """In an element of its own: the width that the theme gives to states is that of a session's."""
        now = standing(record, today(), self.settings)
        badge = status_badge(now.state, now.label)
        return format_html("<div>{}</div>", badge)

    def value_statut(self, record: Accreditation) -> str:
        return standing(record, today(), self.settings).label

    def render_delegataires(self, record: Accreditation) -> str:
        return ", ".join(each.membership.person.display_name for each in delegations_of(record)) or NOBODY


class AccreditationList(ListScreen):
    """For an entity, whose list bears no name of entity."""

    noun = Noun("habilitation", "habilitations", feminine=True)
    table_class = AccreditationTable
    default_sort = "dispositif"
    export_name = "habilitations-actives"
    criteria: Sequence[Criterion] = (
        Criterion("dispositif", "Dispositif", "level__scheme__name", Text()),
        Criterion("niveau", "Niveau", "level__number", Number()),
        Criterion("numero", "Numéro", "number", Text()),
        Criterion("debut", "Date de début", "starts_on", Date()),
        Criterion("fin", "Date de fin", "ends_on", Date()),
    )


class NetworkAccreditationList(AccreditationList):
    """For funds and the national network: of which entity, too."""

    criteria = (
        Criterion("entite", "Raison sociale", "organisation__search_name", Text(normalise)),
        *AccreditationList.criteria,
    )


class SuspendedList(NetworkAccreditationList):
    noun = Noun("habilitation suspendue", "habilitations suspendues", feminine=True)
    export_name = "habilitations-suspendues"
