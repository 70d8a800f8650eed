"""Sessions and results in figures (B43)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forprev.accounts.access import ActingRequest, acting_as
from forprev.accounts.models import Role
from forprev.certification.workflow import ENTITY_ROLES
from forprev.network.figures.models import Grouping
from forprev.network.figures.selectors import shown_to

GROUPINGS = {
    "certificat": Grouping.QUALIFICATION,
    "formateur": Grouping.TRAINER,
    "entite": Grouping.ORGANISATION,
    "caisse": Grouping.FUND,
}
"""By what the address says."""
SHOWN_TO = {
    Role.MANAGER: ("certificat", "formateur"),
    Role.DELEGATE: ("certificat", "formateur"),
    Role.FUND_OFFICER: ("certificat", "formateur", "entite"),
    Role.NATIONAL_ADMINISTRATOR: ("certificat", "formateur", "entite", "caisse"),
}


@require_safe
@acting_as(*ENTITY_ROLES, Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)
def figures_page(request: ActingRequest) -> HttpResponse:
    """The last twelve months by certificate, trainer, entity or fund, as the role has a use for."""
    shown = SHOWN_TO[request.acting.role]
    asked = request.GET.get("par", "")
    key = asked if asked in shown else shown[0]
    grouping = GROUPINGS[key]
    address = reverse("network:figures")
    context = {
        "figures": shown_to(request.acting, grouping),
        "label": grouping.label,
        "tabs": [
            {
                "label": f"Par {str(GROUPINGS[each].label).lower()}",
                "url": f"{address}?par={each}",
                "current": each == key,
            }
            for each in shown
        ],
    }
    return render(request, "network/figures.html", context)
