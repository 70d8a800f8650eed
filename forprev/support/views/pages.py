"""The home page, and what the law wants everybody to find."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from forprev.accounts.access import public
from forprev.support.data_protection.selectors import lines


@require_safe
@public
def home(request: HttpRequest) -> HttpResponse:
    """What Forprev is; people who are signed in have their dashboard instead."""
    if request.user.is_authenticated:
        return redirect("dashboard")
    return render(request, "support/home.html")


@require_safe
@public
def legal(request: HttpRequest) -> HttpResponse:
    return _page(request, "legal")


@require_safe
@public
def privacy(request: HttpRequest) -> HttpResponse:
    """With the delays in force: the page says what the nightly passage does."""
    return _page(request, "privacy", {"lines": lines()})


@require_safe
@public
def accessibility(request: HttpRequest) -> HttpResponse:
    return _page(request, "accessibility")


def _page(request: HttpRequest, name: str, context: dict[str, Any] | None = None) -> HttpResponse:
    """With the menu for somebody in a role, in the public frame for the others."""
    base = "core/base.html" if getattr(request, "acting", None) else "core/base_public.html"
    return render(request, f"support/{name}.html", {**(context or {}), "base": base})
