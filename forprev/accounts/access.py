"""Who may call which view: every view says so, or the test that walks the addresses fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role

P = ParamSpec("P")


class ActingRequest(HttpRequest):
    """A request of somebody in a role; views gated by `acting_as` get no other."""

    acting: Acting
    acting_choices: list[Acting]


def acting_as(*roles: Role) -> Callable[..., Any]:
    """Gate of a view: only these roles may call it. Another role gets 403; an object that is not its own is 404's business."""

    def gate(view: Callable[Concatenate[Any, P], HttpResponseBase]) -> Callable[Concatenate[Any, P], HttpResponseBase]:
        @wraps(view)
        def gated(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            acting = getattr(request, "acting", None)
            if acting is None or acting.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        gated.allowed_roles = frozenset(roles)  # type: ignore[attr-defined]
        return gated

    return gate


def public(view: Any) -> Any:
    """A view for everybody, signed in or not."""
    opened = login_not_required(view)
    opened.allowed_roles = "public"
    return opened
