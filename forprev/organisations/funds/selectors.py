"""The regional funds and their departments, for the national administration."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from forprev.core.history import Told, told
from forprev.organisations.departments import rank
from forprev.organisations.models import Department, NetworkRole, Organisation, RegionalFund, held_now

ACTIONS = {
    "create_fund": "Création",
    "change_fund": "Modification",
    "move_departments": "Changement de départements",
}
FIELDS = {"name": "Nom", "address": "Adresse", "phone": "Téléphone", "email": "E-mail"}


def funds() -> QuerySet[RegionalFund]:
    """All of them, with `codes` of departments, `officer_count` and `entity_count`."""
    officers = NetworkRole.objects.filter(held_now(), fund=OuterRef("pk")).order_by().values("fund")
    entities = Organisation.objects.filter(department__fund=OuterRef("pk")).order_by().values("department__fund")
    departments = Department.objects.filter(fund=OuterRef("pk")).order_by().values("fund")
    return RegionalFund.objects.annotate(
        codes=Coalesce(
            Subquery(departments.annotate(all=StringAgg("code", ", ", order_by="code")).values("all")),
            Value("–", output_field=TextField()),
        ),
        officer_count=_counted(officers, "person"),
        entity_count=_counted(entities, "pk"),
    )


def _counted(rows: QuerySet[Any], field: str) -> Coalesce:
    counted = rows.annotate(number=Count(field, distinct=True)).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def departments_of(fund: RegionalFund) -> list[Department]:
    """By code, with `entity_count`."""
    found = fund.departments.annotate(entity_count=Count("organisations"))
    return sorted(found, key=lambda department: rank(department.code))


def officers_of(fund: RegionalFund) -> QuerySet[NetworkRole]:
    """Those of now, by name."""
    held = fund.officers.filter(held_now()).select_related("person__account")
    return held.order_by("person__search_last_name", "person__search_first_name", "pk")


def departments_elsewhere(fund: RegionalFund) -> list[tuple[str, list[Department]]]:
    """Every department of another fund, under the name of that fund; one query."""
    others = Department.objects.exclude(fund=fund).select_related("fund").order_by("fund__name", "code")
    return [(name, list(group)) for name, group in groupby(others, key=lambda department: department.fund.name)]


def offered() -> QuerySet[RegionalFund]:
    """Those that a trainer may choose: a fund without a department has no region (A06)."""
    return RegionalFund.objects.filter(pk__in=Department.objects.values(chosen=F("fund")))


def history_of_fund(fund: RegionalFund) -> list[Told]:
    return told(fund, ACTIONS, FIELDS)
