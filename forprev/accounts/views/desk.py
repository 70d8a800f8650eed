"""What the hotline may do with anybody's account: see that it exists and where it is in use, and end its sessions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.forms import ForgottenPasswordForm
from forprev.accounts.models import Account, Role
from forprev.accounts.selectors import find_account, own_sessions
from forprev.accounts.services.sessions import end_sessions_of
from forprev.accounts.views.sessions import recently_proved


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
    """One account, its open sessions, and their end (security.md, item 20)."""
    found = get_object_or_404(Account.objects.select_related("person"), pk=pk)
    if request.method == "POST":
        if end_sessions_of(request.acting, found):
            messages.success(request, "Toutes ses sessions ont pris fin. La personne en est prévenue par e-mail.")
        else:
            messages.info(request, "Ce compte n’avait pas de session ouverte.")
        return redirect("accounts:desk_account", pk)
    return render(request, "accounts/desk_account.html", {"account": found, "sessions": own_sessions(found)})
