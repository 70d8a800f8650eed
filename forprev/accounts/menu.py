"""Entries of the side menu."""

from __future__ import annotations

from django.db.models import QuerySet

from forprev.accounts.models import FactorReset, Role
from forprev.core import menu


def _waiting(acting: object) -> QuerySet[FactorReset]:
    return FactorReset.objects.filter(state=FactorReset.State.ASKED)


def register_menu() -> None:
    menu.register(menu.USERS, "Comptes", "accounts:desk", roles=[Role.SUPPORT_AGENT], order=70, icon="people")
    menu.register(
        menu.USERS,
        "Seconds facteurs perdus",
        "accounts:lost_factors",
        roles=[Role.SUPPORT_AGENT],
        waiting=_waiting,
        order=80,
        icon="people",
    )
