"""Each request bears the role in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from forprev.accounts.access import Policy, policy_of
from forprev.accounts.acting import Acting, roles_of

SESSION_KEY = "acting"
"""Where the session keeps the `Acting.key` chosen."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ActingMiddleware:
    """Sets `request.acting` and `request.acting_choices`, None and [] without account or role (A08).

    Roles are read from the database on each request, so that one that ended gives nothing any more.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        choices = roles_of(request.user.person) if request.user.is_authenticated else []
        request.acting_choices = choices  # type: ignore[attr-defined]
        request.acting = in_use(choices, request.session.get(SESSION_KEY)) if choices else None  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseRedirect | None:
        """Whoever is signed in without a role is told so, whatever page was asked for."""
        if not request.user.is_authenticated or request.acting is not None:  # type: ignore[attr-defined]
            return None
        if isinstance(policy_of(view), Policy) or not getattr(view, "login_required", True):
            return None
        return redirect("accounts:no_role")


def in_use(choices: list[Acting], key: str | None) -> Acting:
    """The role that `key` names if it is still held, otherwise the first."""
    return next((acting for acting in choices if acting.key == key), choices[0])
