"""The hotline takes a lost second factor away, in two persons (security.md, item 12)."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.forms import FactorResetForm
from forprev.accounts.models import FactorReset, Role
from forprev.accounts.selectors import factor_resets, find_account
from forprev.accounts.services import factors
from forprev.accounts.views.sessions import recently_proved
from forprev.core.errors import DomainError

PAGE_SIZE = 25


@acting_as(Role.SUPPORT_AGENT)
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: ActingRequest) -> HttpResponse:
    """`Seconds facteurs perdus`: those that wait for a second person, those decided, and the form to ask."""
    form = FactorResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        account = find_account(form.cleaned_data["identifier"])
        try:
            if account is None:
                raise DomainError("Aucun compte ne porte cet e-mail ou ce n° Forprev.", code="unknown")
            factors.ask_factor_reset(request.acting, account, form.cleaned_data["reason"])
        except DomainError as error:
            form.add_error("identifier", error.message)
        else:
            messages.success(request, "La demande est enregistrée : une autre personne de la hotline doit l’approuver.")
            return redirect("accounts:lost_factors")
    page = Paginator(factor_resets(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "asked": FactorReset.State.ASKED}
    return render(request, "accounts/lost_factors.html", context, status=422 if form.errors else 200)


@acting_as(Role.SUPPORT_AGENT)
@recently_proved
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: ActingRequest, pk: int) -> HttpResponse:
    """The second person's page: what was checked, by whom, and the two answers."""
    reset = get_object_or_404(FactorReset.objects.select_related("account__person", "asked_by"), pk=pk)
    if request.method == "POST":
        try:
            factors.decide_factor_reset(request.acting, pk, approve="approve" in request.POST)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(
                request, "Votre décision est enregistrée. La personne concernée en est prévenue par e-mail."
            )
        return redirect("accounts:lost_factors")
    own = request.acting.person_id in (reset.asked_by_id, reset.account.person_id)
    context = {"reset": reset, "own": own, "asked": FactorReset.State.ASKED}
    return render(request, "accounts/lost_factor.html", context)
