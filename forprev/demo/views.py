"""The mail of the demonstration, which leaves nowhere, and the codes of its second factors: anybody here reads them."""

from __future__ import annotations

from uuid import UUID

import pyotp
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from forprev.accounts.access import public
from forprev.accounts.models import Account
from forprev.core.dates import now
from forprev.demo.accounts import ACCOUNTS, SECOND_FACTOR
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
@never_cache
def codes(request: HttpRequest) -> HttpResponse:
    """`/demo/codes`: the one-time codes of the accounts of whom a second factor is demanded."""
    _only_in_demo()
    moment = int(now().timestamp())
    totp = pyotp.TOTP(SECOND_FACTOR)
    emails = Account.objects.filter(totp__isnull=False, email__in=[a.email for a in ACCOUNTS]).values_list("email")
    context = {
        "emails": sorted(email for (email,) in emails),
        "codes": [totp.generate_otp(moment // 30 + step) for step in (0, 1)],
        "left": 30 - moment % 30,
    }
    return render(request, "demo/codes.html", context)


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
