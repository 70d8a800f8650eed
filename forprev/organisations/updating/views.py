"""`Actualiser les informations`, what it asks of the regional fund, and the attestation URSSAF."""

from __future__ import annotations

from typing import Any

import structlog
from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.core import uploads
from forprev.core.errors import Conflict, Difference, DomainError
from forprev.core.forms import tell
from forprev.organisations.models import DataChange, Organisation
from forprev.organisations.selectors import visible_to
from forprev.organisations.updating.communes import communes_of
from forprev.organisations.updating.forms import SiteFormSet, UpdateForm, apart, rows_typed, site_rows
from forprev.organisations.updating.selectors import (
    changes_of,
    open_request,
    present,
    requests_visible_to,
    urssaf_visible_to,
    wished,
)
from forprev.organisations.updating.services import Outcome, drop_data_change, update_entity
from forprev.organisations.updating.workflow import DATA_CHANGE_WORKFLOW, Action

READERS = (Role.MANAGER, Role.DELEGATE, Role.FUND_OFFICER)

logger = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def update(request: ActingRequest) -> HttpResponse:
    """`Actualiser les informations` (A21); `Ajouter une plateforme` gives one more row and sends nothing."""
    organisation = get_object_or_404(visible_to(request.acting), pk=request.acting.organisation_id)
    waiting = open_request(organisation)
    now = present(organisation)
    wish = wished(now, waiting)
    page = {"organisation": organisation, "waiting": waiting}
    if request.method != "POST":
        form = UpdateForm(organisation=organisation, wish=wish)
        return _page(request, {**page, "form": form, "sites": site_rows(organisation=organisation, now=now, wish=wish)})
    if "add_site" in request.POST:
        typed = {name: request.POST.get(name, "") for name in UpdateForm.base_fields}
        form = UpdateForm(organisation=organisation, wish=wish, initial=typed)
        rows = site_rows(organisation=organisation, now=now, wish=wish, typed=rows_typed(request.POST))
        return _page(request, {**page, "form": form, "sites": rows, "adding": True})
    form = UpdateForm(request.POST, request.FILES, organisation=organisation, wish=wish)
    rows = site_rows(request.POST, organisation=organisation, now=now, wish=wish)
    if all([form.is_valid(), rows.is_valid()]):
        sheet = rows.sheet(form.data_wished, now)
        try:
            outcome = update_entity(
                request.acting,
                form.cleaned_data["version"],
                immediate=form.immediate,
                wish=sheet,
                urssaf=form.cleaned_data["urssaf"],
            )
        except Conflict as conflict:
            differing = _apart(organisation, form, rows)
            if differing:
                raise Conflict(conflict.message, differing) from conflict
            return redirect("organisations:entity")
        except DomainError as error:
            tell(form, error)
        else:
            _tell_outcome(request, outcome)
            return redirect("organisations:entity")
    return _page(request, {**page, "form": form, "sites": rows, "to_join_again": "urssaf" in request.FILES}, status=422)


def _page(request: ActingRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "organisations/update.html", context, status=status)


def _apart(organisation: Organisation, form: UpdateForm, rows: SiteFormSet) -> list[Difference]:
    """What was typed against what is stored now: nothing where the same form was sent twice."""
    organisation.refresh_from_db()
    waiting, now = open_request(organisation), present(organisation)
    wish = wished(now, waiting)
    stored = UpdateForm(organisation=organisation, wish=wish)
    found = apart(form, stored, rows.sheet(form.data_wished, now), wish)
    document = form.cleaned_data["urssaf"]
    if waiting and document and document.digest == waiting.urssaf_digest:
        label = str(form.fields["urssaf"].label)
        return [difference for difference in found if difference.label != label]
    return found


def _tell_outcome(request: ActingRequest, outcome: Outcome) -> None:
    """One message for what changed at once and for what waits."""
    sentences = []
    if outcome.immediate:
        sentences.append(f"Enregistré, avec effet immédiat : {', '.join(outcome.immediate).lower()}.")
    if outcome.dropped:
        sentences.append(f"La {_named(outcome)} est retirée : plus rien n’y diffère des informations enregistrées.")
    elif outcome.request:
        done = "mise à jour" if outcome.updated else "envoyée à votre caisse"
        sentences.append(
            f"La {_named(outcome)} est {done} : ces informations ne changent pas avant la réponse de votre caisse."
        )
    if sentences:
        messages.success(request, " ".join(sentences))
    else:
        messages.info(request, "Rien n’a changé : les informations envoyées sont celles qui sont enregistrées.")


def _named(outcome: Outcome) -> str:
    return str(outcome.request)[0].lower() + str(outcome.request)[1:]


@require_safe
@acting_as(Role.MANAGER)
def communes(request: ActingRequest) -> JsonResponse:
    """The communes of a postal code, for the script of the form."""
    return JsonResponse({"communes": communes_of(request.GET.get("code_postal", ""))})


@require_safe
@acting_as(*READERS)
def data_change(request: ActingRequest, pk: int) -> HttpResponse:
    """A request: what it changes, side by side."""
    found = _find(request, pk)
    available = DATA_CHANGE_WORKFLOW.available(found.state, request.acting.role)
    context = {
        "data_change": found,
        "changes": changes_of(found),
        "may_drop": any(transition.action == Action.DROP for transition in available),
    }
    return render(request, "organisations/data_change.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.MANAGER)
def drop(request: ActingRequest, pk: int) -> HttpResponse:
    """`Retirer ma demande`, after confirmation."""
    found = _find(request, pk)
    if request.method == "POST":
        drop_data_change(pk, request.acting)
        messages.success(request, "Votre demande est retirée. Les informations de l’entité ne changent pas.")
        return redirect("organisations:data_change", pk)
    DATA_CHANGE_WORKFLOW.check(Action.DROP, found.state, request.acting.role)
    context = {"data_change": found, "cancel_url": reverse("organisations:data_change", args=[pk])}
    return render(request, "organisations/data_change_drop.html", context)


@require_safe
@acting_as(*READERS)
def urssaf(request: ActingRequest, pk: int) -> FileResponse:
    """The attestation of an entity: who fetches it is noted."""
    organisation = get_object_or_404(urssaf_visible_to(request.acting), pk=pk)
    return _download(request, organisation)


@require_safe
@acting_as(*READERS)
def wished_urssaf(request: ActingRequest, pk: int) -> FileResponse:
    """The attestation that a request would give the entity."""
    return _download(request, _find(request, pk))


def _download(request: ActingRequest, row: Organisation | DataChange) -> FileResponse:
    if not row.urssaf:
        raise Http404
    response = uploads.download(row.urssaf, row.urssaf_name, row.urssaf_type)
    logger.info("urssaf_fetched", of=row._meta.label, pk=row.pk, person=request.acting.person_id)
    return response


def _find(request: ActingRequest, pk: int) -> DataChange:
    """The request if the actor sees it; 404 otherwise."""
    return get_object_or_404(requests_visible_to(request.acting).select_related("closed_by"), pk=pk)
