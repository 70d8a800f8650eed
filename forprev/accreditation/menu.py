"""The entries of the side menu."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.core import menu


def register_menu() -> None:
    menu.register(
        menu.ACCREDITATION,
        "Actives",
        "accreditation:active",
        roles=[Role.MANAGER, Role.DELEGATE, Role.FUND_OFFICER, Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR],
        order=10,
        icon="patch-check",
    )
