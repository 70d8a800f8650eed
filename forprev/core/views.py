"""Pages for what went wrong: each says what happened and how to go on."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.csrf import requires_csrf_token

from forprev.core.errors import Conflict, DomainError

# Bad input is 400; what the state of the object forbids is 409; documents that are away for a time, 503.
STATUSES = {"conflict": 409, "action_not_allowed": 409, "storage": 503}
RETRY_SECONDS = 30
"""After which what does not answer, database or documents, is worth another try."""


def domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal in its own words, under the status of its code, else 400."""
    if isinstance(error, Conflict):
        return conflict(request, error)
    status = STATUSES.get(error.code, 400)
    page = _page(request, "refused", status, {"message": error.message, "code": error.code})
    if status == 503:
        page.headers["Retry-After"] = str(RETRY_SECONDS)
    return page


def conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    """Both versions side by side, as far as the error knows them."""
    return _page(request, "conflict", 409, {"message": error.message, "versions": error.versions})


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "400", 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "403", 403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(request, "404", 404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """For an address that is no page to open: it only takes a form, or only shows."""
    return _page(request, "405", 405)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For settings.CSRF_FAILURE_VIEW; `reason` is technical and is not shown."""
    return _page(request, "403_csrf", 403)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without request: neither session nor database can be counted on here.

    503 where the database is away, or kept somebody waiting too long: that passes, and is no fault of the application.
    """
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        headers = {"Retry-After": str(RETRY_SECONDS)}
        return HttpResponse(loader.render_to_string("core/errors/503.html"), status=503, headers=headers)
    return HttpResponse(loader.render_to_string("core/errors/500.html"), status=500)


def _page(request: HttpRequest, name: str, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    base = "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"
    return render(
        request,
        f"core/errors/{name}.html",
        {**(context or {}), "base": base, "back_url": _where_from(request)},
        status=status,
    )


def _where_from(request: HttpRequest) -> str:
    """The page of ours that led here, as a path; empty if unknown, foreign or the same."""
    try:
        referer = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    ours = referer.netloc == request.META.get("HTTP_HOST") and referer.path.startswith("/")
    if not ours or referer.path.startswith("//") or (request.method == "GET" and referer.path == request.path):
        return ""
    return referer.path + (f"?{referer.query}" if referer.query else "")
