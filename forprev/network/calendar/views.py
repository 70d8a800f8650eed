"""`Mon agenda`: its secret address, and what a calendar program reads there."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, public, signed_in
from forprev.accounts.throttling import TooManyAttempts
from forprev.accounts.views.profile import profile_page
from forprev.accounts.views.sessions import recently_proved
from forprev.core.secrets import decrypt, encrypt
from forprev.network.calendar.models import CalendarFeed
from forprev.network.calendar.services import close_feed, open_feed, read_feed

NEW_ADDRESS = "new_calendar_address"
"""Where the session keeps, encrypted, the address until it was shown."""


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_variables("address")
def page(request: ActingRequest) -> HttpResponse:
    """`Mon agenda`: whether there is an address; the one just made, once. POST makes a new one."""
    if request.method == "POST":
        return _open(request)
    shown = request.session.pop(NEW_ADDRESS, None) if request.method == "GET" else None
    address = decrypt(shown) if shown else ""
    context = {"feed": CalendarFeed.objects.filter(account=request.user).first(), "address": address}
    return profile_page(request, "network:calendar", "network/calendar/page.html", context)


@recently_proved
def _open(request: ActingRequest) -> HttpResponse:
    path = reverse("network:calendar_feed", args=[open_feed(request.user)])
    request.session[NEW_ADDRESS] = encrypt(settings.PUBLIC_URL + path)
    return redirect("network:calendar")


@signed_in
@require_POST
def revoke(request: ActingRequest) -> HttpResponse:
    """Taking it back needs no proof: it only closes something."""
    close_feed(request.user)
    messages.success(request, "L’adresse ne mène plus à rien : les agendas qui la lisaient n’auront plus de nouvelles.")
    return redirect("network:calendar")


@public
@require_safe
@sensitive_variables("token")
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, for a program that knows the address; 404 for any other address, 429 for one read too often."""
    try:
        content = read_feed(token)
    except CalendarFeed.DoesNotExist:
        raise Http404 from None
    except TooManyAttempts as error:
        wait = {"Retry-After": error.retry_after}
        return HttpResponse(error.message, status=429, content_type="text/plain; charset=utf-8", headers=wait)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="forprev.ics"'
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response
