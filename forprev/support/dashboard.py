"""What the dashboard says to the hotline."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.core import dashboard
from forprev.core.dashboard import Card, Line, first_of
from forprev.core.templatetags.ui import jour
from forprev.core.text import plural
from forprev.support.selectors import awaiting, for_list


def register_cards() -> None:
    dashboard.register(
        dashboard.AWAITING, "Corrections d’identité", roles=[Role.SUPPORT_AGENT], order=10, build=corrections_card
    )


def corrections_card(acting: Acting) -> Card | None:
    """The requests that wait, the oldest first."""
    waiting, count = first_of(for_list(awaiting(acting)))
    if not count:
        return None
    return Card(
        summary=f"{plural(count, 'demande attend', 'demandes attendent')} votre réponse.",
        lines=[
            Line(
                label=str(correction),
                url=reverse("support:correction", args=[correction.pk]),
                detail=f"{correction.person}, {correction.person.number}",
                note=f"Reçue le {jour(correction.created_at)}",
            )
            for correction in waiting
        ],
        url=reverse("support:corrections"),
        url_label="Voir toutes les corrections d’identité",
    )
