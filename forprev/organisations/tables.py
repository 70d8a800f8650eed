"""The list of an entity's users."""

from __future__ import annotations

import django_tables2 as tables

from forprev.core.lists import Choice, Criterion, Date, DateColumn, ListScreen, Noun, Text
from forprev.core.lists.kinds import Operator
from forprev.core.text import normalise

NO_EMAIL = "–"


class UserTable(tables.Table):
    nom = tables.Column(
        "Nom",
        accessor="last_name",
        order_by=("search_last_name", "search_first_name"),
        linkify=("accreditation:user", {"pk": tables.A("pk")}),
    )
    prenom = tables.Column("Prénom", accessor="first_name", order_by=("search_first_name", "search_last_name"))
    naissance = DateColumn("Date de naissance", accessor="birth_date")
    email = tables.Column("E-mail", accessor="account__email", default=NO_EMAIL)
    numero = tables.Column("N° Forprev", accessor="number")
    roles = tables.Column("Rôles", accessor="role_codes")

    def render_nom(self, value: str) -> str:
        return value.upper()


class RoleChoice(Choice):
    """One of the roles that a person holds, several being written `G, DI`."""

    operators = (
        Operator("est", "est", "contains"),
        Operator("nest", "n’est pas", "contains", negated=True),
    )


class UserList(ListScreen):
    """Criteria on people are personal: they stand in no address."""

    noun = Noun("utilisateur", "utilisateurs")
    table_class = UserTable
    default_sort = "nom"
    criteria = (
        Criterion("nom", "Nom", "search_last_name", Text(normalise), personal=True),
        Criterion("prenom", "Prénom", "search_first_name", Text(normalise), personal=True),
        Criterion("naissance", "Date de naissance", "birth_date", Date(), personal=True),
        Criterion("email", "E-mail", "account__email", Text(), personal=True),
        Criterion("numero", "N° Forprev", "number", Text(), personal=True),
        Criterion("role", "Rôle", "role_codes", RoleChoice([("G", "Gestionnaire"), ("DI", "Délégataire")])),
    )
