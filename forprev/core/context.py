"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from forprev.core.menu import menu_for

MENU_COOKIE = "menu"
"""Set to `folded` by the menu's script, so that a folded menu does not open for an instant on each page."""


def page(request: HttpRequest) -> dict[str, Any]:
    """`menu`, `acting` and `acting_choices` (None and empty on anonymous pages), and `menu_folded`."""
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "acting_choices": getattr(request, "acting_choices", ()),
        "menu": SimpleLazyObject(lambda: menu_for(acting, request.path)),
        "menu_folded": request.COOKIES.get(MENU_COOKIE) == "folded",
    }
