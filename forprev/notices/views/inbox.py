"""`Mes messages`: what Forprev told the person, whatever the role in use, and without one too."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from forprev.accounts.access import ActingRequest, only_looks, signed_in
from forprev.accounts.profile import Link
from forprev.core.templatetags.ui import plural
from forprev.notices import selectors
from forprev.notices.models import Notice
from forprev.notices.services import inbox as services
from forprev.notices.tables import NoticeList


@signed_in
@require_safe
def inbox(request: ActingRequest) -> HttpResponseBase:
    return _list(request, "notices:inbox", NoticeList(request, selectors.inbox_of(request.user.person)))


@signed_in
@require_safe
def archives(request: ActingRequest) -> HttpResponseBase:
    return _list(request, "notices:archives", NoticeList(request, selectors.archive_of(request.user.person)))


@signed_in
@require_safe
def notice(request: ActingRequest, pk: UUID) -> HttpResponse:
    """One message, read from now on, with the way to what it is about."""
    found = _find(request, pk)
    if request.method == "GET" and not only_looks(request):
        services.mark_read(found)
    return render(request, "notices/notice.html", {"notice": found, "base": _base(request)})


@signed_in
@require_POST
def mark_all_read(request: ActingRequest) -> HttpResponse:
    count = services.mark_all_read(request.user.person)
    if count:
        messages.success(request, f"{plural(count, 'message marqué comme lu,messages marqués comme lus')}.")
    else:
        messages.info(request, "Tous vos messages étaient déjà lus.")
    return redirect("notices:inbox")


@signed_in
@require_POST
def archive(request: ActingRequest, pk: UUID) -> HttpResponse:
    services.archive(_find(request, pk))
    messages.success(request, "Le message est archivé.")
    return redirect("notices:inbox")


@signed_in
@require_POST
def restore(request: ActingRequest, pk: UUID) -> HttpResponse:
    services.restore(_find(request, pk))
    messages.success(request, "Le message est de nouveau parmi vos messages.")
    return redirect("notices:inbox")


def _list(request: ActingRequest, url_name: str, screen: NoticeList) -> HttpResponseBase:
    names = (("notices:inbox", "Reçus"), ("notices:archives", "Archivés"))
    tabs = [Link(label, reverse(name), current=name == url_name) for name, label in names]
    context = {"tabs": tabs, "archived": url_name == "notices:archives", "base": _base(request)}
    return screen.response("notices/inbox.html", context)


def _find(request: ActingRequest, pk: UUID) -> Notice:
    return get_object_or_404(selectors.notices_of(request.user.person), pk=pk)


def _base(request: ActingRequest) -> str:
    return "core/base.html" if request.acting else "core/base_public.html"
