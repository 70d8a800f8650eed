"""Following a dossier: where it is, what is said about it, taking it back; and the lists of an entity."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as, signed_in
from forprev.accounts.models import Role
from forprev.accreditation.dossiers import services, thread
from forprev.accreditation.dossiers.access import find
from forprev.accreditation.dossiers.common import available, workflow_of
from forprev.accreditation.dossiers.forms import MessageForm, WithdrawForm
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.selectors import demands_of, lines_of, visible_to
from forprev.accreditation.dossiers.steps import common_rows
from forprev.accreditation.dossiers.tables import OwnDossierList
from forprev.accreditation.dossiers.terms import terms_asked
from forprev.accreditation.dossiers.thread import messages_of
from forprev.accreditation.dossiers.views.entry import page, version_posted
from forprev.accreditation.models import Dossier, DossierState
from forprev.accreditation.workflow import CLOSED, SENT_AND_OPEN, WITH_APPLICANT, Action
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import tell
from forprev.organisations.updating.selectors import changes_of

NEXT = {
    DossierState.SUBMITTED: "Votre demande attend d’être prise en charge.",
    DossierState.TO_COMPLETE: "Votre demande attend votre complément.",
    DossierState.UNDER_REVIEW: "Votre demande est examinée. Vous serez prévenu par e-mail de la suite.",
    DossierState.OPINION_GIVEN: "L’avis est rendu : la demande attend d’être inscrite à l’ordre du jour de la "
    "commission nationale.",
    DossierState.AWAITING_DECISION: "Votre demande est à l’ordre du jour de la commission nationale, qui décide.",
    DossierState.ACCEPTED: "La décision est prise.",
    DossierState.REFUSED: "La décision est prise.",
    DossierState.ADJOURNED: "La commission nationale a remis sa décision : complétez votre demande.",
    DossierState.CANCELLED: "Vous avez retiré cette demande. Vous pouvez en présenter une autre.",
}
"""What comes next, for the applicant, by state."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def dossier(request: ActingRequest, pk: int) -> HttpResponse:
    """One dossier, for its applicant; a message posted is added to its thread. A draft is entered rather than read."""
    found, acting = find(request, pk)
    if found.state == DossierState.DRAFT:
        return redirect("accreditation:dossier_entry", pk)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        thread.write(pk, acting, form.cleaned_data["text"])
        messages.success(request, "Votre message est envoyé.")
        return redirect("accreditation:dossier", pk)
    possible = available(found, acting)
    of_data = found.data_change is not None
    lines = lines_of(found)
    context = {
        "form": form,
        "next_step": NEXT[DossierState(found.state)],
        "with_applicant": found.state in WITH_APPLICANT,
        "rows": common_rows(found),
        "lines": lines,
        "demands": demands_of(found),
        "terms": [] if found.is_closed else terms_asked(lines),
        "changes": changes_of(found.data_change) if found.data_change else [],
        "messages_sent": messages_of(found, acting),
        "events": history_of(found, acting),
        "may_edit": Action.EDIT in possible,
        "may_complete": Action.COMPLETE in possible,
        "may_withdraw": Action.WITHDRAW in possible and not of_data,
        "may_write": Action.WRITE in possible,
    }
    return page(request, found, "dossier", context, 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def withdraw(request: ActingRequest, pk: int) -> HttpResponse:
    """`Retirer la demande`, after confirmation; twice is once."""
    found, acting = find(request, pk)
    if request.method == "POST" and found.state == DossierState.CANCELLED:
        return redirect("accreditation:dossier", pk)
    workflow_of(found).check(Action.WITHDRAW, found.state, acting.role)
    form = WithdrawForm(request.POST) if request.method == "POST" else WithdrawForm(initial={"version": found.version})
    if form.is_valid():
        try:
            services.withdraw(pk, acting, form.cleaned_data["version"], form.cleaned_data["reason"])
        except Conflict:
            if find(request, pk)[0].state != DossierState.CANCELLED:
                raise
        except DomainError as error:
            tell(form, error)
            return _confirm(request, found, "withdraw", form)
        messages.success(request, "Votre demande est retirée.")
        return redirect("accreditation:dossier", pk)
    return _confirm(request, found, "withdraw", form)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def discard(request: ActingRequest, pk: int) -> HttpResponse:
    """`Supprimer le brouillon`, after confirmation."""
    found, acting = find(request, pk)
    workflow_of(found).check(Action.DISCARD, found.state, acting.role)
    if request.method == "POST":
        services.discard(pk, acting, version_posted(request))
        messages.success(request, "Le brouillon est supprimé.")
        if acting.role == Role.MANAGER:
            return redirect("accreditation:dossiers_awaiting")
        return redirect("accreditation:first_request")
    return _confirm(request, found, "discard")


def _confirm(request: ActingRequest, found: Dossier, template: str, form: WithdrawForm | None = None) -> HttpResponse:
    context = {"form": form, "cancel_url": reverse("accreditation:dossier", args=[found.pk]), "tone": "danger"}
    return page(request, found, template, context, 422 if form is not None and form.errors else 200)


# The lists of an entity


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def ongoing(request: ActingRequest) -> HttpResponseBase:
    """`Mes demandes en cours`: sent, and in the hands of the network."""
    states = [state for state in SENT_AND_OPEN if state not in WITH_APPLICANT]
    return _list(request, "Mes demandes en cours", "en cours", states)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def awaiting(request: ActingRequest) -> HttpResponseBase:
    """`Mes demandes à traiter`: those that wait for the entity."""
    return _list(request, "Mes demandes à traiter", "à traiter", list(WITH_APPLICANT))


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def closed(request: ActingRequest) -> HttpResponseBase:
    """`Mes demandes closes`."""
    return _list(request, "Mes demandes closes", "close", list(CLOSED))


def _list(request: ActingRequest, title: str, which: str, states: list[DossierState]) -> HttpResponseBase:
    found = visible_to(request.acting).filter(state__in=states).prefetch_related("lines__level__scheme")
    screen = OwnDossierList(request, found.select_related("data_change"))
    return screen.response("accreditation/dossiers/list.html", {"title": title, "which": which})
