"""The list of the regional funds."""

from __future__ import annotations

import django_tables2 as tables

from forprev.core.lists import Choice, Criterion, ListScreen, Noun, Number, Text
from forprev.organisations.departments import label_of, rank
from forprev.organisations.models import Department

NUMBERS = {"td": {"class": "num"}}


class FundTable(tables.Table):
    nom = tables.Column("Caisse", accessor="name", linkify=("organisations:fund", {"pk": tables.A("pk")}))
    departements = tables.Column("Départements", accessor="codes")
    instructeurs = tables.Column("Instructeurs", accessor="officer_count", attrs=NUMBERS)
    entites = tables.Column("Entités", accessor="entity_count", attrs=NUMBERS)


def _departments() -> list[tuple[str, str]]:
    codes = Department.objects.values_list("code", flat=True)
    return [(code, label_of(code)) for code in sorted(codes, key=rank)]


class FundList(ListScreen):
    noun = Noun("caisse", "caisses", feminine=True)
    table_class = FundTable
    default_sort = "nom"
    criteria = (
        Criterion("nom", "Caisse", "name", Text()),
        Criterion("departement", "Département", "departments__code", Choice(_departments)),
        Criterion("instructeurs", "Instructeurs", "officer_count", Number()),
        Criterion("entites", "Entités", "entity_count", Number()),
    )
