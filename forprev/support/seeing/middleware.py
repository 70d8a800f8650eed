"""While an agent sees as a user does, each request is the user's, may only look, and leaves a line in the register.

The agent's own session is put aside meanwhile: nothing of it (proofs, searches, forms held, messages) is seen or
changed, and the person's page finds an empty one, which is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import ResolverMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from psycopg.errors import ReadOnlySqlTransaction

from forprev.accounts import gates, held
from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accounts.services.sessions import STRONG
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.support.seeing import services
from forprev.support.seeing.closed import CLOSED
from forprev.support.seeing.models import Consultation, End
from forprev.support.seeing.selectors import roles_to_see

SEEING = "seeing"
"""Where the agent's session keeps the key of the consultation."""

SAFE = ("GET", "HEAD")
REDIRECTS = (301, 302, 303, 307, 308)
LONGEST_PATH = 200

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = structlog.get_logger(__name__)


@dataclass
class Seeing:
    """What the banner says: whom, in which role, until when, and what the person would be led to first."""

    consultation: Consultation
    account: Account
    role: Acting
    choices: list[Acting]
    gate: str = ""
    closed: bool = False
    wrote: bool = False


class BlankSession(SessionBase):
    """Empty, and kept nowhere."""

    def exists(self, session_key: str) -> bool:
        return False

    def create(self) -> None:
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        return None

    def delete(self, session_key: str | None = None) -> None:
        return None

    def load(self) -> dict[str, Any]:
        return {}


class SeeingMiddleware:
    """`request.seeing` says what is seen, None for everybody else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.seeing = None  # type: ignore[attr-defined]
        key = request.session.get(SEEING) if request.user.is_authenticated else None
        if key is None or _is_the_agent_s_own(request):
            return self.get_response(request)
        consultation = Consultation.objects.select_related("agent", "person__account").get(pk=key)
        found = seen_by(request, consultation)
        if isinstance(found, End):
            return _over(request, consultation, found)
        structlog.contextvars.bind_contextvars(consultation=consultation.pk, agent=str(request.user.pk))
        if request.method not in SAFE:
            return self._not_written(request, found)
        with _in_place_of_the_agent(request, found):
            return self._looked_at(request, found)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        own_form: Seeing | None = getattr(request, "form_of_the_agent", None)
        if own_form is not None:  # past the check of its CSRF token
            kept = held.hold(request, str(request.user.pk))
            return _refused(request, own_form, "write", held=kept)
        seeing: Seeing | None = request.seeing  # type: ignore[attr-defined]
        if seeing is None or request.resolver_match is None or request.resolver_match.view_name not in CLOSED:
            return None
        seeing.closed = True
        return HttpResponse(status=403)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What a page would have written, the database refused: the page is not shown."""
        seeing: Seeing | None = request.seeing  # type: ignore[attr-defined]
        refused = isinstance(exception, DatabaseError) and isinstance(exception.__cause__, ReadOnlySqlTransaction)
        if seeing is None or not refused:
            return None
        seeing.wrote = True
        logger.error("seeing_would_write", path=request.path)
        return HttpResponse(status=403)

    def _looked_at(self, request: HttpRequest, seeing: Seeing) -> HttpResponseBase:
        gate = gates.first_standing(request)  # type: ignore[arg-type]
        seeing.gate = reverse(gate.url_name) if gate else ""
        with reading_only():
            response = self.get_response(request)
        shown = not seeing.closed and not seeing.wrote and _is_a_page(request, response)
        if not shown:
            instead = _refused(request, seeing, "closed")
            closers = response._resource_closers  # type: ignore[attr-defined]
            instead._resource_closers += closers  # type: ignore[attr-defined]  # close() would end the request
            response = instead
        if request.resolver_match is not None:
            name, path = request.resolver_match.view_name, path_of(request.resolver_match)
            services.note_page(seeing.consultation, name, path, shown=shown)
        return response

    def _not_written(self, request: HttpRequest, seeing: Seeing) -> HttpResponseBase:
        """Nothing is sent in the person's place; a form of the agent's own, from another window, is held for later."""
        logger.warning("seeing_refused", method=request.method, path=request.path)
        own_key = request.acting.key  # type: ignore[attr-defined]
        if request.method == "POST" and request.POST.get(held.ACTING_FIELD) == own_key:
            request.form_of_the_agent = seeing  # type: ignore[attr-defined]
            return self.get_response(request)
        return _refused(request, seeing, "write")


def seen_by(request: HttpRequest, consultation: Consultation) -> Seeing | End:
    """What the agent may see at this moment, or why it may not any more."""
    if consultation.ended_at is not None or now() >= consultation.until:
        return End.TIME
    choices: list[Acting] = request.acting_choices  # type: ignore[attr-defined]
    is_agent = any(acting.role == Role.SUPPORT_AGENT for acting in choices)
    if not is_agent or consultation.agent_id != request.user.person_id or not request.session.get(STRONG):  # type: ignore[union-attr]
        return End.AGENT
    account = Account.objects.select_related("person").filter(person=consultation.person_id).first()
    try:
        roles = roles_to_see(consultation.agent, account) if account else []
    except DomainError:
        return End.PERSON
    role = next((each for each in roles if each.key == consultation.role_key), None)
    return Seeing(consultation, account, role, roles) if account and role else End.PERSON


@contextmanager
def reading_only() -> Iterator[None]:
    """Whatever happens inside, the database takes no change, and what waited for a commit does not happen."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        transaction.set_rollback(True)


def path_of(match: ResolverMatch) -> str:
    """`/sessions/122`; where more than numbers stand in an address, its pattern: the rest may be a secret or a name."""
    values = match.kwargs.values()
    if match.args or not all(isinstance(value, int | UUID) for value in values):
        return f"/{match.route}"[:LONGEST_PATH]
    return reverse(match.view_name, kwargs=match.kwargs)[:LONGEST_PATH]


def leave(request: HttpRequest, consultation: Consultation, why: End) -> None:
    """The agent's session is its own again, under a new id."""
    services.end(consultation.pk, why)
    request.session.pop(SEEING, None)
    request.session.cycle_key()


def _over(request: HttpRequest, consultation: Consultation, why: End) -> HttpResponseRedirect:
    leave(request, consultation, why)
    name, said = consultation.person.display_name, str(why.label).lower()
    messages.info(request, f"Vous ne voyez plus comme {name} : {said}. Rien n’a été envoyé.")
    return redirect("accounts:desk" if why != End.AGENT else "dashboard")


def _is_the_agent_s_own(request: HttpRequest) -> bool:
    """Leaving, and the page's own look at the time left of the agent's session."""
    if request.method == "POST":
        return request.path == reverse("support:stop_seeing")
    return request.method in SAFE and request.path == reverse("accounts:session")


@contextmanager
def _in_place_of_the_agent(request: Any, seeing: Seeing) -> Iterator[None]:
    own = {name: getattr(request, name) for name in ("user", "session", "_messages", "acting", "acting_choices")}
    try:
        request.user, request.session = seeing.account, BlankSession()
        request._messages = default_storage(request)
        request.acting, request.acting_choices, request.seeing = seeing.role, seeing.choices, seeing
        yield
    finally:
        for name, value in own.items():
            setattr(request, name, value)


def _is_a_page(request: HttpRequest, response: HttpResponseBase) -> bool:
    if response.streaming or response.headers.get("Content-Disposition"):
        return False
    if response.status_code in REDIRECTS:
        return url_has_allowed_host_and_scheme(response.headers["Location"], {request.get_host()})
    return response.headers.get("Content-Type", "").startswith("text/html")


def _refused(request: HttpRequest, seeing: Seeing, why: str, **more: Any) -> HttpResponse:
    with _in_place_of_the_agent(request, seeing):
        page: HttpResponse = render(request, "support/seeing/refused.html", {"why": why, **more}, status=403)
    return page
