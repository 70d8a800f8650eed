"""The session in use: how long it still lasts, what was typed when it had ended, proving once more who one is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from forprev.accounts import held, passkeys
from forprev.accounts.access import ActingRequest, public, signed_in
from forprev.accounts.forms import ConfirmationForm
from forprev.accounts.middleware import seconds_left
from forprev.accounts.services import factors, passwords
from forprev.accounts.services.sessions import PROVED, note_proof
from forprev.accounts.sessions import SEEN
from forprev.accounts.throttling import TooManyAttempts, client_address
from forprev.accounts.views.signing import CHALLENGE, own_path, posted_json, slow_down
from forprev.core.dates import now
from forprev.core.errors import DomainError

RECENT = 5 * 60
"""Seconds for which a proof serves for what is sensitive (security.md, item 22)."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


FACTOR_PROVED = "factor_proved_at"
"""When a second factor was last given to confirm an identity, besides the sign-in, in seconds since 1970."""


def has_recently_proved(request: HttpRequest, what: str = PROVED) -> bool:
    """Not by a proof of the future either, of before the clock was set back."""
    return abs(int(now().timestamp()) - request.session.get(what, 0)) <= RECENT


def recently_proved(view: View) -> View:
    """Whoever did not prove in the last five minutes who it is does so first; what was posted is held meanwhile."""
    return _guarded(view, PROVED)


def factor_recently_proved(view: View) -> View:
    """The same, by a second factor given since the sign-in: neither a password nor the sign-in itself is enough."""
    return _guarded(view, FACTOR_PROVED)


def _guarded(view: View, what: str) -> View:
    @wraps(view)
    def guarded(request: ActingRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_recently_proved(request, what):
            return view(request, *args, **kwargs)
        if what == FACTOR_PROVED and not request.user.has_second_factor:
            messages.warning(request, "Ce que vous demandez exige un second facteur : ajoutez-en un d’abord.")
            return redirect("accounts:factors")
        asked = request.get_full_path()
        if request.method == "POST":
            # An address that takes only a POST would be a dead end: back to the page that sent it.
            kept = held.hold(request, str(request.user.pk))
            asked = resolve_url("accounts:resume") if kept else request.headers.get("Referer", "")
        request.session["confirm_next"] = asked
        return redirect("accounts:confirm_identity")

    return cast(View, guarded)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "code")
@never_cache
def confirm_identity(request: ActingRequest) -> HttpResponse:
    """`Confirmez votre identité`: the password and, for whoever has a second factor, a code; or a passkey."""
    account = request.user
    form = ConfirmationForm(account, request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        address = client_address(request)
        try:
            if not passwords.confirm_password(account, form.cleaned_data["password"], address):
                form.add_error("password", "Ce mot de passe n’est pas le bon.")
            elif account.has_second_factor and not factors.prove_by_code(account, form.cleaned_data["code"], address):
                form.add_error("code", factors.WRONG_CODE)
            else:
                _confirmed(request, strong=account.has_second_factor)
                return redirect(_after(request))
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            retry_after = error.retry_after
    context = {"form": form, "has_passkey": account.passkeys.exists()}
    return slow_down(render(request, "accounts/confirm_identity.html", context), retry_after)


@signed_in
@require_http_methods(["POST"])
@never_cache
def confirm_challenge(request: ActingRequest) -> JsonResponse:
    """What one's own passkey is to sign."""
    options, request.session[CHALLENGE] = passkeys.begin_authentication(request.user)
    return JsonResponse(options)


@signed_in
@require_http_methods(["POST"])
@never_cache
def confirm_answer(request: ActingRequest) -> JsonResponse:
    try:
        factors.prove_by_passkey(request.session.pop(CHALLENGE, None), posted_json(request), request.user)
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=400)
    _confirmed(request, strong=True)
    return JsonResponse({"url": _after(request)})


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """Seconds left of the session as `{"left": 117}`, 0 without one. A POST is a sign of life, a GET is not."""
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0})
    if request.method == "POST":
        request.session[SEEN] = int(now().timestamp())
    return JsonResponse({"left": seconds_left(request)})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def resume(request: ActingRequest) -> HttpResponse:
    """`Reprendre votre saisie`: the form that was held, to be sent again or given up."""
    kept = held.held_for(request)
    if request.method == "POST" or kept is None:
        held.forget(request)
        return redirect(settings.LOGIN_REDIRECT_URL)
    in_role = request.acting.key if request.acting else ""
    shown_in = next((acting for acting in request.acting_choices if acting.key == kept.role), None)
    context = {
        "held": kept,
        "same_role": kept.role in ("", in_role),
        "shown_in": shown_in,
        "held_field": held.KEY,
    }
    return render(request, "accounts/resume.html", context)


def _confirmed(request: HttpRequest, *, strong: bool) -> None:
    note_proof(request, strong=strong)
    if strong:
        request.session[FACTOR_PROVED] = request.session[PROVED]


def _after(request: HttpRequest) -> str:
    return own_path(request, request.session.pop("confirm_next", "")) or resolve_url("accounts:profile")
