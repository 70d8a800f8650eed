"""The entries of the side menu: help is always there (A50), the hotline has what waits for it,
the national administration what it writes."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.core import menu
from forprev.support.contact.selectors import awaiting as contacts_awaiting
from forprev.support.selectors import awaiting

EVERYBODY = menu.EVERY_ROLE


def register_menu() -> None:
    menu.register(
        menu.USERS,
        "Demandes de contact",
        "support:contact_requests",
        roles=[Role.SUPPORT_AGENT],
        waiting=contacts_awaiting,
        order=15,
        icon="people",
    )
    menu.register(
        menu.USERS,
        "Corrections d’identité",
        "support:corrections",
        roles=[Role.SUPPORT_AGENT],
        waiting=awaiting,
        order=20,
        icon="people",
    )
    roles = [Role.SUPPORT_AGENT, Role.FUND_OFFICER]
    menu.register(menu.USERS, "Doublons", "support:merges", roles=roles, order=30, icon="people")
    menu.register(
        menu.ADMINISTRATION,
        "Questions fréquentes",
        "support:questions",
        roles=[Role.NATIONAL_ADMINISTRATOR],
        order=90,
        icon="sliders",
    )
    administrators = [Role.NATIONAL_ADMINISTRATOR]
    menu.register(
        menu.ADMINISTRATION, "Manuels", "support:write_manuals", roles=administrators, order=95, icon="sliders"
    )
    menu.register(
        menu.ADMINISTRATION,
        "Conservation des données",
        "support:retention",
        roles=administrators,
        order=100,
        icon="sliders",
    )
    menu.register(
        menu.ADMINISTRATION, "Fiches consultées", "support:consulted", roles=administrators, order=105, icon="sliders"
    )
    menu.register(
        menu.ADMINISTRATION,
        "Consultations de l’assistance",
        "support:consultations",
        roles=administrators,
        order=110,
        icon="sliders",
    )
    menu.register(
        menu.USERS,
        "Données d’une personne",
        "support:person_data",
        roles=[Role.SUPPORT_AGENT, Role.NATIONAL_ADMINISTRATOR],
        order=40,
        icon="people",
    )
    menu.register(menu.HELP, "FAQ / Contact support", "support:help", roles=EVERYBODY, order=10, icon="question-circle")
    menu.register(
        menu.HELP, "Manuels d'utilisation", "support:manuals", roles=EVERYBODY, order=20, icon="question-circle"
    )
    menu.register(menu.LEGAL, menu.LEGAL, "support:legal", roles=EVERYBODY, order=10, icon="file-text")
    menu.register(menu.PRIVACY, menu.PRIVACY, "support:privacy", roles=EVERYBODY, order=10, icon="shield-lock")
