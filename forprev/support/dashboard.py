"""What the dashboard says to the hotline."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.core import dashboard
from forprev.core.dashboard import Card, Line, first_of
from forprev.core.templatetags.ui import jour
from forprev.core.text import plural
from forprev.support.contact.selectors import awaiting as contacts_awaiting
from forprev.support.contact.selectors import for_list as contacts_for_list
from forprev.support.selectors import awaiting, for_list


def register_cards() -> None:
    dashboard.register(
        dashboard.AWAITING, "Demandes de contact", roles=[Role.SUPPORT_AGENT], order=5, build=contacts_card
    )
    dashboard.register(
        dashboard.AWAITING, "Corrections d’identité", roles=[Role.SUPPORT_AGENT], order=10, build=corrections_card
    )


def contacts_card(acting: Acting) -> Card | None:
    """The contact requests that are this agent's, or nobody's, the oldest first."""
    waiting, count = first_of(contacts_for_list(contacts_awaiting(acting)))
    if not count:
        return None
    return Card(
        summary=f"{plural(count, 'demande attend', 'demandes attendent')} une réponse.",
        lines=[
            Line(
                label=str(contact),
                url=reverse("support:contact_request", args=[contact.pk]),
                detail=f"{contact.name}, {contact.get_subject_display()}",
                note=f"Reçue le {jour(contact.created_at)}",
            )
            for contact in waiting
        ],
        url=reverse("support:contact_requests"),
        url_label="Voir toutes les demandes de contact",
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
