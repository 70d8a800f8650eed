"""Entering a dossier: its task list, a page a step, the check before it is sent."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, signed_in
from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers import services
from forprev.accreditation.dossiers.access import find
from forprev.accreditation.dossiers.common import available, workflow_of
from forprev.accreditation.dossiers.forms import ChangedLinesForm, CommonForm, CompleteForm, PieceForm, SubmitForm
from forprev.accreditation.dossiers.rules import findings_of, is_known
from forprev.accreditation.dossiers.selectors import Demand, demands_of, lines_of
from forprev.accreditation.dossiers.steps import common_rows, steps_of
from forprev.accreditation.dossiers.terms import terms_asked
from forprev.accreditation.models import Dossier, DossierState
from forprev.accreditation.workflow import Action
from forprev.core import uploads
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import VersionedForm, differences, tell
from forprev.core.uploads import Document
from forprev.core.workflow import NotAllowed
from forprev.organisations.updating.communes import communes_of

logger = structlog.get_logger(__name__)


def _entering(request: ActingRequest, pk: int) -> tuple[Dossier, Acting]:
    """The dossier, if its applicant has the word; NotAllowed once it has not any more."""
    dossier, acting = find(request, pk)
    workflow_of(dossier).check(Action.EDIT, dossier.state, acting.role)
    return dossier, acting


def version_posted(request: ActingRequest) -> int:
    """Of the dossier that a form without other fields was shown for; Conflict where it does not say."""
    form = VersionedForm(request.POST)
    if not form.is_valid():
        raise Conflict()
    return int(form.cleaned_data["version"])


def page(
    request: ActingRequest, dossier: Dossier, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = {"dossier": dossier, "is_draft": dossier.state == DossierState.DRAFT}
    return render(request, f"accreditation/dossiers/{template}.html", {**frame, **context}, status=status)


@require_safe
@signed_in
def entry(request: ActingRequest, pk: int) -> HttpResponse:
    """The task list: what is there, what is missing."""
    dossier, acting = _entering(request, pk)
    lines, demands = lines_of(dossier), demands_of(dossier)
    findings = findings_of(dossier, lines, demands)
    context = {
        "steps": steps_of(dossier, lines, demands, findings),
        "missing": len(findings),
        "rows": [] if dossier.is_first else common_rows(dossier),
        "may_discard": Action.DISCARD in available(dossier, acting),
        "terms": terms_asked(lines),
    }
    return page(request, dossier, "entry", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def common(request: ActingRequest, pk: int) -> HttpResponse:
    """`Votre organisme`, of a first request; with a way to reach those who manage it already, if somebody does."""
    dossier, acting = _entering(request, pk)
    if not dossier.is_first:
        raise Http404
    form = CommonForm(request.POST if request.method == "POST" else None, dossier=dossier)
    known_siret = ""
    if form.is_valid():
        siret = form.cleaned_data["siret"]
        if "contact" in request.POST and is_known(siret):
            services.contact_managers(pk, acting, siret)
            messages.success(request, "Votre message est transmis aux gestionnaires de cet organisme, s’il en a.")
        try:
            services.save_common(pk, acting, form.cleaned_data["version"], form.common)
        except Conflict as conflict:
            stored = CommonForm(dossier=find(request, pk)[0])
            if apart := differences(form, stored):
                raise Conflict(conflict.message, apart) from conflict
            return redirect("accreditation:dossier_entry", pk)
        except DomainError as error:
            if isinstance(error, NotAllowed):
                raise
            tell(form, error)
            known_siret = siret if error.code == "siret_known" else ""
        else:
            return redirect("accreditation:dossier_entry", pk)
    return page(request, dossier, "common", {"form": form, "known_siret": known_siret}, 422 if form.errors else 200)


@require_safe
@signed_in
def communes(request: ActingRequest) -> JsonResponse:
    """The communes of a postal code, for the script of the form."""
    return JsonResponse({"communes": communes_of(request.GET.get("code_postal", ""))})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def lines(request: ActingRequest, pk: int) -> HttpResponse:
    """`Habilitations demandées`, of a draft."""
    dossier, acting = _entering(request, pk)
    if dossier.state != DossierState.DRAFT:
        raise NotAllowed("Les habilitations d’une demande transmise ne changent plus : présentez-en une autre.")
    form = ChangedLinesForm(request.POST if request.method == "POST" else None, dossier=dossier)
    if form.is_valid():
        try:
            services.save_lines(pk, acting, form.cleaned_data["version"], form.wish)
        except Conflict as conflict:
            stored = ChangedLinesForm(dossier=find(request, pk)[0])
            if form.wish != stored.stored_wish:
                raise Conflict(conflict.message) from conflict
            return redirect("accreditation:dossier_entry", pk)
        except DomainError as error:
            if isinstance(error, NotAllowed):
                raise
            tell(form, error)
        else:
            return redirect("accreditation:dossier_entry", pk)
    context = {"form": form, "terms": terms_asked(lines_of(dossier))}
    return page(request, dossier, "lines", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def piece(request: ActingRequest, pk: int, key: str) -> HttpResponse:
    """One piece: what it must show, what was sent, what is to be sent."""
    dossier, acting = _entering(request, pk)
    demand = _demand(dossier, key)
    if request.method != "POST":
        form = PieceForm(initial={"version": dossier.version})
        return page(request, dossier, "piece", {"form": form, "demand": demand})
    form = PieceForm(request.POST, request.FILES)
    if form.is_valid():
        document = form.cleaned_data["document"]
        try:
            services.attach_piece(pk, acting, form.cleaned_data["version"], key, document)
        except Conflict:
            if not _is_there(dossier, key, document):
                raise
        messages.success(request, f"La pièce « {demand.rule.label} » est enregistrée.")
        return redirect("accreditation:dossier_entry", pk)
    return page(request, dossier, "piece", {"form": form, "demand": demand}, 422)


def _demand(dossier: Dossier, key: str) -> Demand:
    demand = next((each for each in demands_of(dossier) if each.key == key), None)
    if demand is None:
        raise Http404
    return demand


def _is_there(dossier: Dossier, key: str, document: Document) -> bool:
    """Whether this very document is in its place: the second click of two brought it."""
    sent = _demand(dossier, key).piece
    return sent is not None and sent.digest == document.digest


@require_POST
@signed_in
def remove_piece(request: ActingRequest, pk: int, piece_id: int) -> HttpResponse:
    """`Retirer`; one that is gone already is as one wished it."""
    dossier, acting = _entering(request, pk)
    found = dossier.pieces.filter(pk=piece_id).first()
    if found is not None:
        services.remove_piece(pk, acting, version_posted(request), piece_id)
        messages.success(request, f"Le document « {found.name} » est retiré.")
    return redirect("accreditation:dossier_entry", pk)


@require_safe
@signed_in
def document(request: ActingRequest, pk: int, piece_id: int) -> FileResponse:
    """A piece of one's own dossier, as a file to save: who fetches it is noted."""
    dossier, acting = find(request, pk)
    found = get_object_or_404(dossier.pieces.exclude(document=""), pk=piece_id)
    response = uploads.download(found.document, found.name, found.content_type)
    logger.info("piece_fetched", dossier=pk, piece=piece_id, person=acting.person_id)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: ActingRequest, pk: int) -> HttpResponse:
    """`Vérifier et transmettre`: all of it, what is missing, the declaration; then the receipt."""
    dossier, acting = find(request, pk)
    if request.method == "POST" and dossier.state == DossierState.SUBMITTED:
        return redirect("accreditation:dossier", pk)  # the second click of two
    workflow_of(dossier).check(Action.SUBMIT, dossier.state, acting.role)
    form = SubmitForm(request.POST) if request.method == "POST" else SubmitForm(initial={"version": dossier.version})
    if form.is_valid():
        try:
            sent = services.submit(pk, acting, form.cleaned_data["version"])
        except (Conflict, NotAllowed):
            if find(request, pk)[0].state != DossierState.SUBMITTED:
                raise
            return redirect("accreditation:dossier", pk)
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(
                request,
                f"Votre demande est transmise sous le numéro {sent.number}. Un accusé de réception part par e-mail.",
            )
            return redirect("accreditation:dossier", pk)
    return _summary(request, dossier, "check", form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def complete(request: ActingRequest, pk: int) -> HttpResponse:
    """`Transmettre le complément`."""
    dossier, acting = find(request, pk)
    if request.method == "POST" and dossier.state == DossierState.UNDER_REVIEW:
        return redirect("accreditation:dossier", pk)  # the second click of two
    workflow_of(dossier).check(Action.COMPLETE, dossier.state, acting.role)
    form = (
        CompleteForm(request.POST) if request.method == "POST" else CompleteForm(initial={"version": dossier.version})
    )
    if form.is_valid():
        try:
            services.complete(pk, acting, form.cleaned_data["version"], form.cleaned_data["comment"])
        except (Conflict, NotAllowed):
            if find(request, pk)[0].state != DossierState.UNDER_REVIEW:
                raise
            return redirect("accreditation:dossier", pk)
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, "Votre complément est transmis : l’instruction reprend.")
            return redirect("accreditation:dossier", pk)
    return _summary(request, dossier, "complete", form)


def _summary(request: ActingRequest, dossier: Dossier, template: str, form: Any) -> HttpResponse:
    """What is sent; without a way to send it while something is missing (B04)."""
    of_data = dossier.data_change_id is not None
    lines, demands = lines_of(dossier), demands_of(dossier)
    context = {
        "form": form,
        "findings": [] if of_data or form.errors else [each.message for each in findings_of(dossier, lines, demands)],
        "rows": common_rows(dossier),
        "common_url": reverse("accreditation:dossier_common", args=[dossier.pk]) if dossier.is_first else "",
        "lines": lines,
        "demands": demands,
        "terms": terms_asked(lines),
    }
    return page(request, dossier, template, context, 422 if form.errors else 200)
