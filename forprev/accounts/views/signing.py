"""Signing in and out, the role in use."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts import services
from forprev.accounts.access import ActingRequest, public, signed_in
from forprev.accounts.forms import SignInForm
from forprev.accounts.middleware import SESSION_KEY
from forprev.accounts.throttling import TooManyAttempts, client_address

logger = structlog.get_logger(__name__)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """`Connexion` (A01)."""
    if request.user.is_authenticated:
        return redirect(_destination(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        try:
            account = services.check_credentials(**form.cleaned_data, address=client_address(request))
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            retry_after = error.retry_after
        else:
            if account:
                login(request, account)
                return redirect(_destination(request))
            form.add_error(None, "L’identifiant ou le mot de passe n’est pas le bon.")
    response = render(request, "accounts/sign_in.html", {"form": form, "next": _next(request)})
    return slow_down(response, retry_after)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends on the server too."""
    logger.info("sign_out")
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@signed_in
@require_POST
def switch_role(request: ActingRequest) -> HttpResponse:
    """Act from now on in another of one's own roles (A08), under a new session id."""
    wanted = request.POST.get("role")
    if wanted not in [acting.key for acting in request.acting_choices]:
        raise Http404
    request.session[SESSION_KEY] = wanted
    request.session.cycle_key()
    logger.info("role_switched", role=wanted)
    return redirect(settings.LOGIN_REDIRECT_URL)


@signed_in
@require_safe
def no_role(request: ActingRequest) -> HttpResponse:
    """`Vous n'avez aucun rôle actif`: why, and what to do."""
    if request.acting:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/no_role.html")


def slow_down(response: HttpResponse, retry_after: int) -> HttpResponse:
    """429 for `retry_after` seconds; the response as it is for 0."""
    if retry_after:
        response.status_code = 429
        response.headers["Retry-After"] = str(retry_after)
    return response


def _next(request: HttpRequest) -> str:
    """The page asked for before signing in, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else ""


def _destination(request: HttpRequest) -> str:
    return _next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
