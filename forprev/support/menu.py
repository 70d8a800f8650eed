"""The entries of the side menu: help is always there (A50)."""

from __future__ import annotations

from forprev.core import menu

EVERYBODY = menu.EVERY_ROLE


def register_menu() -> None:
    menu.register(menu.HELP, "FAQ / Contact support", "support:help", roles=EVERYBODY, order=10, icon="question-circle")
    menu.register(
        menu.HELP, "Manuels d'utilisation", "support:manuals", roles=EVERYBODY, order=20, icon="question-circle"
    )
    menu.register(menu.LEGAL, menu.LEGAL, "support:legal", roles=EVERYBODY, order=10, icon="file-text")
    menu.register(menu.PRIVACY, menu.PRIVACY, "support:privacy", roles=EVERYBODY, order=10, icon="shield-lock")
