"""The meetings of the national committee: their list, an agenda, a sitting, the minutes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.accreditation.committee import minutes, services
from forprev.accreditation.committee.forms import ClosingForm, DossierForm, MeetingForm
from forprev.accreditation.committee.selectors import LINES, agenda, eligible, for_list, results, visible_to
from forprev.accreditation.committee.services import SittingRefused
from forprev.accreditation.committee.tables import SCHEDULE_FORM, EligibleList, MeetingList
from forprev.accreditation.dossiers.selectors import visible_to as dossiers_visible_to
from forprev.accreditation.models import CommitteeMeeting, Dossier, MeetingState
from forprev.accreditation.workflow import SECRETARIAT
from forprev.core.dates import today
from forprev.core.errors import Conflict, DomainError
from forprev.core.forms import tell
from forprev.core.text import plural

A_PAGE = 20
"""Dossiers on one page of a sitting."""
MOVES = {"monter": -1, "descendre": 1}


@require_safe
@acting_as(*SECRETARIAT)
def meetings(request: ActingRequest) -> HttpResponseBase:
    """`Commissions`."""
    return MeetingList(request, for_list(visible_to(request.acting))).response("accreditation/committee/list.html")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*SECRETARIAT)
def plan(request: ActingRequest) -> HttpResponse:
    """`Nouvelle commission`."""
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            meeting = services.plan(request.acting, form.cleaned_data["held_on"])
        except DomainError as error:
            if error.code == "action_not_allowed":
                raise
            tell(form, error)
        else:
            messages.success(request, "La commission est prévue.")
            return redirect("accreditation:meeting", meeting.pk)
    return render(request, "accreditation/committee/plan.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@acting_as(*SECRETARIAT)
def meeting(request: ActingRequest, pk: int) -> HttpResponse:
    """The agenda, and what came of it."""
    found = _find(request, pk)
    waiting = list(agenda(found))
    context = {
        "meeting": found,
        "agenda": waiting,
        "results": results(found),
        "is_planned": found.state == MeetingState.PLANNED,
        "has_come": found.held_on <= today(),
        "may_sit": request.acting.role == Role.COMMITTEE and bool(waiting),
    }
    return render(request, "accreditation/committee/meeting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*SECRETARIAT)
def schedule(request: ActingRequest, pk: int) -> HttpResponseBase:
    """`Inscrire des demandes`: those ticked on the page that is shown."""
    found = _find(request, pk)
    if request.method == "POST":
        chosen = [int(value) for value in request.POST.getlist("dossier") if value.isdecimal() and len(value) < 19]
        number = services.schedule(pk, request.acting, chosen)
        if chosen:
            many = "demandes sont inscrites"
            messages.success(request, f"{plural(number, 'demande est inscrite', many)} à l’ordre du jour.")
            return redirect("accreditation:meeting", pk)
        messages.warning(request, "Cochez au moins une demande.")
        return redirect("accreditation:schedule", pk)
    screen = EligibleList(request, eligible(request.acting))
    return screen.response("accreditation/committee/schedule.html", {"meeting": found, "schedule_form": SCHEDULE_FORM})


@require_http_methods(["POST"])
@acting_as(*SECRETARIAT)
def unschedule(request: ActingRequest, pk: int, dossier: int) -> HttpResponse:
    """`Retirer de l’ordre du jour`."""
    _find(request, pk)
    services.unschedule(pk, request.acting, dossier)
    messages.success(request, "La demande est retirée de l’ordre du jour.")
    return redirect("accreditation:meeting", pk)


@require_http_methods(["POST"])
@acting_as(*SECRETARIAT)
def move(request: ActingRequest, pk: int, dossier: int) -> HttpResponse:
    """`Monter`, `Descendre`."""
    _find(request, pk)
    services.move(pk, request.acting, dossier, MOVES.get(request.POST.get("sens", ""), 0))
    return redirect(f"{reverse('accreditation:meeting', args=[pk])}#demande-{dossier}")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.COMMITTEE)
def sitting(request: ActingRequest, pk: int) -> HttpResponse:
    """`Séance`: the dossiers of the agenda, a page at a time, each with what is decided of it."""
    found = _find(request, pk)
    page = Paginator(agenda(found), A_PAGE).get_page(request.GET.get("page"))
    if request.method == "POST":
        forms = [DossierForm(dossier, request.POST) for dossier in _posted(request)]
        if all([form.is_valid() for form in forms]) and forms:
            entered = _enter(request, pk, forms)
            if entered is not None:
                many = "décisions sont enregistrées"
                messages.success(request, f"{plural(entered, 'décision est enregistrée', many)}.")
                return redirect("accreditation:sitting" if agenda(found).exists() else "accreditation:meeting", pk)
    else:
        forms = [DossierForm(dossier) for dossier in page]
    return _sitting_page(request, found, forms, page)


def _enter(request: ActingRequest, pk: int, forms: list[DossierForm]) -> int | None:
    """Enter what is decided; None, each error beside its field, if that is not possible."""
    decisions = [form.decision for form in forms]
    try:
        return services.sit(pk, request.acting, [decision for decision in decisions if decision])
    except SittingRefused as refused:
        now = Dossier.objects.in_bulk(refused.by_dossier)
        for form in forms:
            error = refused.by_dossier.get(form.dossier.pk)
            if isinstance(error, Conflict):
                form.take_up(now[form.dossier.pk].version)
            if error is not None:
                tell(form, error)
        return None


def _posted(request: ActingRequest) -> list[Dossier]:
    """The dossiers that were on the page, in its order, whatever became of them since."""
    asked = [int(value) for value in request.POST.getlist("dossier") if value.isdecimal() and len(value) < 19]
    visible = dossiers_visible_to(request.acting).prefetch_related(Prefetch("lines", queryset=LINES))
    found = visible.in_bulk(asked[:A_PAGE])
    return [found[pk] for pk in dict.fromkeys(asked) if pk in found]


def _sitting_page(
    request: ActingRequest, found: CommitteeMeeting, forms: list[DossierForm], page: Page[Any]
) -> HttpResponse:
    context = {
        "meeting": found,
        "forms": forms,
        "page": page,
        "results": results(found),
        "has_come": found.held_on <= today(),
    }
    status = 422 if any(form.errors for form in forms) else 200
    return render(request, "accreditation/committee/sitting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(*SECRETARIAT)
def close(request: ActingRequest, pk: int) -> HttpResponse:
    """`Clore la commission`, with who was there."""
    found = _find(request, pk)
    form = ClosingForm(request.POST if request.method == "POST" else None, initial={"attendance": found.attendance})
    if form.is_valid():
        try:
            services.close(pk, request.acting, form.cleaned_data["attendance"])
        except DomainError as error:
            if error.code == "action_not_allowed":
                raise
            tell(form, error)
        else:
            messages.success(request, "La commission est close ; son procès-verbal peut être téléchargé.")
            return redirect("accreditation:meeting", pk)
    elif found.state == MeetingState.CLOSED:
        return redirect("accreditation:meeting", pk)
    context = {
        "meeting": found,
        "form": form,
        "left": agenda(found).count(),
        "cancel_url": reverse("accreditation:meeting", args=[pk]),
    }
    return render(request, "accreditation/committee/close.html", context, status=422 if form.errors else 200)


@require_safe
@acting_as(*SECRETARIAT)
def minutes_file(request: ActingRequest, pk: int) -> HttpResponse:
    """The minutes of a meeting that is closed; 404 before."""
    found = _find(request, pk)
    if found.state != MeetingState.CLOSED:
        raise Http404
    content = minutes.render(found, results(found))
    name = minutes.file_name(found)
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _find(request: ActingRequest, pk: int) -> CommitteeMeeting:
    return get_object_or_404(visible_to(request.acting), pk=pk)
