"""What entities and the network hold on a person: its roles and its fund."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.organisations.models import FundAttachment
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def roles(person: Person) -> Iterable[Section]:
    yield section(
        "memberships",
        "Rôles dans les entités",
        {
            "organisation": "Entité",
            "role": "Rôle",
            "description": "Description",
            "created_at": "Depuis",
            "ends_on": "Dernier jour",
            "ended_at": "Fin",
        },
        [
            [
                held.organisation.name,
                held.get_role_display(),
                held.description,
                held.created_at,
                held.ends_on,
                held.ended_at,
            ]
            for held in person.memberships.select_related("organisation").order_by("created_at")
        ],
    )
    yield section(
        "network_roles",
        "Rôles dans le réseau prévention",
        {"role": "Rôle", "fund": "Caisse", "created_at": "Depuis", "ends_on": "Dernier jour", "ended_at": "Fin"},
        [
            [held.get_role_display(), held.fund.name if held.fund else "", held.created_at, held.ends_on, held.ended_at]
            for held in person.network_roles.select_related("fund").order_by("pk")
        ],
    )
    yield section(
        "data_changes",
        "Demandes d’actualisation d’une entité",
        {"organisation": "Entité", "sent_at": "Envoyée le", "state": "État"},
        [
            [sent.organisation.name, sent.sent_at, sent.state_label]
            for sent in person.data_changes.select_related("organisation").order_by("sent_at")
        ],
    )
    chosen = FundAttachment.objects.filter(person=person).values_list("fund__name")
    yield section("fund_attachment", "Caisse de rattachement", {"fund": "Caisse"}, chosen)
