"""The entity of the person who acts, and its users; the fund of a trainer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts import held
from forprev.accounts.access import ActingRequest, acting_as, signed_in
from forprev.accounts.models import Role
from forprev.accounts.views.profile import go_on, profile_page, welcoming
from forprev.organisations.forms import FundForm
from forprev.organisations.fund_choice import is_trainer
from forprev.organisations.models import FundAttachment, Organisation, OrganisationKind
from forprev.organisations.selectors import manager_count, sites_by_scheme, users_of, visible_to
from forprev.organisations.services import choose_fund
from forprev.organisations.sheet import Row, added_rows
from forprev.organisations.tables import UserList
from forprev.organisations.updating.selectors import history_of, open_request


@require_safe
@acting_as(Role.MANAGER, Role.DELEGATE)
def entity(request: ActingRequest) -> HttpResponse:
    """`Mon entité MAIRIE DE VANVES` (A20)."""
    organisation = get_object_or_404(
        visible_to(request.acting).select_related("department__fund"), pk=request.acting.organisation_id
    )
    context = {
        "organisation": organisation,
        "rows": _sheet(organisation),
        "added": added_rows(request.acting),
        "signatory": [Row("Nom", organisation.signatory_name), Row("Fonction", organisation.signatory_title)],
        "sites": sites_by_scheme(organisation),
        "waiting": open_request(organisation),
        "events": history_of(organisation),
    }
    return render(request, "organisations/entity.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def users(request: ActingRequest) -> HttpResponseBase:
    """`Utilisateurs`, with the advice of A15 to an entity that has one manager only."""
    organisation_id = request.acting.organisation_id
    alone = organisation_id is not None and manager_count(organisation_id) == 1
    return UserList(request, users_of(request.acting)).response("organisations/users.html", {"alone": alone})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_fund(request: ActingRequest) -> HttpResponse:
    """`Caisse de rattachement` of a trainer (A06), mandatory and changeable at any time."""
    if not is_trainer(request):
        raise Http404
    chosen = FundAttachment.objects.filter(person=request.user.person).select_related("fund").first()
    form = FundForm(request.POST if request.method == "POST" else None, initial={"fund": chosen and chosen.fund})
    if form.is_valid():
        choose_fund(request.user.person, form.cleaned_data["fund"])
        if not welcoming(request):
            messages.success(request, "Votre caisse de rattachement est enregistrée.")
        if chosen is None and not welcoming(request):
            return redirect(held.way_on(request))
        return go_on(request, "organisations:own_fund")
    context = {"form": form, "chosen": chosen}
    status = 422 if form.errors else 200
    return profile_page(request, "organisations:own_fund", "organisations/own_fund.html", context, status)


def _sheet(organisation: Organisation) -> list[Row]:
    rows = [
        Row("Raison sociale", organisation.name),
        Row("Type", organisation.get_kind_display()),
        Row("Régime", organisation.get_regime_display()),
        Row("Adresse", f"{organisation.address}, {organisation.postal_code} {organisation.city}"),
        Row("SIRET", organisation.siret),
        *([Row("Numéro de déclaration d’activité", organisation.nda)] if organisation.nda else []),
        *([Row("Activités", organisation.activities)] if organisation.activities else []),
        _urssaf(organisation),
    ]
    if organisation.kind == OrganisationKind.TRAINING_BODY:
        rows.append(Row("Diffusion sur le site web de l’INRS", "Oui" if organisation.published else "Non"))
    return rows


def _urssaf(organisation: Organisation) -> Row:
    if not organisation.urssaf:
        return Row("Attestation URSSAF", "")
    url = reverse("organisations:urssaf", args=[organisation.pk])
    return Row("Attestation URSSAF", organisation.urssaf_name, url, "Télécharger")
