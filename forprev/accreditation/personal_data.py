"""What accreditations hold on a person: what is delegated to it, what it asked for."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.accreditation.models import Delegation
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def accreditations(person: Person) -> Iterable[Section]:
    delegations = Delegation.objects.filter(membership__person=person).order_by("pk")
    yield section(
        "delegations",
        "Habilitations rattachées à vos rôles de délégataire",
        {"accreditation": "Numéro", "organisation": "Entité"},
        delegations.values_list("accreditation__number", "membership__organisation__name"),
    )
    yield section(
        "dossiers",
        "Demandes d’habilitation",
        {"organisation_name": "Entité", "state": "État", "submitted_on": "Transmise le", "created_at": "Commencée le"},
        [
            [dossier.organisation_name, dossier.get_state_display(), dossier.submitted_on, dossier.created_at]
            for dossier in person.dossiers.order_by("created_at")
        ],
    )
