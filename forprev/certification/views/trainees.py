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
from forprev.accounts.proposals import NOBODY, Proposal, picked, show
from forprev.certification.forms import FutureTrainerForm, TraineeForm
from forprev.certification.models import Result, Trainee, TrainingSession
from forprev.certification.selectors.history import was_taken_off
from forprev.certification.services.entry import (
    LikelyDuplicates,
    TraineeEntry,
    add_trainee,
    change_trainee,
    remove_trainee,
)
from forprev.certification.views.common import READERS, find, is_entry, page, second_click
from forprev.certification.views.results import entity_decision, trainer_results
from forprev.certification.workflow import ENTITY_ROLES, SESSION_WORKFLOW, Action, State
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import differences, tell
from forprev.people.matching import Match, is_called
from forprev.people.models import Person
from forprev.people.selectors import by_number
from forprev.people.services import note_lookup


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
@second_click(State.DRAFT)
def trainees(request: ActingRequest, pk: int) -> HttpResponse:
    found = find(request, pk)
    if found.state == State.TRAINER and request.acting.role == Role.TRAINER:
        return trainer_results(request, found)
    if found.state == State.ENTITY and request.acting.role in ENTITY_ROLES:
        return entity_decision(request, found)
    if request.method == "POST":
        SESSION_WORKFLOW.check(Action.EDIT, found.state, request.acting.role)
    entering = is_entry(found, request.acting)
    if entering and request.POST.get("action") == "modify":  # clicked twice: it is open already
        return redirect("certification:session", pk)
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
    back = reverse("certification:trainees", args=[pk])
    if request.method == "POST" and was_taken_off(found, trainee_pk):
        return redirect(back)  # clicked twice
    trainee = get_object_or_404(found.trainees, pk=trainee_pk)
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
    context |= {"trainee": trainee, "proposals": [], "makes_trainers": makes_trainers}
    if request.method != "POST":
        initial = TraineeForm.initial_of(trainee) if trainee else {"key": uuid.uuid4()}
        return page(request, found, "trainees_entry", "trainees", {**context, "form": form_class(initial=initial)})
    if makes_trainers and "prefill" in request.POST:
        prefilled = _prefilled(request)
        status = 422 if prefilled.errors else 200
        return page(request, found, "trainees_entry", "trainees", {**context, "form": prefilled}, status)
    try:
        form = form_class(_completed(request) if makes_trainers else request.POST)
    except DomainError as error:
        refused = _number_refused(request, error)
        return page(request, found, "trainees_entry", "trainees", {**context, "form": refused}, status=422)
    if form.is_valid():
        try:
            kept = _keep(request, found, form, trainee)
        except LikelyDuplicates as likely:
            context["proposals"] = _shown(request, form, likely.matches)
        except Conflict as conflict:
            if trainee is None:
                raise
            _refuse_unless_kept(request, found, form, trainee, conflict)
            return redirect("certification:trainees", found.pk)
        except DomainError as error:
            tell(form, error)
        else:
            if trainee:
                messages.success(request, f"{kept} a été modifié.")
                return redirect("certification:trainees", found.pk)
            messages.success(request, f"{kept} a été ajouté à la session.")
            return redirect(f"{reverse('certification:trainees', args=[found.pk])}?ajouter=1#nouveau")
    return page(request, found, "trainees_entry", "trainees", {**context, "form": form}, status=422)


def _shown(request: ActingRequest, form: TraineeForm, matches: list[Match]) -> list[Proposal]:
    """The proposals, if the actor has not looked up too many people; else none, and why."""
    try:
        return show(request.acting.person, form.identity, matches)
    except DomainError as error:
        tell(form, error)
        return []


def _refuse_unless_kept(
    request: ActingRequest, found: TrainingSession, form: TraineeForm, trainee: Trainee, conflict: Conflict
) -> None:
    """Raise the conflict, with what differs, unless the trainee is by now as this form says: it was clicked twice."""
    now = get_object_or_404(found.trainees.select_related("person", "session"), pk=trainee.pk)
    apart = differences(form, type(form)(initial=TraineeForm.initial_of(now)))
    posted = request.POST.get("same_as", "")
    if posted == NOBODY:
        kept = not apart and now.somebody_else
    elif posted:
        kept = posted == str(now.person_id)  # whose names then stand instead of those typed
    else:
        kept = not apart
    if not kept:
        raise Conflict(conflict.message, apart) from conflict


def _known(request: ActingRequest) -> Person:
    """The person of the n° Forprev and the last name posted, looked up within the limits and noted.

    DomainError for nobody, in the same words whether the number or the name is wrong (security.md, item 27).
    """
    number, last_name = request.POST.get("number", "").strip(), request.POST.get("last_name", "").strip()
    if number and not last_name:
        raise DomainError("Saisissez aussi le nom de la personne.", code="A35", field="last_name")
    if number:
        note_lookup(request.acting.person, number)
    person = by_number(number)
    if person is None or not is_called(last_name, person):
        raise DomainError("Aucune personne de ce nom ne porte ce n° Forprev.", code="A35", field="number")
    return person


def _completed(request: ActingRequest) -> dict[str, Any]:
    """What was posted, the identity being that of the n° Forprev where only the last name stands beside it."""
    data = request.POST.dict()
    if data.get("number", "").strip() and not data.get("first_name"):
        person = _known(request)
        data |= {"last_name": person.last_name, "first_name": person.first_name}
        data["birth_date"] = data.get("birth_date") or person.birth_date.isoformat()
    return data


def _number_refused(request: ActingRequest, error: DomainError) -> FutureTrainerForm:
    """The form as posted, with nothing said but what is wrong with the number or the name beside it."""
    form = FutureTrainerForm(request.POST)
    form.full_clean()
    form.errors.clear()
    tell(form, error)
    return form


def _prefilled(request: ActingRequest) -> FutureTrainerForm:
    """`Pré-remplir`: the identity behind the n° Forprev, never the e-mail."""
    try:
        person = _known(request)
    except DomainError as error:
        return _number_refused(request, error)
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
        if person.birth_date != cleaned["birth_date"]:
            raise DomainError(
                "Ce n° Forprev est celui d’une autre personne que celle saisie.", code="A35", field="number"
            )
        return person, False
    posted = request.POST.get("same_as", "")
    if posted == NOBODY:
        return None, True
    if posted:
        return picked(posted, form.identity), False
    return None, False
