"""Who of the network looked at whom: told to the person, and to the national administration (GDPR, article 15)."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.accounts.acting import Acting
from forprev.accounts.models import NETWORK_ROLES
from forprev.people.models import Consultation, Person
from forprev.people.personal_data import Section, holds_data_on, section

Page = Consultation.Page


def looked_at(
    acting: Acting | None, page: Consultation.Page, who: Person | int | None = None, *, count: int = 1, reason: str = ""
) -> None:
    """Note that a page that shows this person, or so many, was opened; of the network's own people alone.

    Their own page is not noted, nor a page that shows nobody.
    """
    if acting is None or acting.role not in NETWORK_ROLES or not count:
        return
    person_id = who.pk if isinstance(who, Person) else who
    if person_id == acting.person_id:
        return
    Consultation.objects.create(
        by=acting.person,
        role=acting.role_label,
        place=acting.place,
        page=page,
        person_id=person_id,
        count=count,
        reason=reason,
    )


@holds_data_on
def consultations(person: Person) -> Iterable[Section]:
    """In what quality, not who: agents are people too."""
    yield section(
        "consultations",
        "Qui a consulté vos données dans le réseau (le nom de l’agent n’est pas communiqué)",
        {"at": "Le", "role": "Rôle", "place": "Service", "page": "Page"},
        [
            [each.at, each.role, each.place, each.get_page_display()]
            for each in person.consultations.order_by("at", "pk")
        ],
    )
    yield section(
        "consultations_made",
        "Fiches que vous avez consultées pour le réseau",
        {"at": "Le", "role": "Rôle", "page": "Page", "count": "Personnes"},
        [
            [each.at, each.role, each.get_page_display(), each.count]
            for each in person.consultations_made.order_by("at", "pk")
        ],
    )
