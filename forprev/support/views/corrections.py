"""Correcting an identity (A04): the page of the person who asks, the list and the answers of the hotline."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as, signed_in
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.models import Role
from forprev.certification.life.selectors import wrongly_named
from forprev.core import uploads
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.support.forms import CorrectionForm, RefusalForm
from forprev.support.models import CorrectionRequest
from forprev.support.selectors import for_list, history_of, namesakes, own, visible_to
from forprev.support.services import apply_correction, ask_correction, drop_correction, refuse_correction
from forprev.support.tables import CorrectionList
from forprev.support.workflow import CORRECTION_WORKFLOW, HOLDER, Action, State

logger = structlog.get_logger(__name__)


# The person


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: ActingRequest) -> HttpResponse:
    """`Demander une correction`: the form, or the request that waits; what became of the last one above the form."""
    person = request.user.person
    form = CorrectionForm(person=person)
    if request.method == "POST":
        form = CorrectionForm(request.POST, request.FILES, person=person)
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                ask_correction(person, form.wished, message=cleaned["message"], document=cleaned["document"])
            except DomainError as error:
                if error.code == "action_not_allowed":
                    raise
                tell(form, error)
            else:
                messages.success(request, "Votre demande est envoyée à l’assistance, qui vous répondra par e-mail.")
                return redirect("support:ask_correction")
    last = own(person).first()
    waiting = last if last is not None and last.state == State.OPEN else None
    if form.errors and waiting:
        return redirect("support:ask_correction")  # a form shown before: what waits says more than its errors
    context = {"form": form, "person": person, "last": last, "waiting": waiting}
    return render(request, "support/corrections/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def drop(request: ActingRequest, pk: int) -> HttpResponse:
    """`Annuler ma demande`, after confirmation."""
    person = request.user.person
    found = get_object_or_404(own(person), pk=pk)
    if request.method == "POST":
        drop_correction(pk, person)
        messages.success(request, "Votre demande est annulée.")
        return redirect("support:ask_correction")
    CORRECTION_WORKFLOW.check(Action.DROP, found.state, HOLDER)
    context = {"correction": found, "cancel_url": reverse("support:ask_correction")}
    return render(request, "support/corrections/drop.html", context)


@require_safe
@signed_in
def own_document(request: ActingRequest, pk: int) -> FileResponse:
    return _document(get_object_or_404(own(request.user.person), pk=pk))


def _document(correction: CorrectionRequest) -> FileResponse:
    if not correction.document:
        raise Http404
    return uploads.download(correction.document, correction.document_name, correction.document_type)


# The hotline


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def corrections(request: ActingRequest) -> HttpResponseBase:
    """`Corrections d’identité`."""
    return CorrectionList(request, for_list(visible_to(request.acting))).response("support/corrections/list.html")


@require_safe
@acting_as(Role.SUPPORT_AGENT)
def correction(request: ActingRequest, pk: int) -> HttpResponse:
    """One request: what is asked, by whom, and what happened to it."""
    found = _find(request, pk)
    if request.method == "GET":
        looked_at(request.acting, Page.CORRECTION, found.person_id)
    return render(request, "support/corrections/detail.html", _sheet(request, found))


@require_safe
@acting_as(Role.SUPPORT_AGENT)
def document(request: ActingRequest, pk: int) -> FileResponse:
    """The document, which may be a paper of identity: who fetches it is noted."""
    found = _find(request, pk)
    response = _document(found)
    looked_at(request.acting, Page.CORRECTION, found.person_id)
    logger.info("correction_document_fetched", correction=pk, person=request.acting.person_id)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def apply(request: ActingRequest, pk: int) -> HttpResponse:
    """`Appliquer la correction`: what changes and what does not, then doing it."""
    found = _find(request, pk)
    if request.method == "POST":
        apply_correction(pk, request.acting)
        messages.success(request, f"La correction est appliquée : {found.person.number} porte sa nouvelle identité.")
        return redirect("support:correction", pk)
    sheet = _sheet(request, found)
    CORRECTION_WORKFLOW.check(Action.APPLY, found.state, request.acting.role)
    if not sheet["may_apply"]:
        return redirect("support:correction", pk)
    looked_at(request.acting, Page.CORRECTION, found.person_id)
    context = {
        **sheet,
        "replaced": wrongly_named(found.person, found.old_identity, found.new_identity, today()),
        "cancel_url": reverse("support:correction", args=[pk]),
    }
    return render(request, "support/corrections/apply.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.SUPPORT_AGENT)
def refuse(request: ActingRequest, pk: int) -> HttpResponse:
    """`Refuser`, with the reason that the person is told."""
    found = _find(request, pk)
    CORRECTION_WORKFLOW.check(Action.REFUSE, found.state, request.acting.role)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            refuse_correction(pk, request.acting, form.cleaned_data["reason"])
        except DomainError as error:
            if error.code == "action_not_allowed":
                raise
            tell(form, error)
        else:
            messages.success(request, f"La demande n°{pk} est refusée ; la personne en est informée par e-mail.")
            return redirect("support:correction", pk)
    looked_at(request.acting, Page.CORRECTION, found.person_id)
    context = {"correction": found, "form": form, "cancel_url": reverse("support:correction", args=[pk])}
    return render(request, "support/corrections/refuse.html", context, status=422 if form.errors else 200)


def _find(request: ActingRequest, pk: int) -> CorrectionRequest:
    """The request if the actor sees it; 404 otherwise."""
    return get_object_or_404(visible_to(request.acting).select_related("person", "closed_by"), pk=pk)


def _sheet(request: ActingRequest, found: CorrectionRequest) -> dict[str, Any]:
    """A request that is the agent's own is another's to answer; one whose person changed since can only be refused."""
    is_open = found.state == State.OPEN
    is_own = found.person_id == request.acting.person_id
    changed = is_open and found.person.identity != found.old_identity
    return {
        "correction": found,
        "events": history_of(found),
        "namesakes": namesakes(found) if is_open else [],
        "is_own": is_own and is_open,
        "changed": changed,
        "may_apply": is_open and not is_own and not changed,
        "may_refuse": is_open and not is_own,
    }
