"""Who holds which role of the network, for the national administration."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import NETWORK_ROLES, Role
from forprev.core.history import Told, told
from forprev.organisations.models import NetworkRole, held_now

ACTIONS = {
    "grant_network_role": "Rôle donné",
    "end_network_role": "Fin du rôle",
    "end_lapsed_roles": "Fin du rôle : dernier jour passé",
    "merge_persons": "Réunion de deux fiches",
    "undo_merge": "Réunion de deux fiches annulée",
}
ADVISED = {
    Role.NATIONAL_ADMINISTRATOR: "Nous vous conseillons au moins deux administrateurs nationaux.",
    Role.SUPPORT_AGENT: "Un second facteur perdu ne se retire qu’à deux : la hotline a besoin d’au moins deux agents.",
}
"""What to say of a role that one person holds alone."""


def network_roles(acting: Acting) -> QuerySet[NetworkRole]:
    """National administrators: every role of the network, ended or not, with person, account and fund; else none."""
    if acting.role != Role.NATIONAL_ADMINISTRATOR:
        return NetworkRole.objects.none()
    return NetworkRole.objects.select_related("person__account", "fund")


def held(acting: Acting) -> QuerySet[NetworkRole]:
    return network_roles(acting).filter(held_now())


def ended(acting: Acting) -> QuerySet[NetworkRole]:
    return network_roles(acting).exclude(held_now())


@dataclass(frozen=True)
class Headcount:
    """How many people hold a role now, and what to say of it."""

    role: Role
    people: int
    advice: str


def headcounts() -> list[Headcount]:
    """Of each role of the network, in one query."""
    counted = NetworkRole.objects.filter(held_now()).values("role").order_by("role")
    found = dict(counted.annotate(people=Count("person", distinct=True)).values_list("role", "people"))
    return [Headcount(role, found.get(role, 0), _advice(role, found.get(role, 0))) for role in NETWORK_ROLES]


def _advice(role: Role, people: int) -> str:
    if people == 0 and role != Role.FUND_OFFICER:
        return "Personne ne tient ce rôle."
    return ADVISED.get(role, "") if people == 1 else ""


def is_last(role: NetworkRole) -> bool:
    """Whether nobody else who came in holds this national role without a last day."""
    if role.role == Role.FUND_OFFICER:
        return False
    others = NetworkRole.objects.filter(ended_at=None, ends_on=None, role=role.role).exclude(person=role.person_id)
    return not others.filter(person__account__is_active=True, person__account__welcomed_at__isnull=False).exists()


def others_like(role: NetworkRole) -> int:
    """How many other people hold the same role, of the same fund."""
    like = NetworkRole.objects.filter(held_now(), role=role.role, fund=role.fund_id)
    return like.exclude(person=role.person_id).values("person").distinct().count()


def history_of_role(role: NetworkRole) -> list[Told]:
    return told(role, ACTIONS, {"person": "Personne", "ends_on": "Dernier jour"})
