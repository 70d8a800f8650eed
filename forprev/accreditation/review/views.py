"""`Demandes à traiter`, and the page from which the network reviews one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.consulting import Page, looked_at
from forprev.accreditation.dossiers import thread
from forprev.accreditation.dossiers.common import available, workflow_of
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.selectors import demands_of, visible_to
from forprev.accreditation.models import Dossier, Opinion, Track
from forprev.accreditation.review import services
from forprev.accreditation.review.forms import (
    AssignForm,
    CompletionForm,
    MessageForm,
    NoteForm,
    OpinionForm,
    PiecesForm,
    RefusalForm,
    SendBackForm,
)
from forprev.accreditation.review.selectors import (
    already_known,
    awaiting,
    candidate_of,
    for_queue,
    identity_of,
    is_late,
    lines_of,
    next_after,
    not_conforming,
    remarks_of,
    reviewed_by,
    said,
)
from forprev.accreditation.review.tables import QueueList
from forprev.accreditation.workflow import NETWORK, Action
from forprev.core import uploads
from forprev.core.dates import today
from forprev.core.errors import Conflict, Difference, DomainError
from forprev.core.forms import VersionedForm, differences, tell
from forprev.core.workflow import NotAllowed
from forprev.organisations.updating.selectors import changes_of

logger = structlog.get_logger(__name__)


# The queue


@require_safe
@acting_as(*NETWORK)
def queue(request: ActingRequest) -> HttpResponseBase:
    """`Demandes à traiter`: those that wait for this role."""
    waiting = for_queue(awaiting(request.acting), request.acting)
    return QueueList(request, waiting).response("accreditation/review/queue.html", {"is_queue": True})


@require_safe
@acting_as(*NETWORK)
def queue_all(request: ActingRequest) -> HttpResponseBase:
    """`Toutes les demandes`: closed ones and those that wait for somebody else, too."""
    every = for_queue(reviewed_by(request.acting), request.acting)
    return QueueList(request, every).response("accreditation/review/queue.html")


# The page


@require_safe
@acting_as(*NETWORK)
def review(request: ActingRequest, pk: int) -> HttpResponse:
    """A dossier: its pieces beside what it asks, what can be done, what is said of it."""
    return _page(request, _find(request, pk))


def _find(request: ActingRequest, pk: int) -> Dossier:
    """The dossier if the actor sees it; 404 otherwise."""
    found = visible_to(request.acting).select_related("assigned_to", "applicant", "candidate", "data_change", "meeting")
    return get_object_or_404(found, pk=pk)


def _page(request: ActingRequest, dossier: Dossier, *, faulty: Form | None = None) -> HttpResponse:
    """With the form that was sent and is not right, in the place of the same one empty."""
    looked_at(request.acting, Page.DOSSIER, dossier.applicant_id)
    may = available(dossier, request.acting)
    demands = demands_of(dossier)
    pieces = faulty if isinstance(faulty, PiecesForm) else PiecesForm(dossier=dossier, demands=demands)
    messages_read = list(thread.messages_of(dossier, request.acting))
    candidate = candidate_of(dossier)
    context = {
        "dossier": dossier,
        "candidate": candidate,
        "identity": identity_of(dossier, candidate),
        "known": already_known(candidate) if dossier.organisation_id is None else None,
        "lines": lines_of(dossier),
        "changes": changes_of(dossier.data_change) if dossier.data_change else [],
        "is_data": dossier.track == Track.DATA,
        "is_late": is_late(dossier, today()),
        "may": {action: True for action in may},
        "actions": _actions(dossier, may),
        "pieces": pieces,
        "assign_form": _or_new(faulty, AssignForm, lambda: AssignForm(dossier=dossier)) if "assign" in may else None,
        "message_form": _or_new(faulty, MessageForm, lambda: MessageForm(prefix="message")),
        "note_form": _or_new(faulty, NoteForm, lambda: NoteForm(prefix="note")),
        "thread": said(messages_read, internal=False),
        "notes": said(messages_read, internal=True),
        "events": history_of(dossier, request.acting),
        "next_dossier": next_after(dossier, request.acting),
        "form": faulty,
    }
    return render(request, "accreditation/review/review.html", context, status=422 if faulty else 200)


def _again(request: ActingRequest, dossier: Dossier, action: Action, faulty: Form) -> HttpResponse:
    """The page with what is wrong, if there still is something to do."""
    workflow_of(dossier).check(action, dossier.state, request.acting.role)
    return _page(request, dossier, faulty=faulty)


def _or_new(faulty: Form | None, kind: type[Form], new: Callable[[], Form]) -> Form:
    return faulty if isinstance(faulty, kind) else new()


PAGES = {
    Action.GIVE_OPINION: "accreditation:review_opinion",
    Action.ASK_COMPLETION: "accreditation:review_completion",
    Action.SEND_BACK: "accreditation:review_send_back",
}
PAGES_OF_DATA = {Action.ACCEPT: "accreditation:review_accept", Action.REFUSE: "accreditation:review_refuse"}


def _actions(dossier: Dossier, may: Any) -> list[tuple[str, str]]:
    """The actions that have a page of their own, as `(label, address)`, the main one first."""
    pages = {**(PAGES_OF_DATA if dossier.track == Track.DATA else {}), **PAGES}
    return [(may[action].label, reverse(name, args=[dossier.pk])) for action, name in pages.items() if action in may]


@require_safe
@acting_as(*NETWORK)
def piece(request: ActingRequest, pk: int, piece_pk: int) -> FileResponse:
    """A piece as a file to save: who fetches it is noted."""
    found = get_object_or_404(_find(request, pk).pieces.exclude(document=""), pk=piece_pk)
    response = uploads.download(found.document, found.name, found.content_type)
    logger.info("piece_fetched", dossier=pk, piece=piece_pk, person=request.acting.person_id)
    return response


# What is done from the page itself


@require_POST
@acting_as(*NETWORK)
def take(request: ActingRequest, pk: int) -> HttpResponse:
    """`Prendre en charge`."""
    found, form = _find(request, pk), VersionedForm(request.POST)
    if not form.is_valid():
        return _again(request, found, Action.TAKE, form)
    services.take(pk, request.acting, form.cleaned_data["version"])
    messages.success(request, f"La demande {found.number} vous est confiée : elle est en instruction.")
    return redirect("accreditation:review", pk)


@require_POST
@acting_as(*NETWORK)
def assign(request: ActingRequest, pk: int) -> HttpResponse:
    """`Confier la demande`."""
    found = _find(request, pk)
    form = AssignForm(request.POST, dossier=found)
    if not form.is_valid():
        return _again(request, found, Action.ASSIGN, form)
    done = services.assign(pk, request.acting, form.cleaned_data["version"], form.person_id)
    to = f"est confiée à {done.assigned_to.display_name}" if done.assigned_to else "n’est plus confiée à personne"
    messages.success(request, f"La demande {found.number} {to}.")
    return redirect("accreditation:review", pk)


@require_POST
@acting_as(*NETWORK)
def pieces(request: ActingRequest, pk: int) -> HttpResponse:
    """The states and remarks of all the pieces; sent twice, they are found there."""
    found = _find(request, pk)
    form = PiecesForm(request.POST, dossier=found, demands=demands_of(found))
    if not form.is_valid():
        return _again(request, found, Action.EXAMINE, form)
    try:
        services.examine(pk, request.acting, form.cleaned_data["version"], form.marks())
    except Conflict as conflict:
        found.refresh_from_db()
        if apart := differences(form, PiecesForm(dossier=found, demands=demands_of(found))):
            raise Conflict(conflict.message, apart) from conflict
    messages.success(request, "L’examen des pièces est enregistré.")
    return redirect("accreditation:review", pk)


@require_POST
@acting_as(*NETWORK)
def message(request: ActingRequest, pk: int) -> HttpResponse:
    """To the applicant, who is told by e-mail."""
    return _say(request, pk, MessageForm(request.POST, prefix="message"), "Votre message est envoyé au demandeur.")


@require_POST
@acting_as(*NETWORK)
def note(request: ActingRequest, pk: int) -> HttpResponse:
    """For the network alone."""
    form = NoteForm(request.POST, prefix="note")
    return _say(request, pk, form, "La note est enregistrée. Le demandeur ne la voit pas.", internal=True)


def _say(request: ActingRequest, pk: int, form: Form, done: str, *, internal: bool = False) -> HttpResponse:
    found = _find(request, pk)
    action = Action.NOTE if internal else Action.WRITE
    if not form.is_valid():
        return _again(request, found, action, form)
    try:
        thread.write(pk, request.acting, form.cleaned_data["text"], internal=internal)
    except NotAllowed:
        raise
    except DomainError as error:
        tell(form, error)
        return _again(request, found, action, form)
    messages.success(request, done)
    return redirect("accreditation:review", pk)


# What has a page of its own


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*NETWORK)
def completion(request: ActingRequest, pk: int) -> HttpResponse:
    """`Demander un complément`, from the remarks made on the pieces."""
    found = _find(request, pk)
    form = _form(request, found, CompletionForm, lambda: {"text": remarks_of(found)})

    def ask(cleaned: dict[str, Any]) -> None:
        services.ask_completion(pk, request.acting, cleaned["version"], cleaned["text"])

    done = "La demande est retournée au demandeur, qui est prévenu par e-mail."
    return _act(request, found, Action.ASK_COMPLETION, form, ask, "completion", done)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*NETWORK)
def opinion(request: ActingRequest, pk: int) -> HttpResponse:
    """`Rendre un avis`: the opinion, then the same to confirm."""
    found = _find(request, pk)
    form = _form(request, found, OpinionForm)
    lacking = not_conforming(found)
    if request.method == "POST" and "confirmed" not in request.POST and form.is_valid():
        workflow_of(found).check(Action.GIVE_OPINION, found.state, request.acting.role)
        if form.cleaned_data["opinion"] == Opinion.FAVOURABLE and lacking:
            tell(form, services.pieces_in_the_way(lacking))
        else:
            label = Opinion(form.cleaned_data["opinion"]).label
            context = {"dossier": found, "form": form, "label": label, "cancel_url": _address(found)}
            return render(request, "accreditation/review/opinion_confirm.html", context)

    def give(cleaned: dict[str, Any]) -> None:
        given = Opinion(cleaned["opinion"])
        services.give_opinion(pk, request.acting, cleaned["version"], given, cleaned["reason"])

    done = f"Votre avis sur la demande {found.number} est rendu : la commission nationale décidera."
    return _act(request, found, Action.GIVE_OPINION, form, give, "opinion", done, {"lacking": lacking})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*NETWORK)
def send_back(request: ActingRequest, pk: int) -> HttpResponse:
    """`Renvoyer en instruction`."""
    found = _find(request, pk)
    form = _form(request, found, SendBackForm)

    def reopen(cleaned: dict[str, Any]) -> None:
        services.send_back(pk, request.acting, cleaned["version"], cleaned["reason"])

    done = f"La demande {found.number} est renvoyée en instruction."
    return _act(request, found, Action.SEND_BACK, form, reopen, "send_back", done)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*NETWORK)
def accept(request: ActingRequest, pk: int) -> HttpResponse:
    """`Accepter` a change of data: what the entity becomes at once."""
    found = _find_data(request, pk)
    form = _form(request, found, VersionedForm)

    def apply(cleaned: dict[str, Any]) -> None:
        services.accept_data(pk, request.acting, cleaned["version"])

    done = f"La demande {found.number} est acceptée : les informations de l’entité sont à jour."
    context = {"changes": changes_of(found.data_change)} if found.data_change else {}
    return _act(request, found, Action.ACCEPT, form, apply, "accept", done, context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*NETWORK)
def refuse(request: ActingRequest, pk: int) -> HttpResponse:
    """`Refuser` a change of data, with the reason and the way out."""
    found = _find_data(request, pk)
    form = _form(request, found, RefusalForm)

    def answer_no(cleaned: dict[str, Any]) -> None:
        services.refuse_data(pk, request.acting, cleaned["version"], cleaned["reason"])

    done = f"La demande {found.number} est refusée ; les gestionnaires en sont informés par e-mail."
    return _act(request, found, Action.REFUSE, form, answer_no, "refuse", done)


def _find_data(request: ActingRequest, pk: int) -> Dossier:
    """A dossier of data; the others, which the committee decides on the page of a meeting, are not found here."""
    return get_object_or_404(visible_to(request.acting).filter(track=Track.DATA).select_related("data_change"), pk=pk)


def _form(
    request: ActingRequest, found: Dossier, kind: type[VersionedForm], initial: Callable[[], dict[str, Any]] = dict
) -> VersionedForm:
    if request.method == "POST":
        return kind(request.POST)
    return kind(initial={"version": found.version, **initial()})


def _address(found: Dossier) -> str:
    return reverse("accreditation:review", args=[found.pk])


def _act(
    request: ActingRequest,
    found: Dossier,
    action: Action,
    form: VersionedForm,
    service: Callable[[dict[str, Any]], None],
    template: str,
    done: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of an action, or doing it; what was typed is on the page of a conflict."""
    if form.is_bound and not form.errors:
        try:
            service(form.cleaned_data)
        except Conflict as conflict:
            raise Conflict(conflict.message, _typed(form, found)) from conflict
        except NotAllowed:
            raise
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, done)
            return redirect("accreditation:review", found.pk)
    if not form.is_bound:
        workflow_of(found).check(action, found.state, request.acting.role)
    page = {"dossier": found, "form": form, "cancel_url": _address(found), "tone": "info", **(context or {})}
    return render(request, f"accreditation/review/{template}.html", page, status=422 if form.errors else 200)


def _typed(form: VersionedForm, found: Dossier) -> list[Difference]:
    """What would be lost, beside what became of the dossier."""
    state = f"Demande {found.state_label.lower()}"
    return [
        Difference(str(field.label), str(form.cleaned_data.get(field.name) or ""), state)
        for field in form.visible_fields()
        if form.cleaned_data.get(field.name)
    ]
