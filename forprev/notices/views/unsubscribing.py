"""Stopping one kind of mail from the mail itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import public
from forprev.notices.services.inbox import unsubscribe as stop
from forprev.notices.unsubscribing import read_token


@csrf_exempt
@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A button does it, so that no robot that opens links does; mail readers post by themselves (RFC 8058).

    They bear neither cookie nor CSRF token: what protects the account here is the signature of the address.
    """
    read = read_token(token)
    done = False
    if read and request.method == "POST":
        done = stop(*read) is not None
    known = read is not None and (done or request.method != "POST")
    context = {"kind": read[1] if read else None, "done": done, "known": known}
    return render(request, "notices/unsubscribe.html", context, status=200 if known else 404)
