"""`Personnes du réseau`, for the national administration alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.accounts.views.sessions import recently_proved
from forprev.core.dates import french
from forprev.core.errors import DomainError
from forprev.core.forms import done, tell
from forprev.core.templatetags.ui import instant, jour
from forprev.organisations.models import NetworkRole
from forprev.organisations.newcomers.steps import inform, not_known_any_more, tabs
from forprev.organisations.sheet import Row
from forprev.organisations.staff import selectors, services
from forprev.organisations.staff.drafts import Draft, new_staff
from forprev.organisations.staff.forms import EndForm, NetworkRoleForm
from forprev.organisations.staff.tables import EndedList, StaffList
from forprev.organisations.tables import NO_EMAIL

national = acting_as(Role.NATIONAL_ADMINISTRATOR)
EDITED = ["GET", "HEAD", "POST"]


@require_http_methods(EDITED)
@national
def staff(request: ActingRequest) -> HttpResponseBase:
    """`Personnes du réseau`: every role of the network held now."""
    context = {"tabs": _lists("staff"), "headcounts": selectors.headcounts()}
    return StaffList(request, selectors.held(request.acting)).response("organisations/staff/staff.html", context)


@require_http_methods(EDITED)
@national
def ended_staff(request: ActingRequest) -> HttpResponseBase:
    """`Rôles terminés`."""
    listed = EndedList(request, selectors.ended(request.acting))
    return listed.response("organisations/staff/staff.html", {"tabs": _lists("ended_staff")})


@require_safe
@national
def network_role(request: ActingRequest, pk: int) -> HttpResponse:
    """A role of the network, its person, the other ones that it has or had, and what happened to it."""
    found = get_object_or_404(selectors.network_roles(request.acting), pk=pk)
    account = getattr(found.person, "account", None)
    others = selectors.network_roles(request.acting).filter(person=found.person).exclude(pk=pk).order_by("-created_at")
    context = {
        "role": found,
        "is_held": selectors.held(request.acting).filter(pk=pk).exists(),
        "is_own": found.person_id == request.acting.person_id,
        "rows": [
            Row("N° Forprev", found.person.number),
            Row("Date de naissance", french(found.person.birth_date)),
            Row("E-mail", account.email if account else NO_EMAIL),
            Row("Dernière connexion", (instant(account.last_login) if account else "") or "Jamais"),
        ],
        "terms": [
            Row("Rôle", found.get_role_display()),
            *([Row("Caisse", found.fund.name)] if found.fund else []),
            Row("Depuis le", jour(found.created_at)),
            *([Row("Dernier jour", jour(found.ends_on))] if found.ends_on else []),
            *([Row("Terminé le", jour(found.ended_at))] if found.ended_at else []),
        ],
        "others": others,
        "events": selectors.history_of_role(found),
    }
    return render(request, "organisations/staff/role.html", context)


@require_http_methods(EDITED)
@national
def new_person(request: ActingRequest, key: UUID | None = None) -> HttpResponse:
    """Tab `Informations`, with the people of the register who may be this one (A12)."""
    draft = (new_staff.find(request, key) if key else None) or Draft()
    step = inform(request, draft)
    if step.draft is not None:
        key = key or uuid4()
        new_staff.keep(request, key, step.draft)
        return redirect("organisations:new_staff_role", key)
    return _new_page(request, "information", key, draft, step.context, step.status)


@require_http_methods(EDITED)
@national
@recently_proved
def new_role(request: ActingRequest, key: UUID) -> HttpResponse:
    """Tab `Rôle`, and `Enregistrer`."""
    draft = new_staff.find(request, key)
    if draft is None:
        not_known_any_more(request)
        return redirect("organisations:new_staff")
    posted = request.POST if request.method == "POST" else None
    form = NetworkRoleForm(posted, initial={"role": draft.role, "fund": draft.fund_id or None})
    if form.is_valid():
        role, fund = Role(form.cleaned_data["role"]), form.cleaned_data["fund"]
        draft = replace(draft, role=role.value, fund_id=fund.pk if fund else 0)
        new_staff.keep(request, key, draft)
        try:
            held, is_new = services.grant_network_role(request.acting, draft.whom, role, fund)
        except DomainError as error:
            tell(form, error)
        else:
            _say_granted(request, held, is_new)
            return redirect("organisations:network_role", held.pk)
    return _new_page(request, "role", key, draft, {"form": form}, 422 if form.errors else 200)


@require_http_methods(EDITED)
@national
@recently_proved
def end_role(request: ActingRequest, pk: int) -> HttpResponse:
    """`Mettre fin au rôle`, once confirmed, with the reason."""
    found = get_object_or_404(selectors.network_roles(request.acting), pk=pk)
    form = EndForm(request.POST if request.method == "POST" else None)
    if done(form, lambda values: services.end_network_role(request.acting, pk, values["reason"])):
        messages.success(request, f"Le rôle de {found.person} a pris fin.")
        return redirect("organisations:network_role", pk)
    if not selectors.held(request.acting).filter(pk=pk).exists():
        return redirect("organisations:network_role", pk)
    context = {
        "role": found,
        "form": form,
        "refusal": _refusal(request, found),
        "others": selectors.others_like(found),
        "advice": selectors.ADVISED.get(Role(found.role), ""),
        "cancel_url": reverse("organisations:network_role", args=[pk]),
        "tone": "danger",
    }
    return render(request, "organisations/staff/end_role.html", context, status=422 if form.errors else 200)


def _refusal(request: ActingRequest, found: NetworkRole) -> str:
    """Why this role cannot be ended by this person, before anything is filled in."""
    if found.person_id == request.acting.person_id:
        return services.OWN_ROLE
    return services.LAST[Role(found.role)] if selectors.is_last(found) else ""


def _say_granted(request: ActingRequest, held: NetworkRole, is_new: bool) -> None:
    what = f"{held.get_role_display()}{f', {held.fund}' if held.fund else ''}"
    if is_new:
        messages.success(request, f"{held.person} a maintenant le rôle : {what}. Un courriel l’en informe.")
    else:
        messages.info(request, f"{held.person} a déjà ce rôle : {what}.")


def _lists(current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(f"organisations:{name}"), "current": name == current}
        for label, name in (("Rôles en cours", "staff"), ("Rôles terminés", "ended_staff"))
    ]


def _new_page(
    request: ActingRequest, tab: str, key: UUID | None, draft: Draft, context: dict[str, Any], status: int
) -> HttpResponse:
    information = reverse("organisations:new_staff_information", args=[key]) if key else request.path
    role_url = reverse("organisations:new_staff_role", args=[key]) if key else ""
    frame = {
        "tabs": tabs(tab, draft, information, role_url),
        "draft": draft,
        "token": new_staff.token(request, key, draft) if key else "",
    }
    return render(request, f"organisations/staff/new_{tab}.html", {**frame, **context}, status=status)
