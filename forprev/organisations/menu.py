"""The entries of the side menu."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.core import menu


def register_menu() -> None:
    menu.register(
        menu.ORGANISATION,
        menu.ORGANISATION,
        "organisations:entity",
        roles=[Role.MANAGER, Role.DELEGATE],
        order=10,
        icon="building",
    )
    menu.register(menu.USERS, "Rechercher", "organisations:users", roles=[Role.MANAGER], order=10, icon="people")
    national = [Role.NATIONAL_ADMINISTRATOR]
    menu.register(menu.ADMINISTRATION, "Caisses", "organisations:funds", roles=national, order=40, icon="sliders")
    menu.register(
        menu.ADMINISTRATION, "Personnes du réseau", "organisations:staff", roles=national, order=50, icon="sliders"
    )
