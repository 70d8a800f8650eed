"""The entries of the side menu."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.core import menu


def register_menu() -> None:
    roles = [Role.SUPPORT_AGENT]
    menu.register(menu.USERS, "Courriels non remis", "notices:dead_letters", roles=roles, order=90, icon="people")
    national = [Role.NATIONAL_ADMINISTRATOR]
    menu.register(
        menu.ADMINISTRATION, "Textes des courriels", "notices:texts", roles=national, order=50, icon="sliders"
    )
