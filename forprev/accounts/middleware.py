"""The role in use, found again at each request so that one that ended ends at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from forprev.accounts.acting import roles_of


class ActingMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.acting, request.acting_choices = None, []
        if request.user.is_authenticated:
            request.acting_choices = roles_of(request.user.person)
            key = request.session.get("acting")
            held = [acting for acting in request.acting_choices if acting.key == key]
            request.acting = next(iter(held or request.acting_choices), None)
        return self.get_response(request)
