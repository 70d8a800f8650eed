"""Dossiers under way whose department gets another fund, or whose reviewer leaves: they wait for somebody else."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import QuerySet
from django.dispatch import receiver

from forprev.accounts.models import Role
from forprev.accreditation.dossiers.rules import department_of
from forprev.accreditation.models import Candidate, Dossier, Track
from forprev.accreditation.workflow import CLOSED, State
from forprev.core import dates
from forprev.organisations.funds.consequences import tells_what_follows
from forprev.organisations.models import Department, NetworkRole
from forprev.organisations.signals import departments_moved, network_role_ended

# The history bears the name of what the national administration did: nothing below opens an action.


@tells_what_follows
def dossiers_that_follow(codes: Collection[str]) -> str:
    count = len(_departments_of_dossiers(codes))
    match count:
        case 0:
            return "Aucune demande en cours n’est concernée."
        case 1:
            return "Une demande en cours passe à la nouvelle caisse, où elle attend d’être prise en charge."
        case _:
            return (
                f"{count} demandes en cours passent à la nouvelle caisse, où elles attendent d’être prises en charge."
            )


@receiver(departments_moved)
def follow(*, codes: Collection[str], **_: Any) -> None:
    """To the fund of their department, as if they were sent today; nobody has them in hand there."""
    funds = dict(Department.objects.filter(pk__in=codes).values_list("code", "fund"))
    departments = _departments_of_dossiers(codes)

    def hand_over(dossier: Dossier) -> None:
        dossier.fund_id, dossier.assigned_to = funds[departments[dossier.pk]], None

    _change(Dossier.objects.filter(pk__in=departments), hand_over)


@receiver(network_role_ended)
def leave(*, role: NetworkRole, **_: Any) -> None:
    """What an officer, or a national administrator, had in hand in this role is nobody's."""
    assigned = _under_way().filter(assigned_to=role.person_id)
    match role.role:
        case Role.FUND_OFFICER:
            assigned = assigned.filter(fund=role.fund_id)
        case Role.NATIONAL_ADMINISTRATOR:
            assigned = assigned.filter(track=Track.OTHER)
        case _:
            return

    def free(dossier: Dossier) -> None:
        dossier.assigned_to = None

    _change(assigned, free)


def _under_way() -> QuerySet[Dossier]:
    return Dossier.objects.exclude(state__in=(State.DRAFT, *CLOSED))


def _departments_of_dossiers(codes: Collection[str]) -> dict[int, str]:
    """The department, one of these, of each dossier under way that a fund reviews: its entity's, or its candidate's."""
    reviewed = _under_way().exclude(fund=None)
    entities = reviewed.filter(organisation__department__in=codes)
    found = dict(entities.values_list("pk", "organisation__department_id"))
    for candidate in Candidate.objects.filter(dossier__in=reviewed.filter(organisation=None)):
        department = department_of(candidate)
        if department is not None and department.code in codes:
            found[candidate.dossier_id] = department.code
    return found


def _change(dossiers: QuerySet[Dossier], change: Callable[[Dossier], None]) -> None:
    for dossier in dossiers.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        change(dossier)
        dossier.version += 1
        dossier.modified_at = dates.now()
        dossier.save()
