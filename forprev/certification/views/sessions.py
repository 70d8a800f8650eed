"""The lists of sessions, a new one, deletion."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.certification.selectors.sessions import awaiting, for_list, ongoing
from forprev.certification.services.entry import create_session
from forprev.certification.services.exchange import delete_session
from forprev.certification.tables import AwaitingList, SessionList
from forprev.certification.views.common import find, second_click
from forprev.certification.workflow import ENTITY_ROLES, SESSION_WORKFLOW, Action, State
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import VersionedForm
from forprev.core.workflow import NotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES, Role.TRAINER)
def awaiting_list(request: ActingRequest) -> HttpResponseBase:
    """`Mes sessions de certification à traiter`."""
    for_entity = request.acting.role in ENTITY_ROLES
    screen = AwaitingList(
        request,
        for_list(awaiting(request.acting)),
        exclude=("raison_sociale",) if for_entity else ("supprimer",),
    )
    return screen.response("certification/awaiting.html", {"may_create": for_entity, "key": uuid.uuid4()})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES, Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)
def ongoing_list(request: ActingRequest) -> HttpResponseBase:
    """`Mes sessions de certification en cours`; for the network, the sessions that it follows."""
    for_entity = request.acting.role in ENTITY_ROLES
    screen = SessionList(request, for_list(ongoing(request.acting)), exclude=("raison_sociale",) if for_entity else ())
    return screen.response("certification/ongoing.html", {"for_entity": for_entity})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
def create(request: ActingRequest) -> HttpResponse:
    """A new draft. Whoever comes back here by GET, from the sign-in page, finds the list."""
    if request.method != "POST":
        return redirect("certification:awaiting")
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        key = uuid.uuid4()
    session = create_session(request.acting, key)
    return redirect("certification:session", session.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*ENTITY_ROLES)
@second_click(State.DELETED)
def delete(request: ActingRequest, pk: int) -> HttpResponse:
    """Deletion, after confirmation (A39)."""
    session = find(request, pk)
    SESSION_WORKFLOW.check(Action.DELETE, session.state, request.acting.role)
    form = VersionedForm(request.POST if request.method == "POST" else None, initial={"version": session.version})
    if not form.is_valid():
        cancel_url = reverse("certification:session", args=[pk])
        context = {"session": session, "form": form, "cancel_url": cancel_url, "tone": "danger"}
        return render(request, "certification/delete.html", context)
    try:
        delete_session(pk, request.acting, form.cleaned_data["version"])
    except (Conflict, NotAllowed):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"La session de certification n°{pk} a été supprimée.")
    return redirect("certification:awaiting")
