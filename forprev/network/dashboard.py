"""On the dashboard: figures of sessions and results."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.core import dashboard
from forprev.core.dashboard import Card, Figure
from forprev.network.figures.models import Grouping
from forprev.network.figures.selectors import MONTHS, shown_to
from forprev.network.figures.views import SHOWN_TO


def register_cards() -> None:
    dashboard.register(dashboard.FIGURES, "Certification", roles=SHOWN_TO, order=5, build=figures_card)


def figures_card(acting: Acting) -> Card | None:
    """The last twelve months, failures included (B43), as the page counts them by certificate."""
    counts = shown_to(acting, Grouping.QUALIFICATION).counts
    if not counts:
        return None
    url = reverse("network:figures")
    return Card(
        figures=[
            Figure(str(sum(each.sessions for each in counts)), f"sessions closes en {MONTHS} mois", url),
            Figure(str(sum(each.successes for each in counts)), "stagiaires en réussite", url),
            Figure(str(sum(each.failures for each in counts)), "stagiaires en échec", url),
        ]
    )
