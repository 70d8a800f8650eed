"""`Mon profil`, tab by tab; at the first sign-in, some of the tabs are its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts import held
from forprev.accounts.access import ActingRequest, signed_in
from forprev.accounts.forms import EmailForm, NewPasswordForm, PreferencesForm
from forprev.accounts.profile import steps_for, tabs_for
from forprev.accounts.selectors import email_change_of, own_sessions, pending_email
from forprev.accounts.services import passwords, profile
from forprev.accounts.services.sessions import end_session, end_sessions
from forprev.accounts.views.sessions import recently_proved
from forprev.core.errors import DomainError


def profile_page(
    request: ActingRequest, url_name: str, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The tab `url_name` of the profile, or, until the welcome is done, that step of it."""
    steps = steps_for(request) if welcoming(request) else []
    context |= {"welcome": None, "tabs": tabs_for(request, url_name), "base": "core/base.html"}
    if not request.acting:
        context["base"] = "core/base_public.html"
    for number, step in enumerate(steps, 1):
        if step.url_name == url_name:
            context["welcome"] = {"number": number, "count": len(steps), "title": step.title}
            context["base"] = "core/base_public.html"
    return render(request, template, context, status=status)


def welcoming(request: ActingRequest) -> bool:
    """Whether the first sign-in is still going on."""
    return request.user.welcomed_at is None and request.acting is not None


def go_on(request: ActingRequest, url_name: str) -> HttpResponse:
    """After a tab was saved: the same tab, or, at the first sign-in, the next step, and home after the last."""
    if not welcoming(request):
        return redirect(url_name)
    names = [step.url_name for step in steps_for(request)]
    after = names[names.index(url_name) + 1 :] if url_name in names else names
    if after:
        return redirect(after[0])
    profile.finish_welcome(request.user)
    messages.success(request, "Bienvenue dans Forprev. Tous ces choix se modifient dans « Mon profil ».")
    return redirect(held.way_on(request))


@signed_in
@require_safe
def welcome(request: ActingRequest) -> HttpResponse:
    """To the first step; home once the steps are done."""
    if not welcoming(request):
        return redirect("dashboard")
    return redirect(steps_for(request)[0].url_name)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def information(request: ActingRequest) -> HttpResponse:
    """`Informations`: only the e-mail is the user's to change (A04)."""
    account = request.user
    if request.method == "POST" and "next" in request.POST:
        return go_on(request, "accounts:profile")
    form = EmailForm(request.POST if request.method == "POST" else None, initial={"email": account.email})
    if form.is_valid():
        if form.cleaned_data["email"].strip().lower() == account.email.lower():
            messages.info(request, "Rien n’a changé.")
            return redirect("accounts:profile")
        try:
            return _change_email(request, form.cleaned_data["email"])
        except DomainError as error:
            form.add_error("email", error.message)
    context = {"form": form, "pending_email": pending_email(account)}
    status = 422 if form.errors else 200
    return profile_page(request, "accounts:profile", "accounts/profile/information.html", context, status)


@recently_proved
def _change_email(request: ActingRequest, email: str) -> HttpResponse:
    profile.ask_email_change(request.user, email)
    messages.success(
        request, f"Un message vient d’être envoyé à {email} : ouvrez le lien qu’il contient pour confirmer l’adresse."
    )
    return redirect("accounts:profile")


@signed_in
@require_POST
def give_up_email(request: ActingRequest) -> HttpResponse:
    profile.give_up_email_change(request.user)
    messages.info(request, "Le changement d’adresse est abandonné.")
    return redirect("accounts:profile")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
@never_cache
def confirm_email(request: ActingRequest, token: str) -> HttpResponse:
    """From the mail to the new address: a button confirms, so that no robot that opens links does.

    Only the account itself confirms: a stranger whose address was typed by mistake would else take it over.
    """
    change = email_change_of(token)
    if change is not None and change.account != request.user:
        change = None
    if change is not None and request.method == "POST":
        try:
            profile.confirm_email_change(token)
        except DomainError:
            change = None
        else:
            messages.success(request, "Votre nouvelle adresse e-mail est confirmée.")
            return redirect("accounts:profile")
    return render(request, "accounts/confirm_email.html", {"change": change}, status=200 if change else 410)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ActingRequest) -> HttpResponse:
    """`Préférences de notifications par email` (A05)."""
    initial = {name: getattr(request.user, name) for name in profile.PREFERENCES}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        profile.save_preferences(request.user, form.cleaned_data)
        if not welcoming(request):
            messages.success(request, "Vos préférences sont enregistrées.")
        return go_on(request, "accounts:preferences")
    return profile_page(request, "accounts:preferences", "accounts/profile/preferences.html", {"form": form})


@signed_in
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def password(request: ActingRequest) -> HttpResponse:
    """`Mot de passe`: the present one was asked for within five minutes."""
    form = NewPasswordForm(request.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        passwords.change_password(request.user, form.cleaned_data["password"], request.session.session_key)
        update_session_auth_hash(request, request.user)
        messages.success(request, "Votre mot de passe est changé. Vos autres sessions ont pris fin.")
        return redirect("accounts:password")
    status = 422 if form.errors else 200
    return profile_page(request, "accounts:password", "accounts/profile/password.html", {"form": form}, status)


@signed_in
@require_safe
def sessions(request: ActingRequest) -> HttpResponse:
    """`Sessions`: where the account is signed in."""
    context = {"sessions": own_sessions(request.user), "present": request.session.session_key}
    return profile_page(request, "accounts:sessions", "accounts/profile/sessions.html", context)


@signed_in
@require_POST
def end_other_sessions(request: ActingRequest) -> HttpResponse:
    """One session by its handle, or all of them but the present one."""
    handle = request.POST.get("session")
    if handle:
        try:
            end_session(request.user, handle)
        except DomainError as error:
            messages.info(request, error.message)
        else:
            messages.success(request, "La session a pris fin.")
    else:
        end_sessions(request.user, request.session.session_key)
        messages.success(request, "Vos autres sessions ont pris fin.")
    return redirect("accounts:sessions")
