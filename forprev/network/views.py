"""Sessions and results in figures (B43)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.certification.workflow import ENTITY_ROLES
from forprev.core.dates import add_months, today
from forprev.network.selectors import Grouping, figures

GROUPINGS: dict[str, tuple[Grouping, str]] = {
    "certificat": ("qualification", "Certificat"),
    "formateur": ("trainer", "Formateur"),
    "entite": ("organisation", "Entité"),
    "caisse": ("fund", "Caisse"),
}
SHOWN_TO = {
    Role.MANAGER: ("certificat", "formateur"),
    Role.DELEGATE: ("certificat", "formateur"),
    Role.FUND_OFFICER: ("certificat", "formateur", "entite"),
    Role.NATIONAL_ADMINISTRATOR: ("certificat", "formateur", "entite", "caisse"),
}
MONTHS = 12
ROWS = 200
"""Groups shown at most: a screen is no export."""


@require_safe
@acting_as(*ENTITY_ROLES, Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)
def figures_page(request: ActingRequest) -> HttpResponse:
    """The last twelve months by certificate, trainer, entity or fund, as the role has a use for."""
    shown = SHOWN_TO[request.acting.role]
    asked = request.GET.get("par", "")
    key = asked if asked in shown else shown[0]
    grouping, label = GROUPINGS[key]
    until = today()
    since = add_months(until, -MONTHS)
    address = reverse("network:figures")
    rows = figures(request.acting, grouping, since, until)
    context = {
        "rows": rows[:ROWS],
        "more": max(0, len(rows) - ROWS),
        "label": label,
        "since": since,
        "until": until,
        "tabs": [
            {"label": f"Par {GROUPINGS[each][1].lower()}", "url": f"{address}?par={each}", "current": each == key}
            for each in shown
        ],
    }
    return render(request, "network/figures.html", context)
