"""What the trainer answers, and what the entity does with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.certification.forms import EntityActionForm, ReopenForm, ResultsForm, TrainerActionForm
from forprev.certification.models import Result, TrainingSession
from forprev.certification.selectors.sessions import results_count
from forprev.certification.services.exchange import (
    modify_session,
    reopen_session,
    return_with_comment,
    save_results,
    send_results,
)
from forprev.certification.services.issuing import generate_certificates
from forprev.certification.views.common import find, page, second_click
from forprev.certification.workflow import ENTITY_ROLES, SESSION_WORKFLOW, Action, State
from forprev.core.dates import today
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import VersionedForm, differences, tell
from forprev.core.text import plural
from forprev.core.workflow import NotAllowed


def trainer_results(request: ActingRequest, found: TrainingSession) -> HttpResponse:
    """`Échec` or `Réussite` for each trainee, kept with `Enregistrer`; then `Action` and `Soumettre` (A37)."""
    group = list(found.trainees.all())
    posted = request.POST if request.method == "POST" else None
    form = ResultsForm(posted, session=found, trainees=group)
    submitting = posted is not None and "submit" in posted
    action_form = TrainerActionForm(posted if submitting else None)
    context = {"form": form, "action_form": action_form}
    if posted is None:
        return page(request, found, "results_form", "trainees", context)
    if form.is_valid() and (not submitting or action_form.is_valid()):
        try:
            return _answer(request, found, form, action_form if submitting else None)
        except (Conflict, NotAllowed):
            raise
        except DomainError as error:
            tell(action_form if error.field == "comment" else form, error)
    return page(request, found, "results_form", "trainees", {**context, "has_errors": True}, status=422)


def _answer(
    request: ActingRequest, found: TrainingSession, form: ResultsForm, action_form: forms.Form | None
) -> HttpResponse:
    if action_form is not None and action_form.cleaned_data["action"] == "return":
        return_with_comment(found.pk, request.acting, form.cleaned_data["version"], action_form.cleaned_data["comment"])
        messages.success(
            request, f"La session n°{found.pk} a été retournée à {found.organisation} avec votre commentaire."
        )
        return redirect("certification:awaiting")
    saved = _saved(request, found, form)
    if action_form is None:
        messages.success(request, "Les résultats sont enregistrés. Vous pourrez les envoyer plus tard.")
        return redirect("certification:trainees", found.pk)
    waiting = saved.trainees.filter(result="").count()
    if waiting:
        form.data = {**form.data.dict(), "version": str(saved.version)}  # type: ignore[attr-defined]
        raise DomainError(f"Le résultat de {plural(waiting, 'stagiaire')} doit encore être renseigné.", code="A37")
    return redirect("certification:send_results", found.pk)


def _saved(request: ActingRequest, found: TrainingSession, form: ResultsForm) -> TrainingSession:
    """The session with these results; a form clicked twice finds them there."""
    try:
        return save_results(found.pk, request.acting, form.cleaned_data["version"], form.results())
    except Conflict as conflict:
        found.refresh_from_db()
        if apart := differences(form, ResultsForm(session=found, trainees=found.trainees.all())):
            raise Conflict(conflict.message, apart) from conflict
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.TRAINER)
@second_click(State.ENTITY)
def confirm_results(request: ActingRequest, pk: int) -> HttpResponse:
    """The results once more, failures first, before they leave."""
    found = find(request, pk)
    SESSION_WORKFLOW.check(Action.SEND_RESULTS, found.state, request.acting.role)
    form = VersionedForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if form.is_valid():
        try:
            send_results(pk, request.acting, form.cleaned_data["version"], {})
        except (Conflict, NotAllowed):
            raise
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("certification:trainees", pk)
        messages.success(request, f"Les résultats de la session n°{pk} ont été envoyés à {found.organisation}.")
        return redirect("certification:awaiting")
    group = list(found.trainees.all())
    context = {
        "session": found,
        "form": form,
        "failures": [t for t in group if t.result == Result.FAILURE],
        "successes": [t for t in group if t.result == Result.SUCCESS],
        "waiting": sum(not t.result for t in group),
        "cancel_url": reverse("certification:trainees", args=[pk]),
        "tone": "info",
    }
    return render(request, "certification/results_confirm.html", context)


def entity_decision(request: ActingRequest, found: TrainingSession) -> HttpResponse:
    """The results, then `Générer les certificats` or `Modifier la saisie de la session` (A38)."""
    form = EntityActionForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["action"] == "generate":
            return redirect("certification:generate", found.pk)
        modify_session(found.pk, request.acting, form.cleaned_data["version"])
        messages.success(request, "La saisie est rouverte : la session devra être envoyée de nouveau au formateur.")
        return redirect("certification:session", found.pk)
    context: dict[str, Any] = {
        "form": form,
        "trainees": found.trainees.all(),
        "count": results_count(found),
        "results": Result,
    }
    return page(request, found, "trainees_decision", "trainees", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def generate(request: ActingRequest, pk: int) -> HttpResponse:
    """What generation will do, then doing it; a second click arrives at the same certificates."""
    found = find(request, pk)
    if found.state == State.ISSUED:
        return redirect("certification:downloads", pk)
    SESSION_WORKFLOW.check(Action.GENERATE, found.state, request.acting.role)
    form = VersionedForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if form.is_valid():
        try:
            generate_certificates(pk, request.acting, form.cleaned_data["version"])
        except Conflict:
            raise
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, "Les certificats sont générés.")
            return redirect("certification:downloads", pk)
    context = {
        "session": found,
        "form": form,
        "count": results_count(found),
        "cancel_url": reverse("certification:trainees", args=[pk]),
        "tone": "info",
    }
    return render(request, "certification/generate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.FUND_OFFICER)
def reopen(request: ActingRequest, pk: int) -> HttpResponse:
    """A late session gets a new limit, with the reason (B40)."""
    found = find(request, pk)
    SESSION_WORKFLOW.check(Action.REOPEN, found.state, request.acting.role)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if today() <= form.cleaned_data["until"] == found.reopened_until:  # clicked twice: people are told once
            return redirect("certification:session", pk)
        try:
            reopen_session(pk, request.acting, form.cleaned_data["until"], form.cleaned_data["reason"])
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, f"La session n°{pk} est rouverte.")
            return redirect("certification:session", pk)
    context = {
        "session": found,
        "form": form,
        "cancel_url": reverse("certification:session", args=[pk]),
        "tone": "info",
    }
    return render(request, "certification/reopen.html", context, status=422 if form.errors else 200)
