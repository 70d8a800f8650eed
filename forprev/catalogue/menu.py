"""The entries of the side menu for the national administration."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.core import menu


def register_menu() -> None:
    roles = [Role.NATIONAL_ADMINISTRATOR]
    menu.register(menu.ADMINISTRATION, "Catalogue", "catalogue:catalogue", roles=roles, order=10, icon="sliders")
    menu.register(menu.ADMINISTRATION, "Signataires", "catalogue:signatories", roles=roles, order=30, icon="sliders")
