"""The entity of the person who acts, and its users."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.organisations.models import Organisation, OrganisationKind
from forprev.organisations.selectors import manager_count, sites_by_scheme, users_of, visible_to
from forprev.organisations.sheet import Row, added_rows
from forprev.organisations.tables import UserList


@require_safe
@acting_as(Role.MANAGER, Role.DELEGATE)
def entity(request: ActingRequest) -> HttpResponse:
    """`Mon entité MAIRIE DE VANVES` (A20)."""
    organisation = get_object_or_404(visible_to(request.acting), pk=request.acting.organisation_id)
    context = {
        "organisation": organisation,
        "rows": _sheet(organisation),
        "added": added_rows(request.acting),
        "signatory": [Row("Nom", organisation.signatory_name), Row("Fonction", organisation.signatory_title)],
        "sites": sites_by_scheme(organisation),
    }
    return render(request, "organisations/entity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def users(request: ActingRequest) -> HttpResponseBase:
    """`Utilisateurs`, with the advice of A15 to an entity that has one manager only."""
    organisation_id = request.acting.organisation_id
    alone = organisation_id is not None and manager_count(organisation_id) == 1
    return UserList(request, users_of(request.acting)).response("organisations/users.html", {"alone": alone})


def _sheet(organisation: Organisation) -> list[Row]:
    rows = [
        Row("Raison sociale", organisation.name),
        Row("Type", organisation.get_kind_display()),
        Row("Régime", organisation.get_regime_display()),
        Row("Adresse", f"{organisation.address}, {organisation.postal_code} {organisation.city}"),
        Row("SIRET", organisation.siret),
    ]
    if organisation.kind == OrganisationKind.TRAINING_BODY:
        rows.append(Row("Diffusion sur le site web de l’INRS", "Oui" if organisation.published else "Non"))
    return rows
