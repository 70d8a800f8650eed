"""What the inbox and the outbox hold on a person: of mails, to which address what was written, not the words."""

from __future__ import annotations

from collections.abc import Iterable

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
            [each.created_at, each.get_kind_display(), each.subject, each.text, each.read_at, each.archived_at]
            for each in person.notices.order_by("created_at")
        ],
    )


@holds_data_on
def mails(person: Person) -> Iterable[Section]:
    yield section(
        "mails",
        "Courriels qui vous ont été écrits",
        {"created_at": "Le", "recipient": "À", "subject": "Objet", "state": "État", "problem": "Motif"},
        [
            [mail.created_at, mail.recipient, mail.subject, mail.get_state_display(), mail.problem]
            for mail in person.mails.defer("text", "html").order_by("created_at")
        ],
    )
