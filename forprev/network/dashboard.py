"""On the dashboard: figures, and the messages that wait to be read."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.certification.models import Result, Trainee
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.workflow import State
from forprev.core import dashboard
from forprev.core.dashboard import Card, Figure, Line, first_of
from forprev.core.dates import add_months, today
from forprev.core.templatetags.ui import jour, plural
from forprev.network.messages.models import ADDRESSABLE
from forprev.network.messages.selectors import unread_by
from forprev.network.views import MONTHS, SHOWN_TO


def register_cards() -> None:
    dashboard.register(
        dashboard.RECENT, "Messages du réseau prévention", roles=ADDRESSABLE, order=5, build=messages_card
    )
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


def messages_card(acting: Acting) -> Card | None:
    """Those not read yet, the latest first."""
    unread, count = first_of(unread_by(acting.person))
    if not count:
        return None
    return Card(
        summary=f"{plural(count, 'message non lu,messages non lus')}.",
        lines=[
            Line(
                label=received.message.subject,
                url=reverse("network:received_message", args=[received.message_id]),
                detail=received.message.sender,
                note=f"Reçu le {jour(received.served_at)}",
            )
            for received in unread
        ],
        url=reverse("network:received_messages"),
        url_label="Voir tous les messages",
    )
