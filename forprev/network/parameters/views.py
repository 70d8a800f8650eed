"""`Paramètres`: the delays that the network decides, for the national administration alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.core import parameters
from forprev.core.errors import Conflict
from forprev.core.forms import differences, tell
from forprev.network.parameters import selectors
from forprev.network.parameters.forms import ParametersForm


@require_safe
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def parameter_list(request: ActingRequest) -> HttpResponse:
    """Every parameter by subject: its value, what it governs, since when."""
    return render(request, "network/parameters/list.html", {"groups": selectors.listed()})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.NATIONAL_ADMINISTRATOR)
def edit(request: ActingRequest, slug: str) -> HttpResponse:
    """Change a subject: the values, then a page that tells what they change, then the change itself."""
    subject = parameters.subject_of(slug)
    if subject is None:
        raise Http404
    row = subject.model.current()
    form = ParametersForm(subject, row, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"subject": subject, "form": form}
    if form.is_valid():
        if form.cleaned_data["version"] != row.version:
            raise Conflict(versions=differences(form, ParametersForm(subject, row, None)))
        found = parameters.changes(subject, row, form.values)
        try:
            if "confirmed" in request.POST:
                reason = form.cleaned_data["reason"]
                parameters.change(subject, request.acting, form.cleaned_data["version"], form.values, reason)
                messages.success(request, "Les paramètres sont enregistrés.")
                return redirect("network:parameters")
            parameters.check(subject, form.values)
        except parameters.Refused as refusal:
            tell(form, refusal)
        else:
            if found and "back" not in request.POST:
                return render(request, "network/parameters/confirm.html", {**context, "changes": found})
            if not found:
                form.add_error(None, "Aucune valeur ne change : modifiez-en une, ou abandonnez.")
    context["events"] = selectors.timeline(subject)
    return render(request, "network/parameters/edit.html", context, status=422 if form.errors else 200)
