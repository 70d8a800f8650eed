"""The entries of the side menu, and the tab of the profile."""

from __future__ import annotations

from forprev.accounts import profile
from forprev.accounts.models import Role
from forprev.core import menu
from forprev.network.messages.workflow import AUTHORS


def register_entries() -> None:
    menu.register(menu.USERS, "Messages ciblés", "network:messages", roles=AUTHORS, order=40, icon="people")
    national = [Role.NATIONAL_ADMINISTRATOR]
    menu.register(menu.ADMINISTRATION, "Paramètres", "network:parameters", roles=national, order=40, icon="sliders")
    profile.register(65, "Mon agenda", "network:calendar")
