"""What the hotline holds on a person."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section
from forprev.support.models import ContactMessage


@holds_data_on
def corrections(person: Person) -> Iterable[Section]:
    yield section(
        "correction_requests",
        "Demandes de correction",
        {
            "created_at": "Le",
            "new_last_name": "Nom demandé",
            "new_first_name": "Prénom demandé",
            "new_birth_date": "Date de naissance demandée",
            "message": "Message",
            "document_name": "Justificatif",
            "state": "État",
            "closed_at": "Traitée le",
            "reason": "Motif",
        },
        [
            [
                each.created_at,
                each.new_last_name,
                each.new_first_name,
                each.new_birth_date,
                each.message,
                each.document_name,
                each.get_state_display(),
                each.closed_at,
                each.reason,
            ]
            for each in person.correction_requests.order_by("created_at")
        ],
    )


@holds_data_on
def contacts(person: Person) -> Iterable[Section]:
    """What it wrote to the hotline, and was answered; notes are the hotline's own."""
    thread = ContactMessage.objects.filter(request__writer=person).exclude(kind=ContactMessage.Kind.NOTE)
    yield section(
        "contact_messages",
        "Échanges avec l’assistance",
        {"number": "Demande", "at": "Le", "kind": "Message", "text": "Texte", "document": "Pièce jointe"},
        [
            [each.request.number, each.at, each.get_kind_display(), each.text, each.document_name]
            for each in thread.select_related("request").order_by("request", "at", "pk")
        ],
    )
