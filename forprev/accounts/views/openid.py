"""Signing in through the provider of the professionals, and what binds its identity to an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts import openid
from forprev.accounts.access import ActingRequest, public, signed_in
from forprev.accounts.services import identities
from forprev.accounts.views.sessions import recently_proved
from forprev.accounts.views.signing import OPENID_TOKEN, own_path, proved
from forprev.core.dates import now
from forprev.core.errors import DomainError

NEXT = "openid_next"
UNKNOWN = "openid_unknown"
"""Where the session keeps an identity that no account has yet, until its owner has signed in."""

UNKNOWN_FOR = 600
"""Seconds for which it is kept."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def if_configured(view: View) -> View:
    """404 where no provider is configured."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.OPENID_ISSUER:
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View, guarded)


@public
@if_configured
@require_POST
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """`S’identifier avec ProConnect`."""
    try:
        answer = openid.begin(request)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("accounts:sign_in")
    request.session[NEXT] = own_path(request, request.POST.get("next", ""))
    return answer


@public
@if_configured
@require_safe
@never_cache
def finish(request: HttpRequest) -> HttpResponse:
    """Back from the provider: into the account that has this identity, or on to binding one."""
    try:
        who = openid.finish(request)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("accounts:sign_in")
    request.session[OPENID_TOKEN] = who.id_token
    account = identities.account_of(who)
    if account is not None:
        destination = request.session.pop(NEXT, "") or resolve_url(settings.LOGIN_REDIRECT_URL)
        return proved(request, account, destination, strong=who.is_strong)
    request.session[UNKNOWN] = {"subject": who.subject, "email": who.email, "at": int(now().timestamp())}
    messages.info(
        request,
        f"{settings.OPENID_NAME} vous a identifié. Connectez-vous une fois avec votre mot de passe Forprev, pour "
        "associer les deux.",
    )
    return redirect(f"{resolve_url('accounts:sign_in')}?next={resolve_url('accounts:openid_bind')}")


@signed_in
@if_configured
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bind(request: ActingRequest) -> HttpResponse:
    """`Associer votre compte Forprev`: the owner of the account says that the identity is its own too."""
    unknown = request.session.get(UNKNOWN)
    if unknown is None or int(now().timestamp()) - unknown["at"] > UNKNOWN_FOR:
        return redirect("dashboard")
    if request.method == "POST":
        del request.session[UNKNOWN]
        if "bind" in request.POST:
            try:
                identities.bind(request.user, settings.OPENID_ISSUER, unknown["subject"])
            except DomainError as error:
                messages.error(request, error.message)
            else:
                messages.success(request, f"Vous pouvez désormais vous connecter avec {settings.OPENID_NAME}.")
        return redirect("dashboard")
    return render(request, "accounts/openid_bind.html", {"unknown": unknown, "provider": settings.OPENID_NAME})


@signed_in
@recently_proved
@require_POST
def unbind(request: ActingRequest, pk: int) -> HttpResponse:
    get_object_or_404(request.user.identities, pk=pk)
    identities.unbind(request.user, pk)
    messages.success(request, "Cette identité n’ouvre plus votre compte.")
    return redirect("accounts:factors")
