"""What the inbox and the outbox hold on a person: of mails, to which address what was written, not the words."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.notices.models import Notice, OutgoingMail
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def notices(person: Person) -> Iterable[Section]:
    yield section(
        "notices",
        "Messages reçus dans Forprev",
        {
            "created_at": "Le",
            "kind": "Sorte",
            "subject": "Objet",
            "text": "Texte",
            "read_at": "Lu le",
            "archived_at": "Archivé le",
        },
        [
            [created_at, str(Notice.Kind(kind).label), *rest]
            for created_at, kind, *rest in person.notices.order_by("created_at").values_list(
                "created_at", "kind", "subject", "text", "read_at", "archived_at"
            )
        ],
    )


@holds_data_on
def mails(person: Person) -> Iterable[Section]:
    yield section(
        "mails",
        "Courriels qui vous ont été écrits",
        {"created_at": "Le", "recipient": "À", "subject": "Objet", "state": "État", "problem": "Motif"},
        [
            [created_at, recipient, subject, str(OutgoingMail.State(state).label), problem]
            for created_at, recipient, subject, state, problem in person.mails.order_by("created_at").values_list(
                "created_at", "recipient", "subject", "state", "problem"
            )
        ],
    )
