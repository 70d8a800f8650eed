"""On the dashboard: figures of sessions and results."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.certification.models import Result, Trainee
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.workflow import State
from forprev.core import dashboard
from forprev.core.dashboard import Card, Figure
from forprev.core.dates import add_months, today
from forprev.network.views import MONTHS, SHOWN_TO


def register_cards() -> None:
    dashboard.register(dashboard.FIGURES, "Certification", roles=SHOWN_TO, order=5, build=figures_card)


def figures_card(acting: Acting) -> Card | None:
    """The last twelve months, failures included (B43)."""
    day = today()
    closed = visible_to(acting).filter(state=State.ISSUED, end_date__range=(add_months(day, -MONTHS), day))
    counts = Trainee.objects.filter(session__in=closed.values("pk")).aggregate(
        sessions=Count("session", distinct=True),
        successes=Count("pk", filter=Q(result=Result.SUCCESS)),
        failures=Count("pk", filter=Q(result=Result.FAILURE)),
    )
    if not counts["sessions"]:
        return None
    url = reverse("network:figures")
    return Card(
        figures=[
            Figure(str(counts["sessions"]), f"sessions closes en {MONTHS} mois", url),
            Figure(str(counts["successes"]), "stagiaires en réussite", url),
            Figure(str(counts["failures"]), "stagiaires en échec", url),
        ]
    )
