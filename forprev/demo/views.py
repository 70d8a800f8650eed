"""The mail of the demonstration, which leaves nowhere: anybody on this machine may read it."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from forprev.accounts.access import public
from forprev.notices.models import OutgoingMail

PAGE_SIZE = 25
MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""A mail brings its own styles and nothing else; it gets no origin, so that it could not act for its reader."""


def _only_in_demo() -> None:
    if not settings.DEMO:
        raise Http404


@public
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """`/demo/courriels`: the outbox, the latest first."""
    _only_in_demo()
    outbox = OutgoingMail.objects.order_by("-created_at", "-pk").defer("text", "html")
    page = Paginator(outbox, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "demo/mails.html", {"page": page})


@public
@require_safe
def mail(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    _only_in_demo()
    return render(request, "demo/mail.html", {"mail": get_object_or_404(OutgoingMail, pk=mail_id)})


@public
@require_safe
def mail_html(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """The HTML part as a mail reader shows it, on its own."""
    _only_in_demo()
    response = HttpResponse(get_object_or_404(OutgoingMail, pk=mail_id).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response
