"""One user of the entity: its roles there, what is delegated to it, the end of a role."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.accounts.views.sessions import recently_proved
from forprev.accreditation import services
from forprev.accreditation.forms import AccreditationChoice, DelegateForm
from forprev.accreditation.models import AccreditationSettings
from forprev.accreditation.selectors import attachable, delegated_to, roles_held, standing
from forprev.core.dates import french, today
from forprev.core.errors import DomainError
from forprev.core.forms import tell
from forprev.organisations import services as entities
from forprev.organisations.models import Membership
from forprev.organisations.selectors import manager_count, members_of, roles_in_entity, users_of
from forprev.organisations.tables import NO_EMAIL


@require_safe
@acting_as(Role.MANAGER)
def user(request: ActingRequest, pk: int) -> HttpResponse:
    """A person with a role in the entity now; 404 for anybody else."""
    person = get_object_or_404(users_of(request.acting), pk=pk)
    account = getattr(person, "account", None)
    rows = [
        {"label": "Date de naissance", "value": french(person.birth_date)},
        {"label": "E-mail", "value": account.email if account else NO_EMAIL},
        {"label": "N° Forprev", "value": person.number},
    ]
    day, delays = today(), AccreditationSettings.current()
    roles = [
        (held.membership, [(each, standing(each, day, delays)) for each in held.accreditations])
        for held in roles_held(request.acting, person)
    ]
    return render(request, "accreditation/users/user.html", {"person": person, "rows": rows, "roles": roles})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
@recently_proved
def change_delegate(request: ActingRequest, pk: int) -> HttpResponse:
    """The description of a delegate and the active accreditations attached to it (A13)."""
    delegates = members_of(request.acting).filter(role=Role.DELEGATE).select_related("person")
    membership = get_object_or_404(delegates, pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = DelegateForm(posted, initial={"description": membership.description})
    attached = {each.pk: each for each in delegated_to(membership)}
    offered = list(attachable(request.acting))
    choice = AccreditationChoice(offered, attached, posted)
    if posted is not None and "refine" not in posted and form.is_valid():
        try:
            services.change_delegate(request.acting, pk, choice.chosen, form.cleaned_data["description"])
        except DomainError as error:
            tell(form, error)
        else:
            messages.success(request, f"Le rôle de {membership.person} est modifié.")
            return redirect("accreditation:user", membership.person_id)
    context = {
        "form": form,
        "choice": choice,
        "membership": membership,
        "kept": [each for each in attached.values() if each not in offered],
    }
    status = 422 if form.errors else 200
    return render(request, "accreditation/users/delegate.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
@recently_proved
def end_role(request: ActingRequest, pk: int) -> HttpResponse:
    """`Mettre fin au rôle`, after confirmation; the last manager stays (A15)."""
    membership = get_object_or_404(roles_in_entity(request.acting).select_related("person", "organisation"), pk=pk)
    own = pk == request.acting.membership_id
    if request.method == "POST":
        try:
            entities.end_role(request.acting, pk)
        except DomainError as error:
            if error.code != "last_manager":
                raise
            return _end_page(request, membership, {"refusal": error.message}, status=409)
        messages.success(request, f"Le rôle de {membership.person} a pris fin.")
        return redirect(settings.LOGIN_REDIRECT_URL if own else "organisations:users")
    if not members_of(request.acting).filter(pk=pk).exists():
        return redirect("organisations:users")
    managers = manager_count(membership.organisation_id) if membership.role == Role.MANAGER else 0
    context = {"own": own, "refusal": entities.LAST_MANAGER if managers == 1 else "", "one_left": managers == 2}
    return _end_page(request, membership, context)


def _end_page(
    request: ActingRequest, membership: Membership, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = {
        "membership": membership,
        "cancel_url": reverse("accreditation:user", args=[membership.person_id]),
        "tone": "danger",
    }
    return render(request, "accreditation/users/end_role.html", {**frame, **context}, status=status)
