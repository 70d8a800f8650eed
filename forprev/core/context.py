"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from forprev.core.menu import menu_for


def page(request: HttpRequest) -> dict[str, Any]:
    """`menu`, `acting` and `acting_choices` (None and empty on anonymous pages); `seeing`, of an agent.

    It says as whom an agent of the hotline sees this page, None to everybody else.
    """
    acting = getattr(request, "acting", None)
    return {
        "acting": acting,
        "acting_choices": getattr(request, "acting_choices", ()),
        "seeing": getattr(request, "seeing", None),
        "menu": SimpleLazyObject(lambda: menu_for(acting, request.path)),
    }
