"""The entries of the side menu."""

from __future__ import annotations

from forprev.accounts.models import Role
from forprev.accreditation.life.workflow import GOVERNORS
from forprev.accreditation.workflow import SECRETARIAT
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
    for order, (label, url_name) in enumerate(
        (("En cours", "accreditation:dossiers_ongoing"), ("À traiter", "accreditation:dossiers_awaiting")), start=1
    ):
        menu.register(menu.DOSSIERS, label, url_name, roles=[Role.MANAGER], order=order, icon="folder2-open")
    menu.register(menu.DOSSIERS, "Commissions", "accreditation:meetings", roles=SECRETARIAT, order=20, icon="people")
