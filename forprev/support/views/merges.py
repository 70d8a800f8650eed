"""Bringing two records of one person together (B44), for the hotline and the regional funds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.consulting import Page, looked_at
from forprev.accounts.models import Role
from forprev.accounts.views.sessions import recently_proved
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.people.matching import Match
from forprev.people.merging import preview_merge
from forprev.people.models import Merge, PeopleSettings, Person
from forprev.people.selectors import by_number
from forprev.people.services import note_lookup
from forprev.support import duplicates
from forprev.support.duplicates import check_may_merge, lookalikes, reachable, record_of, visible_merges
from forprev.support.forms import DuplicatesForm, MergeForm
from forprev.support.tables import MergeList

MERGERS = (Role.SUPPORT_AGENT, Role.FUND_OFFICER)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*MERGERS)
def merges(request: ActingRequest) -> HttpResponseBase:
    """`Doublons`: what was brought together, the latest first."""
    return MergeList(request, visible_merges(request.acting).order_by("-at")).response("support/merges/list.html")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*MERGERS)
def choose(request: ActingRequest) -> HttpResponse:
    """The two records, by n° Forprev; with one number, those that resemble it."""
    form = DuplicatesForm(request.POST if request.method == "POST" else None)
    found: list[Match] = []
    first: Person | None = None
    if form.is_valid():
        first = _named(request, form, "number")
        if form.cleaned_data["other"]:
            other = _named(request, form, "other")
            if first and first == other:
                form.add_error("other", "Ces deux n° mènent à la même fiche.")
            elif first and other:
                return redirect("support:compare_duplicates", *sorted((first.pk, other.pk), reverse=True))
        elif first:
            found = lookalikes(request.acting, first)
    if first is not None:
        looked_at(request.acting, Page.DUPLICATES, first)
        looked_at(request.acting, Page.DUPLICATES, count=len(found))
    context = {"form": form, "first": first, "found": found, "searched": form.is_valid() and first is not None}
    return render(request, "support/merges/choose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*MERGERS)
@recently_proved
def compare(request: ActingRequest, duplicate: int, kept: int) -> HttpResponse:
    """Both records side by side, everything that would move, then doing it."""
    if request.method == "POST" and (done := _done_already(request, duplicate, kept)):
        return redirect("support:merge", done.pk)
    people = reachable(request.acting).in_bulk([duplicate, kept])
    if len(people) < 2:
        raise Http404
    gone, stays = people[duplicate], people[kept]
    form = MergeForm(request.POST if request.method == "POST" else None)
    refusal, preview = "", None
    try:
        check_may_merge(request.acting, duplicate, kept)
        preview = preview_merge(duplicate, kept)
        if form.is_valid():
            done = duplicates.merge(request.acting, duplicate, kept, form.cleaned_data["reason"])
            messages.success(request, f"Les deux fiches sont réunies sous le n° {done.kept_number}.")
            return redirect("support:merge", done.pk)
    except DomainError as error:
        if error.field:
            tell(form, error)
        else:
            refusal = error.message
    note_lookup(request.acting.person, f"{gone.number} {stays.number}")
    for shown in (gone, stays):
        looked_at(request.acting, Page.DUPLICATES, shown)
    context: dict[str, Any] = {
        "records": [record_of(gone), record_of(stays)],
        "gone": gone,
        "stays": stays,
        "preview": preview,
        "refusal": refusal,
        "form": form,
        "days": PeopleSettings.current().undo_days,
        "tone": "danger",
        "cancel_url": reverse("support:merges"),
    }
    status = 409 if refusal and request.method == "POST" else 422 if form.errors else 200
    return render(request, "support/merges/compare.html", context, status=status)


@require_safe
@acting_as(*MERGERS)
def merge(request: ActingRequest, pk: int) -> HttpResponse:
    """One merge: what moved, why, by whom, and whether it can be taken back."""
    found = _find(request, pk)
    if request.method == "GET":
        looked_at(request.acting, Page.DUPLICATES, found.kept_id)
    return render(request, "support/merges/detail.html", {"merge": found})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*MERGERS)
@recently_proved
def undo(request: ActingRequest, pk: int) -> HttpResponse:
    """`Annuler la fusion`, after confirmation."""
    found = _find(request, pk)
    refusal = ""
    if found.undone_at:
        return redirect("support:merge", pk)
    if request.method == "POST":
        try:
            duplicates.undo(request.acting, pk)
        except DomainError as error:
            refusal = error.message
        else:
            messages.success(request, f"La fusion est annulée : le n° {found.number} a retrouvé sa fiche.")
            return redirect("support:merge", pk)
    looked_at(request.acting, Page.DUPLICATES, found.kept_id)
    context = {"merge": found, "refusal": refusal, "cancel_url": reverse("support:merge", args=[pk])}
    return render(request, "support/merges/undo.html", context, status=409 if refusal else 200)


def _named(request: ActingRequest, form: DuplicatesForm, field: str) -> Person | None:
    """The person of the number typed in this field, if the actor reaches it; else what is wrong, beside the field."""
    person = by_number(form.cleaned_data[field])
    if person is None or not reachable(request.acting).filter(pk=person.pk).exists():
        where = "" if request.acting.role == Role.SUPPORT_AGENT else " de votre région"
        form.add_error(field, f"Aucune personne{where} ne porte ce n° Forprev.")
        return None
    return person


def _done_already(request: ActingRequest, duplicate: int, kept: int) -> Merge | None:
    """The merge of a form sent twice."""
    if Person.objects.filter(pk=duplicate).exists():
        return None
    mine = visible_merges(request.acting).filter(kept=kept, duplicate_id=duplicate, undone_at=None)
    return mine.first()


def _find(request: ActingRequest, pk: int) -> Merge:
    return get_object_or_404(visible_merges(request.acting), pk=pk)
