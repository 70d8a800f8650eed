"""Targeted messages: the steps of their author, and what their readers see."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as, signed_in
from forprev.core import uploads
from forprev.core.dates import now, today
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.core.templatetags.ui import instant, plural
from forprev.core.workflow import NotAllowed
from forprev.network.messages import services
from forprev.network.messages.forms import AudienceForm, WordsForm
from forprev.network.messages.models import TargetedMessage
from forprev.network.messages.selectors import (
    Audience,
    addressed_by,
    audience_of,
    count_people,
    described,
    follow_up,
    is_own,
    received_by,
    sample,
    visible_to,
)
from forprev.network.messages.tables import MessageList, ReceivedList
from forprev.network.messages.workflow import AUTHORS, MESSAGE_WORKFLOW, Action, State

STEPS = (
    ("network:message_audience", "Destinataires"),
    ("network:message_words", "Message"),
    ("network:message_check", "Vérifier"),
)
PEOPLE = "personne,personnes"


@require_safe
@acting_as(*AUTHORS)
def message_list(request: ActingRequest) -> HttpResponseBase:
    """`Messages ciblés`: those of one's fund, all for the national administration; the latest first."""
    found = visible_to(request.acting).order_by("-created_at", "-pk")
    exclude = ("emetteur",) if request.acting.fund_id else ()
    return MessageList(request, found, exclude=exclude).response("network/messages/list.html")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*AUTHORS)
def create(request: ActingRequest) -> HttpResponse:
    """`Nouveau message`: its first step, from which a draft is kept."""
    national = not request.acting.fund_id
    if request.method == "POST":
        form = AudienceForm(request.POST, national=national)
        if form.is_valid():
            try:
                made = services.create_message(request.acting, form.cleaned_data["key"], form.audience)
            except TargetedMessage.DoesNotExist:
                raise Http404 from None
            return _to_words(request, made, form.audience)
    else:
        form = AudienceForm(national=national, initial={"key": uuid4()})
    context = {"form": form, "message": None, "tabs": _tabs(None, STEPS[0][0]), "national": national}
    return render(request, "network/messages/audience.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*AUTHORS)
def audience(request: ActingRequest, pk: int) -> HttpResponse:
    """`Destinataires` of a draft, with how many they are at present."""
    message = _draft(request, pk)
    national = not message.fund_id
    chosen = audience_of(message)
    if request.method == "POST":
        form = AudienceForm(request.POST, national=national)
        if form.is_valid():
            version = form.cleaned_data["version"] or 0
            changed = services.change_audience(pk, request.acting, version, form.audience)
            return _to_words(request, changed, form.audience)
    else:
        initial = {"key": message.creation_key, "version": message.version, "roles": chosen.roles}
        initial |= {"levels": chosen.levels, "funds": chosen.funds, "kinds": chosen.kinds}
        form = AudienceForm(national=national, initial=initial)
    context = {
        "form": form,
        "message": message,
        "tabs": _tabs(message, STEPS[0][0]),
        "national": national,
        "count": count_people(chosen, today()),
    }
    return render(request, "network/messages/audience.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*AUTHORS)
def words(request: ActingRequest, pk: int) -> HttpResponse:
    """`Message`: subject, text, document and date."""
    message = _draft(request, pk)
    form = WordsForm(message=message)
    if request.method == "POST":
        form = WordsForm(request.POST, request.FILES, message=message)
        if form.is_valid():
            try:
                services.change_words(pk, request.acting, form.cleaned_data["version"], form.words)
            except DomainError as error:
                if error.field is None:
                    raise
                tell(form, error)
            else:
                return redirect("network:message_check", pk)
    context = {"form": form, "message": message, "tabs": _tabs(message, STEPS[1][0])}
    return render(request, "network/messages/words.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*AUTHORS)
def check(request: ActingRequest, pk: int) -> HttpResponse:
    """`Vérifier`: how many and who, the message as they will see it, and the button that has it leave."""
    if request.method == "POST":
        _find(request, pk)
        version = request.POST.get("version", "")
        sent = services.schedule(pk, request.acting, int(version) if version.isdecimal() else 0)
        leaves = f"est programmé pour le {instant(sent.send_at)}" if _is_later(sent) else "part à l’instant"
        messages.success(request, f"Votre message {leaves}.")
        return redirect("network:message", pk)
    message = _draft(request, pk)
    chosen = audience_of(message)
    drawn, count = sample(chosen, today())
    context = {
        "message": message,
        "tabs": _tabs(message, STEPS[2][0]),
        "count": count,
        "sample": drawn,
        "audience": described(chosen),
        "is_complete": bool(message.subject and message.text),
        "may_send": bool(count and message.subject and message.text),
        "preview": message,
        "document_url": reverse("network:message_document", args=[pk]),
    }
    return render(request, "network/messages/check.html", context)


@require_safe
@acting_as(*AUTHORS)
def follow(request: ActingRequest, pk: int) -> HttpResponse:
    """One message: where it stands, how many it reached and how many read it."""
    message = _find(request, pk)
    if message.state == State.DRAFT and is_own(message, request.acting):
        return redirect("network:message_audience", pk)
    may_cancel = is_own(message, request.acting) and message.state == State.SCHEDULED
    context = {
        "message": message,
        "progress": follow_up(message),
        "audience": described(audience_of(message)),
        "may_cancel": may_cancel,
        "preview": message,
        "document_url": reverse("network:message_document", args=[pk]),
    }
    return render(request, "network/messages/follow.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*AUTHORS)
def cancel(request: ActingRequest, pk: int) -> HttpResponse:
    """`Annuler l’envoi`, after confirmation, before it leaves."""
    message = _find(request, pk)
    if request.method == "POST":
        services.cancel(pk, request.acting)
        messages.success(request, "Le message est annulé : il ne sera envoyé à personne.")
        return redirect("network:messages")
    if not is_own(message, request.acting):
        raise NotAllowed("Ce message est celui d’une caisse, qui seule peut l’annuler.")
    MESSAGE_WORKFLOW.check(Action.CANCEL, message.state, request.acting.role)
    back = "network:message_audience" if message.state == State.DRAFT else "network:message"
    context = {"message": message, "cancel_url": reverse(back, args=[pk]), "tone": "danger"}
    return render(request, "network/messages/cancel.html", context)


@require_safe
@acting_as(*AUTHORS)
def document(request: ActingRequest, pk: int) -> FileResponse:
    return _file(_find(request, pk))


# Readers


@require_safe
@signed_in
def received_list(request: ActingRequest) -> HttpResponseBase:
    """`Messages du réseau prévention`: all that reached the person, in whatever role."""
    base = "core/base.html" if request.acting else "core/base_public.html"
    received = received_by(request.user.person)
    return ReceivedList(request, received).response("network/messages/received_list.html", {"base": base})


@require_safe
@signed_in
def received(request: ActingRequest, pk: int) -> HttpResponse:
    """One message, of those that it is for; opening it is noted once."""
    found = get_object_or_404(received_by(request.user.person), message_id=pk)
    if request.method == "GET":
        services.note_read(found)
    context = {
        "preview": found.message,
        "served_at": found.served_at,
        "document_url": reverse("network:received_document", args=[pk]),
        "base": "core/base.html" if request.acting else "core/base_public.html",
    }
    return render(request, "network/messages/received.html", context)


@require_safe
@signed_in
def received_document(request: ActingRequest, pk: int) -> FileResponse:
    return _file(get_object_or_404(received_by(request.user.person), message_id=pk).message)


def _find(request: ActingRequest, pk: int) -> TargetedMessage:
    """The message if the actor sees it; 404 otherwise."""
    return get_object_or_404(visible_to(request.acting), pk=pk)


def _draft(request: ActingRequest, pk: int) -> TargetedMessage:
    """The same, of which the actor is writing; NotAllowed where it may not."""
    message = _find(request, pk)
    if not is_own(message, request.acting):
        raise NotAllowed("Ce message est celui d’une caisse, qui seule peut le modifier.")
    MESSAGE_WORKFLOW.check(Action.WRITE, message.state, request.acting.role)
    return message


def _to_words(request: ActingRequest, message: TargetedMessage, asked: Audience) -> HttpResponse:
    count = count_people(addressed_by(message, asked), today())
    verb = "correspond" if count < 2 else "correspondent"
    messages.info(request, f"{plural(count, PEOPLE)} {verb} à ces critères.")
    return redirect("network:message_words", message.pk)


def _is_later(message: TargetedMessage) -> bool:
    """Whether it waits for its date, rather than for a worker."""
    return message.state == State.SCHEDULED and message.send_at is not None and message.send_at > now()


def _tabs(message: TargetedMessage | None, current: str) -> list[dict[str, Any]]:
    """The steps; those that wait for another one are closed."""
    done = {
        STEPS[0][0]: message is not None,
        STEPS[1][0]: message is not None and bool(message.subject and message.text),
        STEPS[2][0]: False,
    }
    opened = (STEPS[0][0], *(name for name, _ in STEPS[1:] if message))
    return [
        {
            "label": label,
            "url": _step_url(name, message) if name in opened else "",
            "current": name == current,
            "done": done[name],
        }
        for name, label in STEPS
    ]


def _step_url(name: str, message: TargetedMessage | None) -> str:
    return reverse(name, args=[message.pk]) if message else reverse("network:new_message")


def _file(message: TargetedMessage) -> FileResponse:
    if not message.document:
        raise Http404
    return uploads.download(message.document, message.document_name, message.document_type)
