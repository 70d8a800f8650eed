"""What the register of consultations holds on a person."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section
from forprev.support.seeing.selectors import by_agent, of_person


@holds_data_on
def consultations(person: Person) -> Iterable[Section]:
    """When, why and in which role, not by whom: agents are people too."""
    yield section(
        "seen_by_the_hotline",
        "Consultations de votre compte par l’assistance",
        {
            "begun_at": "Début",
            "ended_at": "Fin",
            "role": "Rôle vu",
            "reason": "Motif",
            "pages": "Pages vues",
        },
        [
            [each.begun_at, each.over_at, each.role_shown, each.reason, each.page_count]  # type: ignore[attr-defined]
            for each in of_person(person)
        ],
    )
    yield section(
        "seen_for_the_hotline",
        "Consultations faites au titre de l’assistance",
        {"begun_at": "Début", "ended_at": "Fin", "role": "Rôle vu"},
        [[each.begun_at, each.over_at, each.role_shown] for each in by_agent(person)],
    )
