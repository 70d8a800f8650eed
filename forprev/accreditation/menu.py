"""The entries of the side menu."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.accreditation.dossiers.selectors import with_entity
from forprev.accreditation.life.workflow import GOVERNORS
from forprev.accreditation.review.selectors import awaiting
from forprev.accreditation.workflow import NETWORK, SECRETARIAT
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
    menu.register(
        menu.ACCREDITATION,
        "Suspendues",
        "accreditation:suspended",
        roles=GOVERNORS,
        order=20,
        icon="patch-check",
    )
    menu.register(
        menu.DOSSIERS,
        "En cours",
        "accreditation:dossiers_ongoing",
        roles=[Role.MANAGER],
        order=1,
        icon="folder2-open",
    )
    menu.register(
        menu.DOSSIERS,
        "À traiter",
        "accreditation:dossiers_awaiting",
        roles=[Role.MANAGER],
        waiting=with_entity,
        order=2,
        icon="folder2-open",
    )
    menu.register(
        menu.DOSSIERS,
        "À traiter",
        "accreditation:queue",
        roles=NETWORK,
        waiting=awaiting,
        order=10,
        icon="folder2-open",
    )
    menu.register(menu.DOSSIERS, "Toutes", "accreditation:queue_all", roles=NETWORK, order=20, icon="folder2-open")
    menu.register(menu.DOSSIERS, "Commissions", "accreditation:meetings", roles=SECRETARIAT, order=30, icon="people")
