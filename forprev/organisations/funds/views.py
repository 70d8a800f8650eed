"""`Caisses`, for the national administration alone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.core.forms import done, version_of
from forprev.organisations.departments import label_of
from forprev.organisations.funds import selectors, services
from forprev.organisations.funds.consequences import what_follows
from forprev.organisations.funds.forms import DepartmentsForm, FundForm
from forprev.organisations.funds.tables import FundList
from forprev.organisations.models import RegionalFund
from forprev.organisations.sheet import Row

national = acting_as(Role.NATIONAL_ADMINISTRATOR)
EDITED = ["GET", "HEAD", "POST"]


@require_safe
@national
def funds(request: ActingRequest) -> HttpResponseBase:
    """`Caisses`."""
    return FundList(request, selectors.funds()).response("organisations/funds/funds.html")


@require_http_methods(EDITED)
@national
def new_fund(request: ActingRequest) -> HttpResponse:
    form = FundForm(request.POST if request.method == "POST" else None)
    made: list[RegionalFund] = []
    if done(form, lambda values: made.append(services.create_fund(request.acting, values))):
        messages.success(request, "La caisse est créée : rattachez-lui ses départements.")
        return redirect("organisations:fund", made[0].pk)
    return render(request, "organisations/funds/fund_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@national
def fund(request: ActingRequest, pk: int) -> HttpResponse:
    """A fund: how it is reached, its departments, its officers, its history."""
    found = get_object_or_404(selectors.funds(), pk=pk)
    context = {
        "fund": found,
        "rows": [Row("Adresse", found.address), Row("Téléphone", found.phone), Row("E-mail", found.email)],
        "departments": [(each, label_of(each.code)) for each in selectors.departments_of(found)],
        "officers": selectors.officers_of(found),
        "events": selectors.history_of_fund(found),
    }
    return render(request, "organisations/funds/fund.html", context)


@require_http_methods(EDITED)
@national
def edit_fund(request: ActingRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(RegionalFund, pk=pk)
    form = FundForm.of(found, request.POST if request.method == "POST" else None)
    if done(form, lambda values: services.change_fund(pk, request.acting, version_of(form), values)):
        messages.success(request, "La caisse est enregistrée.")
        return redirect("organisations:fund", pk)
    context = {"form": form, "fund": found}
    return render(request, "organisations/funds/fund_form.html", context, status=422 if form.errors else 200)


@require_http_methods(EDITED)
@national
def move_departments(request: ActingRequest, pk: int) -> HttpResponse:
    """`Rattacher des départements`: which ones, then what follows, then it is done."""
    found = get_object_or_404(RegionalFund, pk=pk)
    elsewhere = selectors.departments_elsewhere(found)
    form = DepartmentsForm(elsewhere, request.POST if request.method == "POST" else None)
    context = {"fund": found, "form": form, "cancel_url": reverse("organisations:fund", args=[pk])}
    if "confirmed" in request.POST:
        if done(form, lambda _: services.move_departments(pk, request.acting, form.shown)):
            messages.success(request, "Les départements sont rattachés.")
            return redirect("organisations:fund", pk)
    elif form.is_valid():
        shown = form.shown
        context |= {
            "moved": [
                (each, label_of(each.code), name) for name, group in elsewhere for each in group if each.code in shown
            ],
            "consequences": what_follows(shown),
        }
        return render(request, "organisations/funds/move_confirm.html", context)
    return render(request, "organisations/funds/move.html", context, status=422 if form.errors else 200)
