"""Each request bears the role in use, within a session that is neither too old nor asleep, past the gates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from forprev.accounts import gates, held
from forprev.accounts.access import ActingRequest, Policy, only_looks, policy_of
from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import NETWORK_ROLES
from forprev.accounts.sessions import ENDED, SEEN, STARTED
from forprev.core.dates import now

SESSION_KEY = "acting"
"""Where the session keeps the `Acting.key` chosen."""

NOTE_EVERY = 60
"""Seconds between two writes of the moment at which a session was last seen."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = structlog.get_logger(__name__)


class ActingMiddleware:
    """Sets `request.acting` and `request.acting_choices`, None and [] without account or role (A08).

    Roles are read from the database on each request, so that one that ended gives nothing any more.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        choices = roles_of(request.user.person) if request.user.is_authenticated else []
        request.acting_choices = choices  # type: ignore[attr-defined]
        request.acting = in_use(choices, request.session.get(SESSION_KEY)) if choices else None  # type: ignore[attr-defined]
        return self.get_response(request)


class SessionLimitsMiddleware:
    """Ends a session after some time without a sign of life, and after a day's work in any case (security.md, item 17).

    `request.session_ended` is the id of the account whose session it was, also for the requests that come after the
    one that found it ended: another tab, or the page's own look at the time left, may be the first to come.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.session_ended = request.session.get(ENDED)  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            moment = int(now().timestamp())
            if request.session.setdefault(STARTED, moment) > moment:  # the clock was set back, which prolongs nothing
                request.session[STARTED] = moment
            asleep = abs(moment - request.session.get(SEEN, 0))
            if seconds_left(request) <= 0:
                self._end(request)
            elif asleep >= NOTE_EVERY and request.path != reverse("accounts:session"):
                request.session[SEEN] = moment
        return self.get_response(request)

    def _end(self, request: HttpRequest) -> None:
        account_id = str(request.user.pk)
        logger.info("session_expired", account=account_id)
        logout(request)
        request.session[ENDED] = account_id
        request.session_ended = account_id  # type: ignore[attr-defined]
        request.acting, request.acting_choices = None, []  # type: ignore[attr-defined]


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Deny by default (security.md, item 23); what was posted after the session had ended is held, not lost."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        account_id = request.session_ended  # type: ignore[attr-defined]
        if request.method == "POST" and account_id is None:
            return redirect(settings.LOGIN_URL)  # its address may take nothing but a form: no place to come back to
        if account_id is None:
            return super().handle_no_permission(request, view_func)
        if request.method == "POST":
            kept = held.hold(request, account_id)
            text = "Ce que vous aviez saisi est conservé : connectez-vous pour le reprendre." if kept else ""
            messages.warning(request, f"Votre session avait pris fin. {text}".strip())
            return redirect(settings.LOGIN_URL)
        messages.info(request, "Votre session a pris fin. Connectez-vous pour continuer là où vous étiez.")
        return super().handle_no_permission(request, view_func)


class GatesMiddleware:
    """Before a page that asks for a role: there is one, no gate stands, and a form comes from the role in use."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseRedirect | None:
        if not request.user.is_authenticated:
            return None
        sent_again = request.method == "POST" and held.KEY in request.POST
        if isinstance(policy_of(view), Policy) or not getattr(view, "login_required", True):
            if sent_again:
                held.forget(request)
            return None
        acting_request = cast(ActingRequest, request)
        if acting_request.acting is None:
            return redirect("accounts:no_role")
        if not only_looks(request) and (gate := gates.first_standing(acting_request)):
            if request.method == "POST":
                held.hold(request, str(acting_request.user.pk))
            return redirect(gate.url_name)
        if request.method == "POST":
            if request.POST.get(held.ACTING_FIELD, acting_request.acting.key) != acting_request.acting.key:
                held.hold(request, str(acting_request.user.pk))
                return redirect("accounts:resume")
            if sent_again:
                held.forget(request)
        return None


def in_use(choices: list[Acting], key: str | None) -> Acting:
    """The role that `key` names if it is still held, otherwise the first."""
    return next((acting for acting in choices if acting.key == key), choices[0])


def idle_limit(request: HttpRequest) -> timedelta:
    """How long this person's session may sleep: shorter for the network's own people."""
    choices: list[Acting] = request.acting_choices  # type: ignore[attr-defined]
    of_network = any(acting.role in NETWORK_ROLES for acting in choices)
    return settings.SESSION_IDLE_NETWORK if of_network else settings.SESSION_IDLE


def seconds_left(request: HttpRequest) -> int:
    """Until the session ends if nothing happens any more; 0 or less once it is over."""
    moment = int(now().timestamp())
    started = request.session[STARTED]
    seen = request.session.get(SEEN, started)
    asleep = seen + int(idle_limit(request).total_seconds()) - moment
    over = started + int(settings.SESSION_LONGEST.total_seconds()) - moment
    return min(asleep, over)
