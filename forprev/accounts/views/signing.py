"""Signing in and out, the second factor, the role in use."""

from __future__ import annotations

import json
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from forprev.accounts import held, openid, passkeys
from forprev.accounts.absence import closing_reasons
from forprev.accounts.access import ActingRequest, public, signed_in
from forprev.accounts.forms import CodeForm, SignInForm
from forprev.accounts.middleware import SESSION_KEY
from forprev.accounts.models import Account
from forprev.accounts.services import factors, passwords
from forprev.accounts.services.sessions import open_session
from forprev.accounts.throttling import TooManyAttempts, client_address
from forprev.core.dates import now
from forprev.core.errors import DomainError

PENDING = "pending"
"""Where the session keeps the account that gave its password and owes its second factor."""

PENDING_FOR = 600
"""Seconds to give it."""

CHALLENGE = "passkey"
"""Where the session keeps what a passkey is to answer."""

OPENID_TOKEN = "openid_token"  # noqa: S105 (a key of the session)
"""Where the session keeps the ID token by which it began, to end the provider's session with it."""

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
            account = passwords.check_credentials(**form.cleaned_data, address=client_address(request))
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            retry_after = error.retry_after
        else:
            if account:
                return proved(request, account, _destination(request), strong=False)
            form.add_error(None, "L’identifiant ou le mot de passe n’est pas le bon.")
    provider = settings.OPENID_NAME if settings.OPENID_ISSUER else ""
    response = render(request, "accounts/sign_in.html", {"form": form, "next": _next(request), "provider": provider})
    return slow_down(response, retry_after)


def proved(request: HttpRequest, account: Account, destination: str, *, strong: bool) -> HttpResponse:
    """The account proved itself: on to its second factor unless this proof was `strong`, then to `destination`.

    An account that opens nothing any more (A07) gets the reason instead of a session.
    """
    if reasons := closing_reasons(account.person):
        logger.info("account_closed", account=str(account.pk), reason=reasons[0].code)
        return render(request, "accounts/no_account.html", {"reasons": reasons, "person": account.person}, status=403)
    if account.has_second_factor and not strong:
        request.session[PENDING] = {
            "account": str(account.pk),
            "at": int(now().timestamp()),
            "next": destination,
            "password": account.password,
        }
        request.session.cycle_key()
        return redirect("accounts:second_factor")
    request.session.pop(PENDING, None)
    open_session(request, account, strong=strong)
    return redirect("accounts:resume" if held.KEY in request.session else destination)


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code or the passkey of whoever just gave the right password; no session before."""
    account = _pending(request)
    if account is None:
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        try:
            if factors.prove_by_code(account, form.cleaned_data["code"], client_address(request)):
                return proved(request, account, request.session[PENDING]["next"], strong=True)
            form.add_error("code", factors.WRONG_CODE)
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            retry_after = error.retry_after
    context = {"form": form, "account": account, "has_passkey": account.passkeys.exists()}
    return slow_down(render(request, "accounts/second_factor.html", context), retry_after)


@public
@require_POST
@never_cache
def passkey_challenge(request: HttpRequest) -> JsonResponse:
    """What a passkey is to sign: of the account that owes its second factor, or of anybody who has one."""
    options, state = passkeys.begin_authentication(_pending(request))
    request.session[CHALLENGE] = state
    return JsonResponse(options)


@public
@require_POST
@never_cache
def passkey_answer(request: HttpRequest) -> JsonResponse:
    """Sign in by the passkey's signature, JSON as browsers give it; answers `{"url": …}`, 400 with `{"message": …}`."""
    pending = _pending(request)
    destination = request.session[PENDING]["next"] if pending else _destination(request)
    try:
        account = factors.prove_by_passkey(request.session.pop(CHALLENGE, None), posted_json(request), pending)
    except DomainError as error:
        return JsonResponse({"message": error.message}, status=400)
    answer = proved(request, account, destination, strong=True)
    url = answer.headers.get("Location", reverse("accounts:no_account"))
    return JsonResponse({"url": url})


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session ends on the server too, and the browser forgets what it kept (security.md, item 64)."""
    logger.info("sign_out")
    id_token = request.session.get(OPENID_TOKEN)
    logout(request)
    elsewhere = openid.sign_out_address(id_token) if id_token else ""
    response = redirect(elsewhere or settings.LOGOUT_REDIRECT_URL)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


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
    return redirect(held.way_on(request))


def slow_down(response: HttpResponse, retry_after: int) -> HttpResponse:
    """429 for `retry_after` seconds; the response as it is for 0."""
    if retry_after:
        response.status_code = 429
        response.headers["Retry-After"] = str(retry_after)
    return response


def posted_json(request: HttpRequest) -> dict[str, Any]:
    """The object of the request's body; empty for anything else."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException):  # the last for a form, which was read as one
        return {}
    return body if isinstance(body, dict) else {}


def own_path(request: HttpRequest, asked: str) -> str:
    """`asked` if it is a page of ours, else empty (security.md, item 39)."""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else ""


def _pending(request: HttpRequest) -> Account | None:
    """The account that gave its password a few minutes ago in this browser, if it did not change it since."""
    pending = request.session.get(PENDING)
    if pending is None or int(now().timestamp()) - pending["at"] > PENDING_FOR:
        return None
    usable = Account.objects.select_related("person").filter(is_active=True, password=pending["password"])
    return usable.filter(pk=pending["account"]).first()


def _next(request: HttpRequest) -> str:
    """The page asked for before signing in."""
    return own_path(request, request.POST.get("next") or request.GET.get("next", ""))


def _destination(request: HttpRequest) -> str:
    return _next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
