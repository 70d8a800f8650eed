"""Choosing a password: the first one and the forgotten one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import public
from forprev.accounts.forms import ForgottenPasswordForm, NewPasswordForm
from forprev.accounts.selectors import usable_link
from forprev.accounts.services import passwords as services
from forprev.accounts.throttling import TooManyAttempts, client_address
from forprev.accounts.views.signing import slow_down
from forprev.core.errors import DomainError

SESSION_KEY = "link"
"""Where the session keeps the token of the link that was opened."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def forgotten(request: HttpRequest) -> HttpResponse:
    """`Mot de passe oublié` (A02): the same answer with and without account."""
    form = ForgottenPasswordForm(request.POST if request.method == "POST" else None)
    retry_after = 0
    if form.is_valid():
        try:
            services.ask_for_password_link(form.cleaned_data["identifier"], client_address(request))
        except TooManyAttempts as error:
            form.add_error(None, error.message)
            retry_after = error.retry_after
        else:
            return redirect("accounts:password_link_asked")
    return slow_down(render(request, "accounts/forgotten_password.html", {"form": form}), retry_after)


@public
@require_safe
def link_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_link_asked.html")


@public
@require_safe
@never_cache
@sensitive_variables("token")
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address, so that no other site sees it; opening the link does not use it."""
    if usable_link(token) is None:
        return _link_ended(request)
    request.session[SESSION_KEY] = token
    return redirect("accounts:new_password")


@public
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables("token")
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """The new password, twice."""
    token = request.session.get(SESSION_KEY, "")
    link = usable_link(token)
    if link is None:
        return _link_ended(request)
    form = NewPasswordForm(link.account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            account = services.set_password_by_link(token, form.cleaned_data["password"], client_address(request))
        except DomainError:
            return _link_ended(request)
        del request.session[SESSION_KEY]
        if request.user == account:
            logout(request)  # its sessions ended, this very one too
        messages.success(request, "Votre mot de passe est enregistré. Vous pouvez vous connecter.")
        return redirect("accounts:sign_in")
    return render(request, "accounts/new_password.html", {"form": form, "account": link.account})


def _link_ended(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_ended.html", status=410)
