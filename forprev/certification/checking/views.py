"""The public check, for whoever is shown a certificate: no account, no cookie, nothing kept of who asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import public
from forprev.accounts.throttling import client_address
from forprev.certification.checking import limits, services
from forprev.certification.checking.forms import CodeForm, FileForm, HolderForm
from forprev.certification.models import Certificate, CertificateCheck, Way
from forprev.core.dates import now, today

Origin = CertificateCheck.Origin
View = Callable[..., HttpResponse]


def checking(view: View) -> View:
    """Open to all, never kept by a cache, a search engine or the next site's log; a page of its own past the limits.

    A form from elsewhere can do no harm here: there is no account that it would act for. Hence no CSRF token, which a
    page that hides where it comes from could not use.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except limits.TooManyChecks as refusal:
            context = {"message": refusal.message}
            response = render(request, "certification/checking/too_many.html", context, status=429)
            response.headers["Retry-After"] = str(refusal.retry_after)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return csrf_exempt(public(never_cache(require_http_methods(["GET", "HEAD", "POST"])(guarded))))


@checking
def check(request: HttpRequest) -> HttpResponse:
    """A code and a surname to type, or the file to drop; the QR code leads to `verification` by itself."""
    if request.method == "POST":
        return _of_file(request) if "file" in request.FILES or "way_file" in request.POST else _of_code(request)
    return _page(request, CodeForm(), FileForm())


@checking
def verification(request: HttpRequest, code: str) -> HttpResponse:
    """What the QR code leads to: no more of the holder than is needed, until the surname is typed."""
    address = client_address(request)
    if request.method != "POST":
        certificate = services.check_qr(code, address, _origin(request) if request.method == "GET" else None)
        return _answer(request, certificate, form=HolderForm())
    form = HolderForm(request.POST)
    if not form.is_valid():
        return _answer(request, services.check_qr(code, address, None), form=form, status=422)
    certificate, right = services.check_holder(code, form.cleaned_data["surname"], address, _origin(request))
    if not right:
        form.add_error("surname", "Ce nom n’est pas celui du titulaire de ce certificat.")
    return _answer(request, certificate, named=right, form=None if right else form, status=200 if right else 422)


def _of_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, FileForm(), status=422)
    typed = form.cleaned_data
    certificate = services.check_code(typed["code"], typed["surname"], client_address(request), _origin(request))
    return _answer(request, certificate, named=True)


def _of_file(request: HttpRequest) -> HttpResponse:
    attempt = limits.begin(Way.FILE, client_address(request))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, CodeForm(), form, status=422)
    certificate, fault = services.check_file(attempt, form.cleaned_data["file"], _origin(request))
    return _answer(request, certificate, file=True, fault=fault)


def _page(request: HttpRequest, code_form: CodeForm, file_form: FileForm, status: int = 200) -> HttpResponse:
    forms = [code_form, file_form]
    context = {"code_form": code_form, "file_form": file_form, "forms": forms, "expected": _expected()}
    return render(request, "certification/checking/check.html", context, status=status)


def _answer(
    request: HttpRequest, certificate: Certificate | None, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The state of a certificate, or that there is none: then 404, whatever was wrong.

    `named`: the surname was typed, so that the name may be shown; `form`: where to type it; `file`: a file was dropped,
    and `fault` says why it proves nothing.
    """
    context |= {"certificate": certificate, "expected": _expected(), "checked_at": now()}
    if certificate is None:
        context["form"] = None
        return render(request, "certification/checking/answer.html", context, status=404)
    if certificate.is_anonymised:
        context["form"] = None
    context |= {
        "status": certificate.state_on(today()),
        "expired_since": certificate.expires_on + timedelta(days=1),
        "initials": f"{certificate.holder_first_name[:1]}. {certificate.holder_last_name[:1]}.".upper(),
    }
    return render(request, "certification/checking/answer.html", context, status=status)


def _expected() -> str:
    """The address that the browser shows on the genuine page: `forprev.fr/verification`."""
    return urlsplit(settings.PUBLIC_URL).netloc + reverse("certification:check")


def _origin(request: HttpRequest) -> CertificateCheck.Origin:
    """Of a browser that describes itself, what kind of device it runs on."""
    device = request.headers.get("User-Agent", "")
    if "Mobi" in device or "Android" in device:
        return Origin.PHONE
    return Origin.COMPUTER if any(system in device for system in ("Windows", "Macintosh", "X11")) else Origin.OTHER
