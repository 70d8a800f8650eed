"""Entering a session: tabs `Session` and `Formateur`, and sending it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.certification.forms import DetailsForm, IdentityForm
from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.rules.findings import Finding
from forprev.certification.rules.sending import TRAINERS, findings_before_sending
from forprev.certification.rules.session import missing_details
from forprev.certification.rules.trainers import Verification, verify_trainer
from forprev.certification.selectors.history import history_of
from forprev.certification.selectors.people import trainer_meant
from forprev.certification.services.entry import save_details, set_trainers
from forprev.certification.services.exchange import DECLARATIONS, send_to_trainer
from forprev.certification.views.common import READERS, find, is_entry, page, second_click
from forprev.certification.workflow import ENTITY_ROLES, SESSION_WORKFLOW, Action, State
from forprev.core.dates import today
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import differences, tell
from forprev.core.workflow import NotAllowed
from forprev.people.models import Person
from forprev.people.services import note_lookup

MOST_DIGITS = 18
"""Of a number read from a form: what fits the database."""


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*READERS)
def session(request: ActingRequest, pk: int) -> HttpResponse:
    """Tab `Session`: the form while it is entered, a sheet afterwards."""
    found = find(request, pk)
    if not is_entry(found, request.acting):
        if request.method == "POST":
            SESSION_WORKFLOW.check(Action.EDIT, found.state, request.acting.role)
        return page(request, found, "session_sheet", "session", _sheet(found))
    if request.method != "POST":
        form = DetailsForm(session=found, acting=request.acting)
        return page(request, found, "session_form", "session", {"form": form, **_history(found)})
    form = DetailsForm(request.POST, session=found, acting=request.acting)
    going_on = "next" in request.POST
    after = "certification:trainer" if going_on else "certification:session"
    if form.is_valid():
        try:
            save_details(pk, request.acting, form.cleaned_data["version"], form.details(), complete=going_on)
        except Conflict as conflict:
            found.refresh_from_db()
            apart = differences(form, DetailsForm(session=found, acting=request.acting))
            if apart or (going_on and missing_details(found)):
                raise Conflict(conflict.message, apart) from conflict
            return redirect(after, pk)
        except DomainError as error:
            tell(form, error)
        else:
            if not going_on:
                messages.success(request, "La session est enregistrée.")
            return redirect(after, pk)
    return page(request, found, "session_form", "session", {"form": form, **_history(found)}, status=422)


def _history(found: TrainingSession) -> dict[str, Any]:
    return {"events": history_of(found)}


def _sheet(found: TrainingSession) -> dict[str, Any]:
    prefetch_related_objects([found], TRAINERS)
    return {"trainers": [t.person for t in found.trainers.all()], **_history(found)}


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def trainer(request: ActingRequest, pk: int) -> HttpResponse:
    """Tab `Formateur`: `Lancer la vérification` and its four answers (A34); trainers who pass are kept."""
    found = find(request, pk)
    SESSION_WORKFLOW.check(Action.EDIT, found.state, request.acting.role)
    qualification, end_date = found.qualification, found.end_date
    if qualification is None or end_date is None:
        return page(request, found, "trainer_too_early", "trainer", {})
    required = qualification.rules_on(end_date).trainers_required
    named = [t.person for t in found.trainers.select_related("person")]
    posted = request.POST if request.method == "POST" else None
    forms = [
        IdentityForm(posted, prefix=f"formateur-{n}" if n else None, initial=_number_of(named, n))
        for n in range(required)
    ]
    context: dict[str, Any] = {"required": required, "named": named}
    status = 200
    if posted is None:
        verifications = [verify_trainer(person, qualification, end_date) for person in named]
    else:
        verifications = []
        if all([form.is_valid() for form in forms]):
            try:
                verifications = [_verify(request, form, found) for form in forms]
            except DomainError as error:
                tell(forms[0], error)
        if verifications and all(v.holds for v in verifications):
            persons = [v.person for v in verifications if v.person is not None]
            try:
                set_trainers(pk, request.acting, _version(request), persons)
            except Conflict:
                if persons != [t.person for t in found.trainers.select_related("person")]:
                    raise
                context["named"] = persons
            except DomainError as error:
                tell(forms[0], error)
            else:
                context["named"] = persons
        status = 200 if all(v.holds for v in verifications) and not any(f.errors for f in forms) else 422
    blocks = [
        {"form": form, "verification": verifications[n] if n < len(verifications) else None, "rank": n + 1}
        for n, form in enumerate(forms)
    ]
    context |= {"blocks": blocks, "forms": forms, "kept": len(context["named"]) >= required}
    return page(request, found, "trainer_form", "trainer", context, status=status)


def _number_of(named: list[Person], rank: int) -> dict[str, str]:
    return {"number": named[rank].number} if rank < len(named) else {}


def _verify(request: ActingRequest, form: IdentityForm, found: TrainingSession) -> Verification:
    cleaned = form.cleaned_data
    identity = f"{cleaned['last_name']}/{cleaned['first_name']}/{cleaned['birth_date']}"
    note_lookup(request.acting.person, cleaned["number"] or identity)
    person = trainer_meant(**cleaned)
    if found.qualification is None or found.end_date is None:
        raise DomainError("Le certificat et la date de fin de session doivent être renseignés.", code="A34")
    return verify_trainer(person, found.qualification, found.end_date)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
@second_click(State.TRAINER)
def send(request: ActingRequest, pk: int) -> HttpResponse:
    """The check page: everything once more, what stops, what is only told, what is to be declared; then sending."""
    found = find(request, pk)
    SESSION_WORKFLOW.check(Action.SEND, found.state, request.acting.role)
    ticked: set[tuple[int, str]] = set()
    errors: list[Finding] = []
    if request.method == "POST":
        ticked = _ticked(request)
        try:
            send_to_trainer(pk, request.acting, _version(request), ticked)
        except (Conflict, NotAllowed):
            raise
        except DomainError as error:
            errors = list(getattr(error, "findings", ())) or [Finding(error.code, error.message)]
        else:
            names = ", ".join(str(t.person) for t in found.trainers.select_related("person"))
            messages.success(request, f"La session n°{pk} a été envoyée à {names} pour saisie des résultats.")
            return redirect("certification:awaiting")
    findings = findings_before_sending(found, CertificationSettings.current(), today())
    if request.method != "POST":
        ticked = {(t.pk, field) for t in found.trainees.all() for field in DECLARATIONS if getattr(t, field)}
    asked = [(f, (f.trainee_id, f.declaration) in ticked) for f in findings if f.declaration]
    context = {
        **_sheet(found),
        "stops": [f for f in findings if f.blocking and not f.declaration],
        "warnings": [f for f in findings if not f.blocking and not f.declaration],
        "asked": asked,
        "send_errors": errors,
        "has_errors": bool(errors),
        "trainees": found.trainees.all(),
    }
    return page(request, found, "send", "trainees", context, status=422 if errors else 200)


def _ticked(request: ActingRequest) -> set[tuple[int, str]]:
    """The declarations posted as `<trainee id>-<field>`; anything else is ignored."""
    ticked = set()
    for value in request.POST.getlist("declaration"):
        trainee_id, _, field = value.partition("-")
        if trainee_id.isascii() and trainee_id.isdigit() and len(trainee_id) <= MOST_DIGITS and field in DECLARATIONS:
            ticked.add((int(trainee_id), field))
    return ticked


def _version(request: ActingRequest) -> int:
    """The version that the form carries; 0, which is never current, if it does not."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS else 0
