"""The entries of the side menu."""

from __future__ import annotations

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.review.selectors import awaiting
from forprev.accreditation.workflow import NETWORK
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
    for order, (label, url_name) in enumerate(
        (("En cours", "accreditation:dossiers_ongoing"), ("À traiter", "accreditation:dossiers_awaiting")), start=1
    ):
        menu.register(menu.DOSSIERS, label, url_name, roles=[Role.MANAGER], order=order, icon="folder2-open")
    menu.register(
        menu.DOSSIERS,
        "À traiter",
        "accreditation:queue",
        roles=NETWORK,
        count=count_awaiting,
        order=10,
        icon="folder2-open",
    )
    menu.register(menu.DOSSIERS, "Toutes", "accreditation:queue_all", roles=NETWORK, order=20, icon="folder2-open")


def count_awaiting(acting: Acting) -> int:
    return awaiting(acting).count()
