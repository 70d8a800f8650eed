"""What every session screen shares: finding the session, its tabs, errors brought to the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from forprev.accounts.access import ActingRequest
from forprev.accounts.acting import Acting
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.models import Role
from forprev.certification.life.selectors import CANCELLERS
from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.rules.deadlines import generation_deadline
from forprev.certification.rules.session import missing_details
from forprev.certification.selectors.sessions import brought_to, for_page, people_count, visible_to
from forprev.certification.workflow import ENTITY_ROLES, OPEN, Action, State
from forprev.core.dates import today
from forprev.core.errors import Conflict
from forprev.core.workflow import NotAllowed

NAMING = ("trainees", "session_certificates")
"""The tabs that name trainees."""
READERS = (Role.MANAGER, Role.DELEGATE, Role.TRAINER, Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)


def find(request: ActingRequest, pk: int) -> TrainingSession:
    """The session if the actor sees it; 404 otherwise."""
    return get_object_or_404(for_page(visible_to(request.acting)), pk=pk)


SessionView = Callable[[ActingRequest, int], HttpResponse]


def second_click(state: State) -> Callable[[SessionView], SessionView]:
    """A POST repeated by the very actor whom it brought to `state` is answered like the first, by the list.

    The browser shows the answer to the last click: without this, whoever clicks twice reads that it failed.
    """

    def decorate(view: SessionView) -> SessionView:
        @wraps(view)
        def answered(request: ActingRequest, pk: int) -> HttpResponse:
            try:
                return view(request, pk)
            except (Http404, TrainingSession.DoesNotExist, NotAllowed, Conflict):
                if request.method == "POST" and brought_to(state, request.acting).filter(pk=pk).exists():
                    return redirect("certification:awaiting")
                raise

        return answered

    return decorate


def is_entry(session: TrainingSession, acting: Acting) -> bool:
    """Whether the actor is entering this session, rather than reading it."""
    return session.state == State.DRAFT and acting.role in ENTITY_ROLES


def page(
    request: ActingRequest,
    session: TrainingSession,
    template: str,
    current: str,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page of the session, with its tabs (`current` is the name of this one) and what is to be known of it."""
    deadline = generation_deadline(session, CertificationSettings.current())
    tabs = _tabs(session, request.acting, current)
    if current in NAMING and request.method == "GET":
        looked_at(request.acting, Page.SESSION, count=sum(tab["count"] or 0 for tab in tabs))
    frame = {
        "session": session,
        "tabs": tabs,
        "entering": is_entry(session, request.acting),
        "deadline": deadline if session.state in OPEN else None,
        "deadline_passed": deadline is not None and session.state in OPEN and today() > deadline,
        "may_reopen": request.acting.role == Role.FUND_OFFICER and session.state in OPEN,
        "may_delete": request.acting.role in ENTITY_ROLES and session.state in (State.DRAFT, State.ENTITY),
        "actions": Action,
    }
    return render(request, f"certification/{template}.html", {**frame, **context}, status=status)


def _tabs(session: TrainingSession, acting: Acting, current: str) -> list[dict[str, Any]]:
    entering = is_entry(session, acting)
    people = people_count(session)
    tabs = [_tab("session", "Session", session, current, done=entering and not missing_details(session))]
    if entering:
        required = session.rules.trainers_required if session.rules else 1
        tabs.append(_tab("trainer", "Formateur", session, current, done=people.trainers >= required))
    tabs.append(
        _tab("trainees", "Stagiaires", session, current, count=people.trainees, done=entering and people.trainees > 0)
    )
    if session.state == State.ISSUED and acting.role in ENTITY_ROLES:
        tabs.append(_tab("downloads", "Téléchargements", session, current))
    if session.state == State.ISSUED and acting.role in CANCELLERS:
        tabs.append(_tab("session_certificates", "Certificats", session, current))
    return tabs


def _tab(
    name: str, label: str, session: TrainingSession, current: str, *, done: bool = False, count: int | None = None
) -> dict[str, Any]:
    url = reverse(f"certification:{name}", args=[session.pk])
    return {"label": label, "url": url, "current": name == current, "done": done, "count": count}
