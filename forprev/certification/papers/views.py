"""`Modèles de certificat`: for the national administration alone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.catalogue.models import CertificateTemplate, PaperState, Qualification, TemplateVersion
from forprev.certification.papers import selectors, services, specimens
from forprev.certification.papers.forms import TemplateForm, VersionForm
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import tell

national = acting_as(Role.NATIONAL_ADMINISTRATOR)


@require_safe
@national
def templates(request: ActingRequest) -> HttpResponse:
    return render(request, "certification/papers/templates.html", {"templates": selectors.templates()})


@require_http_methods(["GET", "HEAD", "POST"])
@national
def new_template(request: ActingRequest) -> HttpResponse:
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.create_template(request.acting, form.cleaned_data["name"])
        except DomainError as error:
            tell(form, error)
        else:
            return redirect("certification:template_version", made.versions.get().number)
    status = 422 if form.errors else 200
    return render(request, "certification/papers/new_template.html", {"form": form}, status=status)


@require_POST
@national
def new_version(request: ActingRequest, pk: int) -> HttpResponse:
    """`Préparer une nouvelle version`, or go on with the one in preparation."""
    template = get_object_or_404(CertificateTemplate, pk=pk)
    return redirect("certification:template_version", services.start_version(template, request.acting).number)


@require_http_methods(["GET", "HEAD", "POST"])
@national
def template_version(request: ActingRequest, number: int) -> HttpResponse:
    """A version as it is printed; one in preparation can be written: `Enregistrer` shows it anew."""
    found = _version(number)
    is_draft = found.state == PaperState.DRAFT
    form = VersionForm.of(found, request.POST if request.method == "POST" else None) if is_draft else None
    if request.method == "POST" and form is None:
        raise Conflict("Cette version est publiée : elle ne change plus.")
    if form is not None and form.is_valid():
        services.write_version(number, request.acting, form.cleaned_data["version"] or 0, form.cleaned_data)
        messages.success(request, "Le brouillon est enregistré : en voici le spécimen.")
        return redirect("certification:template_version", number)
    context = {
        "version": found,
        "form": form,
        "shown_on": selectors.shown_on(found),
        "events": selectors.history_of(found),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "certification/papers/version.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@national
def publish_version(request: ActingRequest, number: int) -> HttpResponse:
    found = _version(number)
    if request.method == "POST":
        told = request.POST.get("version", "")
        services.publish_version(number, request.acting, int(told) if told.isdecimal() else 0)
        messages.success(request, "La version est publiée : les certificats sont générés sur elle dès maintenant.")
        return redirect("certification:templates")
    context = {
        "version": found,
        "qualifications": found.template.qualifications.all(),
        "cancel_url": reverse("certification:template_version", args=[number]),
    }
    return render(request, "certification/papers/publish.html", context)


@require_safe
@national
def version_pdf(request: ActingRequest, number: int) -> HttpResponse:
    return _pdf(specimens.specimen_of(*_shown(number)), f"specimen-{number}.pdf")


@require_safe
@national
def version_png(request: ActingRequest, number: int) -> HttpResponse:
    content = specimens.as_png(specimens.specimen_of(*_shown(number)))
    return HttpResponse(content, content_type="image/png")


@require_safe
@national
def specimen(request: ActingRequest, pk: int) -> HttpResponse:
    """What a certificate of the catalogue would look like today, on its latest version, published or not."""
    related = ("level__scheme", "signatory", "template")
    found = get_object_or_404(Qualification.objects.select_related(*related), pk=pk)
    latest = found.template.versions.latest("number")
    return _pdf(specimens.specimen_of(found, latest), f"specimen-{found.code}.pdf")


def _version(number: int) -> TemplateVersion:
    return get_object_or_404(TemplateVersion.objects.select_related("template"), number=number)


def _shown(number: int) -> tuple[Qualification, TemplateVersion]:
    found = _version(number)
    return selectors.shown_on(found), found


def _pdf(made: specimens.Specimen, name: str) -> HttpResponse:
    headers: dict[str, Any] = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(specimens.as_pdf(made), content_type="application/pdf", headers=headers)
