"""`Suspendre`, `Lever la suspension`, `Retirer l’habilitation`: each on a page that says what happens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.views.sessions import recently_proved
from forprev.accreditation.life.forms import StatusForm
from forprev.accreditation.life.services import change_status
from forprev.accreditation.life.workflow import GOVERNORS, LIFE, LifeAction
from forprev.accreditation.selectors import visible_to
from forprev.accreditation.sheet import still_open
from forprev.core.errors import DomainError
from forprev.core.forms import tell

DONE = {
    LifeAction.SUSPEND: "L’habilitation est suspendue.",
    LifeAction.RESUME: "La suspension est levée.",
    LifeAction.WITHDRAW: "L’habilitation est retirée.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*GOVERNORS)
def suspend(request: ActingRequest, pk: int) -> HttpResponse:
    return _change(request, pk, LifeAction.SUSPEND)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*GOVERNORS)
def resume(request: ActingRequest, pk: int) -> HttpResponse:
    return _change(request, pk, LifeAction.RESUME)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*GOVERNORS)
@recently_proved
def withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    """It is final: whoever does it proves anew who it is (security.md, item 22)."""
    return _change(request, pk, LifeAction.WITHDRAW)


def _change(request: ActingRequest, pk: int, action: LifeAction) -> HttpResponse:
    accreditation = get_object_or_404(visible_to(request.acting), pk=pk)
    LIFE.check(action, accreditation.status, request.acting.role)
    form = StatusForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            change_status(pk, request.acting, action, form.cleaned_data["since"], form.cleaned_data["reason"])
        except DomainError as error:
            if error.code == "action_not_allowed":
                raise
            tell(form, error)
        else:
            messages.success(request, f"{DONE[action]} Les gestionnaires de l’entité en sont avertis par courriel.")
            return redirect("accreditation:detail", pk)
    context = {
        "accreditation": accreditation,
        "action": action,
        "is_final": action == LifeAction.WITHDRAW,
        "resumes": action == LifeAction.RESUME,
        "open_sessions": still_open(accreditation),
        "form": form,
        "cancel_url": reverse("accreditation:detail", args=[pk]),
        "tone": "danger" if action == LifeAction.WITHDRAW else "warning",
    }
    return render(request, "accreditation/change_status.html", context, status=422 if form.errors else 200)
