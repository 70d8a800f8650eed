"""`Nouvel utilisateur`: who it is, then the role; nothing is written before `Enregistrer`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.accounts.views.sessions import recently_proved
from forprev.accreditation.drafts import Draft, new_users
from forprev.accreditation.forms import AccreditationChoice, RoleForm
from forprev.accreditation.selectors import attachable
from forprev.accreditation.services import add_delegate, add_manager
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.organisations.models import Membership
from forprev.organisations.newcomers.steps import inform, not_known_any_more, tabs


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def information(request: ActingRequest, key: UUID | None = None) -> HttpResponse:
    """Tab `Informations`, with the people of the register who may be this one (A12)."""
    draft = (new_users.find(request, key) if key else None) or Draft()
    step = inform(request, draft)
    if step.draft is not None:
        key = key or uuid4()
        new_users.keep(request, key, step.draft)
        return redirect("accreditation:new_user_role", key)
    return _page(request, "information", key, draft, step.context, step.status)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
@recently_proved
def role(request: ActingRequest, key: UUID) -> HttpResponse:
    """Tab `Rôle`, and `Enregistrer` (A10, A13, A14)."""
    draft = new_users.find(request, key)
    if draft is None:
        return _start_again(request)
    if request.method != "POST":
        initial = {"role": draft.role, "description": draft.description, "legal_link": draft.legal_link}
        return _role_page(request, key, draft, RoleForm(initial=initial))
    form = RoleForm(request.POST)
    form.is_valid()
    draft = replace(
        draft,
        role=form.cleaned_data.get("role", ""),
        description=form.cleaned_data.get("description", ""),
        legal_link=form.cleaned_data.get("legal_link", False),
    )
    new_users.keep(request, key, draft)
    if "attach" in request.POST:
        return redirect("accreditation:new_user_accreditations", key)
    if form.is_valid():
        try:
            membership = _save(request, draft)
        except DomainError as error:
            tell(form, error)
        else:
            label = membership.get_role_display().lower()
            messages.success(request, f"{membership.person} est {label} de votre entité.")
            return redirect("accreditation:user", membership.person_id)
    return _role_page(request, key, draft, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def attach(request: ActingRequest, key: UUID) -> HttpResponse:
    """`Rechercher une habilitation`: the active ones, to attach to the delegate (A13)."""
    draft = new_users.find(request, key)
    if draft is None:
        return _start_again(request)
    posted = request.POST if request.method == "POST" else None
    choice = AccreditationChoice(list(attachable(request.acting)), draft.accreditations, posted)
    if posted is not None and "refine" not in posted:
        new_users.keep(request, key, replace(draft, accreditations=sorted(choice.chosen)))
        return redirect("accreditation:new_user_role", key)
    context = {"choice": choice, "key": key, "token": new_users.token(request, key, draft)}
    return render(request, "accreditation/users/attach.html", context)


def _save(request: ActingRequest, draft: Draft) -> Membership:
    if draft.role == Role.MANAGER:
        return add_manager(request.acting, draft.whom)
    return add_delegate(
        request.acting,
        draft.whom,
        draft.accreditations,
        description=draft.description,
        legal_link=draft.legal_link,
    )


def _role_page(request: ActingRequest, key: UUID, draft: Draft, form: RoleForm, status: int = 200) -> HttpResponse:
    attached = attachable(request.acting).filter(pk__in=draft.accreditations)
    return _page(request, "role", key, draft, {"form": form, "attached": attached}, status)


def _page(
    request: ActingRequest, tab: str, key: UUID | None, draft: Draft, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    information = reverse("accreditation:new_user_information", args=[key]) if key else request.path
    role_url = reverse("accreditation:new_user_role", args=[key]) if key else ""
    frame = {
        "tabs": tabs(tab, draft, information, role_url),
        "draft": draft,
        "token": new_users.token(request, key, draft) if key else "",
    }
    return render(request, f"accreditation/users/{tab}.html", {**frame, **context}, status=status)


def _start_again(request: ActingRequest) -> HttpResponse:
    not_known_any_more(request)
    return redirect("accreditation:new_user")
