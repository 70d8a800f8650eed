"""What the hotline may do with an account: see where it is in use, end its sessions, help its owner back in."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.forms import ForgottenPasswordForm
from forprev.accounts.models import Account, Role
from forprev.accounts.selectors import find_account, own_sessions
from forprev.accounts.services.passwords import send_link_for
from forprev.accounts.services.sessions import end_sessions_of
from forprev.accounts.throttling import failures_of, forgive
from forprev.accounts.views.sessions import recently_proved

logger = structlog.get_logger(__name__)


@acting_as(Role.SUPPORT_AGENT)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: ActingRequest) -> HttpResponse:
    """`Comptes`: by e-mail or n° Forprev, exactly; what is looked for stays out of the address."""
    form = ForgottenPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = find_account(form.cleaned_data["identifier"])
        if account is not None:
            return redirect("accounts:desk_account", account.pk)
        form.add_error("identifier", "Aucun compte ne porte cet e-mail ou ce n° Forprev.")
    return render(request, "accounts/desk.html", {"form": form}, status=422 if form.errors else 200)


@acting_as(Role.SUPPORT_AGENT)
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: ActingRequest, pk: UUID) -> HttpResponse:
    """One account: its sessions and their end (security.md, item 20), its link mailed again, its failures forgiven."""
    found = get_object_or_404(Account.objects.select_related("person"), pk=pk)
    if request.method == "POST":
        _do(request, found)
        return redirect("accounts:desk_account", pk)
    if request.method == "GET":
        looked_at(request.acting, Page.ACCOUNT, found.person)
    context = {"account": found, "sessions": own_sessions(found), "failures": failures_of(found)}
    return render(request, "accounts/desk_account.html", context)


def _do(request: ActingRequest, found: Account) -> None:
    match request.POST.get("action"):
        case "link":
            send_link_for(found, request.acting)
            messages.success(request, f"Un lien est envoyé à {found.email}. Il annule les précédents.")
        case "forgive":
            forgive(found)
            logger.info("failures_forgiven", account=str(found.pk), by=request.acting.person_id)
            messages.success(request, "La personne peut de nouveau essayer de se connecter.")
        case "end" if end_sessions_of(request.acting, found):
            messages.success(request, "Toutes ses sessions ont pris fin. La personne en est prévenue par e-mail.")
        case "end":
            messages.info(request, "Ce compte n’avait pas de session ouverte.")
