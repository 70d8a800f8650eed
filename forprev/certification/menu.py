"""The entries of the side menu, with what waits."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.certification.life.selectors import READERS
from forprev.certification.selectors.sessions import awaiting
from forprev.certification.workflow import ENTITY_ROLES
from forprev.core import menu


def register_menu() -> None:
    menu.register(
        menu.ADMINISTRATION,
        "Modèles de certificat",
        "certification:templates",
        roles=[Role.NATIONAL_ADMINISTRATOR],
        order=20,
        icon="sliders",
    )
    menu.register(
        menu.CERTIFICATION,
        "En cours",
        "certification:ongoing",
        roles=[*ENTITY_ROLES, Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR],
        order=10,
        icon="mortarboard",
    )
    menu.register(
        menu.CERTIFICATION,
        "À traiter",
        "certification:awaiting",
        roles=[*ENTITY_ROLES, Role.TRAINER],
        waiting=awaiting,
        order=20,
        icon="mortarboard",
    )
    menu.register(
        menu.CERTIFICATES,
        menu.CERTIFICATES,
        "certification:own_certificates",
        roles=[Role.TRAINER],
        order=10,
        icon="award",
    )
    menu.register(
        menu.CERTIFICATES, menu.CERTIFICATES, "certification:certificates", roles=READERS, order=10, icon="award"
    )
