"""The catalogue's screens, for the national administration alone (B46)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.catalogue import selectors, services
from forprev.catalogue.forms import (
    LevelForm,
    QualificationForm,
    RulesForm,
    SchemeForm,
    SignatoryForm,
    level_choices,
)
from forprev.catalogue.models import (
    Level,
    Qualification,
    QualificationRules,
    QualificationState,
    Scheme,
    Signatory,
)
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.core.forms import done, tell, version_of

national = acting_as(Role.NATIONAL_ADMINISTRATOR)
EDITED = ["GET", "HEAD", "POST"]


@require_safe
@national
def catalogue(request: ActingRequest) -> HttpResponse:
    """`Catalogue`: every scheme with its levels and certificates, and what holds of each today."""
    return render(request, "catalogue/catalogue.html", {"schemes": selectors.schemes(), "today": today()})


@require_http_methods(EDITED)
@national
def new_scheme(request: ActingRequest) -> HttpResponse:
    form = SchemeForm.of(None, _posted(request))
    made: list[Scheme] = []
    if done(form, lambda values: made.append(services.create_scheme(request.acting, values))):
        messages.success(request, "Le dispositif est créé : ajoutez-lui ses niveaux.")
        return redirect("catalogue:scheme", made[0].pk)
    return _page(request, "scheme_form", form, {})


@require_http_methods(EDITED)
@national
def scheme(request: ActingRequest, pk: int) -> HttpResponse:
    """A scheme: what it is, its levels, its history."""
    found = get_object_or_404(Scheme, pk=pk)
    form = SchemeForm.of(found, _posted(request))
    if done(form, lambda values: services.change_scheme(pk, request.acting, version_of(form), values)):
        messages.success(request, "Le dispositif est enregistré.")
        return redirect("catalogue:scheme", pk)
    return _scheme_page(request, found, form, None)


@require_POST
@national
def new_level(request: ActingRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Scheme, pk=pk)
    form = LevelForm(request.POST)
    if done(form, lambda values: services.add_level(found, request.acting, **values)):
        messages.success(request, "Le niveau est ajouté : créez maintenant ses certificats.")
        return redirect("catalogue:scheme", pk)
    return _scheme_page(request, found, SchemeForm.of(found, None), form)


def _scheme_page(
    request: ActingRequest, found: Scheme, form: forms.Form, level_form: forms.Form | None
) -> HttpResponse:
    levels = list(found.levels.order_by("number").prefetch_related("qualifications"))
    if level_form is None:
        level_form = LevelForm()
        free = level_choices(levels)
        level_form.fields["number"].choices = free  # type: ignore[attr-defined]
    context = {
        "scheme": found,
        "levels": levels,
        "level_form": level_form if len(levels) < 3 else None,
        "forms": [level_form],
        "events": selectors.history_of_scheme(found),
    }
    status = 422 if form.errors or level_form.errors else 200
    return render(request, "catalogue/scheme.html", {**context, "form": form}, status=status)


@require_http_methods(EDITED)
@national
def edit_level(request: ActingRequest, pk: int) -> HttpResponse:
    found = _level(pk)
    form = LevelForm.of(found, _posted(request))
    if done(form, lambda values: services.change_level(pk, request.acting, version_of(form), values)):
        messages.success(request, "Le niveau est enregistré.")
        return redirect("catalogue:scheme", found.scheme_id)
    return _page(request, "level_form", form, {"level": found})


@require_http_methods(EDITED)
@national
def remove_level(request: ActingRequest, pk: int) -> HttpResponse:
    """`Retirer` a level on which nothing depends, once confirmed."""
    found = _level(pk)
    form = forms.Form(_posted(request))
    if done(form, lambda _: services.remove_level(pk, request.acting)):
        messages.success(request, f"Le niveau {found.number} est retiré.")
        return redirect("catalogue:scheme", found.scheme_id)
    back = reverse("catalogue:scheme", args=[found.scheme_id])
    return _page(request, "level_remove", form, {"level": found, "tone": "danger", "cancel_url": back})


@require_http_methods(EDITED)
@national
def new_qualification(request: ActingRequest, level: int) -> HttpResponse:
    """A certificate of a level, in preparation, with the rules that it has from the first."""
    found = _level(level)
    posted = _posted(request)
    form, rules = QualificationForm(posted), RulesForm.first(posted)
    if form.is_valid() & rules.is_valid():
        try:
            made = services.create_qualification(found, request.acting, form.cleaned_data, rules.cleaned_data)
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, "Le certificat est créé, en préparation : vérifiez-le, puis ouvrez-le.")
            return redirect("catalogue:qualification", made.pk)
    context = {"level": found, "rules": rules, "forms": [rules]}
    return _page(request, "new_qualification", form, context, wrong=bool(rules.errors))


@require_safe
@national
def qualification(request: ActingRequest, pk: int) -> HttpResponse:
    """A certificate: what is printed, its rules past, in force and to come, its history."""
    found = _qualification(pk)
    context = {
        "qualification": found,
        "phases": selectors.phases(found, today()),
        "events": selectors.history_of_qualification(found),
        "is_prepared": found.state == QualificationState.PREPARED,
    }
    return render(request, "catalogue/qualification.html", context)


@require_http_methods(EDITED)
@national
def edit_qualification(request: ActingRequest, pk: int) -> HttpResponse:
    found = _qualification(pk)
    form = QualificationForm.of(found, _posted(request))
    if done(form, lambda values: services.change_qualification(pk, request.acting, version_of(form), values)):
        messages.success(request, "Le certificat est enregistré.")
        return redirect("catalogue:qualification", pk)
    return _page(request, "qualification_form", form, {"qualification": found})


@require_http_methods(EDITED)
@national
def open_qualification(request: ActingRequest, pk: int) -> HttpResponse:
    return _move(request, pk, QualificationState.OPEN)


@require_http_methods(EDITED)
@national
def close_qualification(request: ActingRequest, pk: int) -> HttpResponse:
    return _move(request, pk, QualificationState.CLOSED)


def _move(request: ActingRequest, pk: int, wanted: QualificationState) -> HttpResponse:
    """`Ouvrir` or `Fermer` a certificate, once confirmed."""
    found = _qualification(pk)
    form = forms.Form(_posted(request))
    version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else 0
    if done(form, lambda _: services.move_qualification(pk, request.acting, version, wanted)):
        messages.success(request, f"Le certificat est {wanted.label.lower()}.")
        return redirect("catalogue:qualification", pk)
    opening, back = wanted == QualificationState.OPEN, reverse("catalogue:qualification", args=[pk])
    context = {"qualification": found, "opening": opening, "cancel_url": back}
    return _page(request, "qualification_move", form, context)


@require_http_methods(EDITED)
@national
def plan_rules(request: ActingRequest, pk: int) -> HttpResponse:
    """Rules for the sessions to come, filled in from the latest."""
    found = _qualification(pk)
    latest = found.dated_rules[0]
    form = RulesForm.of(latest, _posted(request), planned=True)

    def write(values: dict[str, Any]) -> object:
        return services.plan_rules(found, request.acting, **values)

    return _rules_page(request, found, form, latest, write)


@require_http_methods(EDITED)
@national
def edit_rules(request: ActingRequest, pk: int) -> HttpResponse:
    """Rules that no session obeys yet."""
    rules = get_object_or_404(QualificationRules, pk=pk)
    found = _qualification(rules.qualification_id)
    form = RulesForm.of(rules, _posted(request), planned=False)

    def write(values: dict[str, Any]) -> object:
        return services.change_rules(pk, request.acting, version_of(form), **values)

    return _rules_page(request, found, form, rules, write)


def _rules_page(
    request: ActingRequest,
    found: Qualification,
    form: forms.Form,
    before: QualificationRules,
    write: Callable[[dict[str, Any]], object],
) -> HttpResponse:
    """`Aperçu` tells what changes, and keeps nothing."""
    context: dict[str, Any] = {"qualification": found, "before": before}
    if "preview" in request.POST:
        if form.is_valid():
            context["changes"] = selectors.changes(before, form.cleaned_data)
    elif done(form, lambda values: write({"effective_on": values.pop("effective_on", None), "values": values})):
        messages.success(request, "Les règles sont enregistrées.")
        return redirect("catalogue:qualification", found.pk)
    return _page(request, "rules_form", form, context)


@require_http_methods(EDITED)
@national
def drop_rules(request: ActingRequest, pk: int) -> HttpResponse:
    """`Abandonner` rules to come, once confirmed."""
    rules = get_object_or_404(QualificationRules.objects.select_related("qualification"), pk=pk)
    back = reverse("catalogue:qualification", args=[rules.qualification_id])
    form = forms.Form(_posted(request))
    if done(form, lambda _: services.drop_rules(pk, request.acting)):
        messages.success(request, "Les règles à venir sont abandonnées.")
        return redirect("catalogue:qualification", rules.qualification_id)
    return _page(request, "rules_drop", form, {"rules": rules, "tone": "danger", "cancel_url": back})


@require_safe
@national
def signatories(request: ActingRequest) -> HttpResponse:
    """Who signs, and which certificates."""
    found = Signatory.objects.prefetch_related("qualifications")
    return render(request, "catalogue/signatories.html", {"signatories": found})


@require_http_methods(EDITED)
@national
def new_signatory(request: ActingRequest) -> HttpResponse:
    form = SignatoryForm(_posted(request))
    if done(form, lambda values: services.create_signatory(request.acting, **values)):
        messages.success(request, "Le signataire est enregistré.")
        return redirect("catalogue:signatories")
    return _page(request, "signatory_form", form, {})


@require_http_methods(EDITED)
@national
def edit_signatory(request: ActingRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Signatory.objects.prefetch_related("qualifications"), pk=pk)
    initial = {"name": found.name, "title": found.title, "version": found.version}
    form = SignatoryForm(_posted(request), initial=initial)
    if done(form, lambda values: services.change_signatory(pk, request.acting, version_of(form), **values)):
        messages.success(request, "Le signataire est enregistré.")
        return redirect("catalogue:signatories")
    context = {"signatory": found, "events": selectors.history_of_signatory(found)}
    return _page(request, "signatory_form", form, context)


def _level(pk: int) -> Level:
    return get_object_or_404(Level.objects.select_related("scheme"), pk=pk)


def _qualification(pk: int) -> Qualification:
    found = Qualification.objects.select_related("level__scheme", "signatory", "template")
    return get_object_or_404(found, pk=pk)


def _posted(request: ActingRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(
    request: ActingRequest, name: str, form: forms.Form, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    status = 422 if form.errors or wrong else 200
    return render(request, f"catalogue/{name}.html", {**context, "form": form}, status=status)
