"""The lists of the network's people."""

from __future__ import annotations

from datetime import datetime

import django_tables2 as tables

from forprev.accounts.models import NETWORK_ROLES
from forprev.core.dates import day_of, french
from forprev.core.lists import Choice, Criterion, ListScreen, Moment, MomentColumn, Noun, Text
from forprev.core.text import normalise
from forprev.organisations.models import RegionalFund
from forprev.organisations.tables import NO_EMAIL


class DayColumn(MomentColumn):
    """The Paris day of an instant."""

    def render(self, value: datetime) -> str:
        return french(day_of(value))


class StaffTable(tables.Table):
    nom = tables.Column(
        "Nom",
        accessor="person__last_name",
        order_by=("person__search_last_name", "person__search_first_name"),
        linkify=("organisations:network_role", {"pk": tables.A("pk")}),
    )
    prenom = tables.Column(
        "Prénom", accessor="person__first_name", order_by=("person__search_first_name", "person__search_last_name")
    )
    numero = tables.Column("N° Forprev", accessor="person__number")
    email = tables.Column("E-mail", accessor="person__account__email", default=NO_EMAIL)
    role = tables.Column("Rôle", accessor="role")
    caisse = tables.Column("Caisse", accessor="fund__name", default="–")
    depuis = DayColumn("Depuis", accessor="created_at")
    connexion = MomentColumn("Dernière connexion", accessor="person__account__last_login", default="Jamais")

    def render_nom(self, value: str) -> str:
        return value.upper()


class EndedTable(StaffTable):
    fin = DayColumn("Fin", accessor="ended_at", default="–")

    class Meta:
        exclude = ("connexion",)


def _funds() -> list[tuple[str, str]]:
    return [(name, name) for name in RegionalFund.objects.values_list("name", flat=True)]


class StaffList(ListScreen):
    """Criteria on people are personal: they stand in no address."""

    noun = Noun("personne du réseau", "personnes du réseau", feminine=True)
    table_class = StaffTable
    default_sort = "nom"
    criteria = (
        Criterion("nom", "Nom", "person__search_last_name", Text(normalise), personal=True),
        Criterion("prenom", "Prénom", "person__search_first_name", Text(normalise), personal=True),
        Criterion("numero", "N° Forprev", "person__number", Text(), personal=True),
        Criterion("email", "E-mail", "person__account__email", Text(), personal=True),
        Criterion("role", "Rôle", "role", Choice([(role.value, role.label) for role in NETWORK_ROLES])),
        Criterion("caisse", "Caisse", "fund__name", Choice(_funds)),
        Criterion("depuis", "Depuis", "created_at", Moment()),
        Criterion("connexion", "Dernière connexion", "person__account__last_login", Moment()),
    )


class EndedList(StaffList):
    noun = Noun("rôle terminé", "rôles terminés")
    table_class = EndedTable
    default_sort = "-fin"
    criteria = (*StaffList.criteria[:-1], Criterion("fin", "Fin", "ended_at", Moment()))
