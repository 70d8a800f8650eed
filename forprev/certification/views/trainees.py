"""Tab `Stagiaires`: their entry, their results, and what is done with them; one page, by state and role."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.certification.forms import FutureTrainerForm, TraineeForm
from forprev.certification.models import Result, Trainee, TrainingSession
from forprev.certification.services.entry import (
    LikelyDuplicates,
    TraineeEntry,
    add_trainee,
    change_trainee,
    remove_trainee,
)
from forprev.certification.views.common import READERS, find, is_entry, page, tell
from forprev.certification.views.results import entity_decision, trainer_results
from forprev.certification.workflow import ENTITY_ROLES, SESSION_WORKFLOW, Action, State
from forprev.core.errors import Conflict, DomainError
from forprev.people.models import Person
from forprev.people.selectors import by_number, likely_duplicates
from forprev.people.services import note_lookup

NOBODY = "none"
"""Posted instead of a proposal: it is somebody else."""


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
def trainees(request: ActingRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    if found.state == State.TRAINER and request.acting.role == Role.TRAINER:
        return trainer_results(request, found)
    if found.state == State.ENTITY and request.acting.role in ENTITY_ROLES:
        return entity_decision(request, found)
    if request.method == "POST":
        SESSION_WORKFLOW.check(Action.EDIT, found.state, request.acting.role)
    entering = is_entry(found, request.acting)
    context: dict[str, Any] = {"trainees": found.trainees.select_related("person"), "results": Result}
    if entering and (request.method == "POST" or "ajouter" in request.GET):
        return _entry(request, found, context, None)
    return page(request, found, "trainees_entry" if entering else "trainees_sheet", "trainees", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def change(request: ActingRequest, pk: int, trainee_pk: int) -> HttpResponse:
    """Correct one trainee of a draft."""
    found = find(request, pk)
    SESSION_WORKFLOW.check(Action.EDIT, found.state, request.acting.role)
    trainee = get_object_or_404(found.trainees.select_related("person"), pk=trainee_pk)
    return _entry(request, found, {"trainees": found.trainees.select_related("person")}, trainee)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def remove(request: ActingRequest, pk: int, trainee_pk: int) -> HttpResponse:
    """Take a trainee off, after confirmation."""
    found = find(request, pk)
    SESSION_WORKFLOW.check(Action.EDIT, found.state, request.acting.role)
    trainee = get_object_or_404(found.trainees, pk=trainee_pk)
    back = reverse("certification:trainees", args=[pk])
    if request.method != "POST":
        context = {"session": found, "trainee": trainee, "cancel_url": back, "tone": "danger"}
        return render(request, "certification/trainee_remove.html", context)
    remove_trainee(pk, trainee_pk, request.acting)
    messages.success(request, f"{trainee} a été retiré de la session.")
    return redirect(back)


def _entry(
    request: ActingRequest, found: TrainingSession, context: dict[str, Any], trainee: Trainee | None
) -> HttpResponse:
    """The form of a trainee, its pre-filling, the choice among likely duplicates, and keeping it."""
    makes_trainers = found.qualification is not None and found.qualification.makes_trainers
    form_class: type[TraineeForm] = FutureTrainerForm if makes_trainers else TraineeForm
    context |= {"trainee": trainee, "nobody": NOBODY, "candidates": [], "makes_trainers": makes_trainers}
    if request.method != "POST":
        initial = TraineeForm.initial_of(trainee) if trainee else {"key": uuid.uuid4()}
        return page(request, found, "trainees_entry", "trainees", {**context, "form": form_class(initial=initial)})
    if makes_trainers and "prefill" in request.POST:
        prefilled = _prefilled(request)
        status = 422 if prefilled.errors else 200
        return page(request, found, "trainees_entry", "trainees", {**context, "form": prefilled}, status)
    form = form_class(_completed(request) if makes_trainers else request.POST)
    if form.is_valid():
        try:
            kept = _keep(request, found, form, trainee)
        except LikelyDuplicates as likely:
            context["candidates"] = _shown(request, form, likely.candidates)
        except Conflict:
            raise
        except DomainError as error:
            tell(form, error)
        else:
            if trainee:
                messages.success(request, f"{kept} a été modifié.")
                return redirect("certification:trainees", found.pk)
            messages.success(request, f"{kept} a été ajouté à la session.")
            return redirect(f"{reverse('certification:trainees', args=[found.pk])}?ajouter=1#nouveau")
    return page(request, found, "trainees_entry", "trainees", {**context, "form": form}, status=422)


def _shown(request: ActingRequest, form: TraineeForm, candidates: list[Person]) -> list[Person]:
    """The proposals, if the actor has not looked up too many people; else none, and why."""
    cleaned = form.cleaned_data
    try:
        note_lookup(request.acting.person, f"{cleaned['last_name']}/{cleaned['first_name']}/{cleaned['birth_date']}")
    except DomainError as error:
        tell(form, error)
        return []
    return candidates


def _known(request: ActingRequest) -> Person | None:
    """The person of the n° Forprev posted, looked up within the limits and noted."""
    number = request.POST.get("number", "").strip()
    if not number:
        return None
    note_lookup(request.acting.person, number)
    return by_number(number)


def _completed(request: ActingRequest) -> dict[str, Any]:
    """What was posted, the identity being that of the n° Forprev where names were left empty."""
    data = request.POST.dict()
    if data.get("number", "").strip() and not (data.get("last_name") or data.get("first_name")):
        person = by_number(data["number"])
        if person is not None:
            data |= {"last_name": person.last_name, "first_name": person.first_name}
            data["birth_date"] = data.get("birth_date") or person.birth_date.isoformat()
    return data


def _prefilled(request: ActingRequest) -> FutureTrainerForm:
    """`Pré-remplir`: the identity behind the n° Forprev, never the e-mail."""
    try:
        person = _known(request)
        message = "Aucune personne ne porte ce n° Forprev."
    except DomainError as error:
        person, message = None, error.message
    if person is None:
        form = FutureTrainerForm(request.POST)
        form.full_clean()
        form.errors.clear()
        form.add_error("number", message)
        return form
    initial = {
        "key": request.POST.get("key", ""),
        "number": person.number,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "birth_date": person.birth_date,
    }
    return FutureTrainerForm(initial=initial)


def _keep(request: ActingRequest, found: TrainingSession, form: TraineeForm, trainee: Trainee | None) -> Trainee:
    cleaned = form.cleaned_data
    if cleaned.get("email"):
        note_lookup(request.acting.person, cleaned["email"])  # the answer tells whether an account has it
    person, somebody_else = _chosen(request, form)
    entry = TraineeEntry(
        last_name=cleaned["last_name"],
        first_name=cleaned["first_name"],
        birth_date=cleaned["birth_date"],
        email=cleaned.get("email", ""),
        person=person,
        somebody_else=somebody_else,
    )
    if trainee:
        return change_trainee(found.pk, trainee.pk, request.acting, entry, cleaned["version"] or 0)
    return add_trainee(found.pk, request.acting, entry, cleaned["key"])


def _chosen(request: ActingRequest, form: TraineeForm) -> tuple[Person | None, bool]:
    """Who it is: by n° Forprev, or the proposal picked (only one really proposed counts), or somebody else."""
    cleaned = form.cleaned_data
    if cleaned.get("number"):
        person = _known(request)
        if person is None:
            raise DomainError("Aucune personne ne porte ce n° Forprev.", code="A35", field="number")
        if person.birth_date != cleaned["birth_date"]:
            raise DomainError(
                "Ce n° Forprev est celui d’une autre personne que celle saisie.", code="A35", field="number"
            )
        return person, False
    picked = request.POST.get("same_as", "")
    if picked == NOBODY:
        return None, True
    if picked:
        proposed = likely_duplicates(cleaned["last_name"], cleaned["first_name"], cleaned["birth_date"])
        return next((p for p in proposed if str(p.pk) == picked), None), False
    return None, False
