"""The active accreditations, and the sheet of one of any status."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.selectors import dossiers_about
from forprev.accreditation.dossiers.terms import renewal_of
from forprev.accreditation.life.workflow import GOVERNORS, LIFE
from forprev.accreditation.models import Accreditation, AccreditationSettings, AccreditationStatus
from forprev.accreditation.selectors import (
    active,
    delegations_of,
    history_of,
    shows_delegates,
    sites_of,
    standing,
    suspended,
    visible_to,
    with_delegates,
)
from forprev.accreditation.sheet import panels
from forprev.accreditation.tables import AccreditationList, NetworkAccreditationList, SuspendedList
from forprev.accreditation.workflow import NETWORK
from forprev.core.dates import french, today

ENTITY_ROLES = (Role.MANAGER, Role.DELEGATE)
READERS = (*ENTITY_ROLES, Role.FUND_OFFICER, Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR)


@require_safe
@acting_as(*READERS)
def active_list(request: ActingRequest) -> HttpResponseBase:
    """`Habilitations actives`."""
    acting = request.acting
    found = with_delegates(active(acting, today()))
    if acting.role not in ENTITY_ROLES:
        screen: AccreditationList = NetworkAccreditationList(request, found, exclude=("delegataires",))
    else:
        screen = AccreditationList(
            request, found, exclude=("entite",) if shows_delegates(acting) else ("entite", "delegataires")
        )
    return screen.response("accreditation/active.html")


@require_safe
@acting_as(*GOVERNORS)
def suspended_list(request: ActingRequest) -> HttpResponseBase:
    """`Habilitations suspendues`: where those who govern them find them again."""
    screen = SuspendedList(request, suspended(request.acting), exclude=("delegataires",))
    return screen.response("accreditation/suspended.html")


@require_safe
@acting_as(*ENTITY_ROLES)
def missing(request: ActingRequest) -> HttpResponse:
    """What to do when an accreditation that one holds is not in the list."""
    return render(request, "accreditation/missing.html")


@require_safe
@acting_as(*READERS)
def detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One accreditation, whatever its status; 404 to those who do not see it."""
    accreditation = get_object_or_404(with_delegates(visible_to(request.acting)), pk=pk)
    context = {
        "accreditation": accreditation,
        "standing": standing(accreditation, today(), AccreditationSettings.current()),
        "warning": _why_it_does_not_serve(accreditation),
        "actions": [
            (f"accreditation:{each.action}", each.label)
            for each in LIFE.available(accreditation.status, request.acting.role)
        ],
        "rows": _sheet(accreditation),
        "delegations": delegations_of(accreditation) if shows_delegates(request.acting) else None,
        "sites": sites_of(accreditation),
        "panels": panels(request.acting, accreditation),
        "dossiers": dossiers_about(accreditation, request.acting),
        "dossier_page": "accreditation:review" if request.acting.role in NETWORK else "accreditation:dossier",
        "events": history_of(accreditation),
        "renewal": renewal_of(accreditation, request.acting),
    }
    return render(request, "accreditation/detail.html", context)


def _sheet(accreditation: Accreditation) -> list[dict[str, Any]]:
    status = []
    if accreditation.status != AccreditationStatus.ACTIVE:
        since = f" depuis le {french(accreditation.status_since)}" if accreditation.status_since else ""
        status = [
            {"label": "Statut", "value": f"{accreditation.get_status_display()}{since}"},
            {"label": "Motif", "value": accreditation.status_reason},
        ]
    return [
        {"label": "Entité", "value": accreditation.organisation.name},
        {"label": "Dispositif", "value": accreditation.level.scheme.name},
        {"label": "Niveau", "value": accreditation.level.number},
        {"label": "Numéro", "value": accreditation.number},
        {"label": "Date de début", "value": french(accreditation.starts_on)},
        {"label": "Date de fin", "value": french(accreditation.ends_on)},
        *status,
    ]


def _why_it_does_not_serve(accreditation: Accreditation) -> str:
    """A sentence if no session that ends today may rely on it (A23); empty if one may."""
    day = today()
    if accreditation.status == AccreditationStatus.SUSPENDED:
        return "Cette habilitation est suspendue : elle ne permet pas de certifier tant que la suspension dure."
    if accreditation.status == AccreditationStatus.WITHDRAWN:
        return "Cette habilitation est retirée : elle ne permet plus de certifier."
    if day > accreditation.ends_on:
        return (
            f"Cette habilitation a pris fin le {french(accreditation.ends_on)} : elle ne permet plus de certifier "
            "après cette date, même si une demande de renouvellement est en cours d’instruction."
        )
    if day < accreditation.starts_on:
        return f"Cette habilitation ne permettra de certifier qu’à partir du {french(accreditation.starts_on)}."
    return ""
