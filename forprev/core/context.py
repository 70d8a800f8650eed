"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from forprev.core.menu import menu_for


def page(request: HttpRequest) -> dict[str, Any]:
    """`menu`, `acting` and `acting_choices` (None and empty on anonymous pages)."""
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "acting_choices": getattr(request, "acting_choices", ()),
        "menu": SimpleLazyObject(lambda: menu_for(acting, request.path)),
    }
