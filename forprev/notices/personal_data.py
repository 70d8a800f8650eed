"""What the outbox holds on a person: to which address what was written, not the words."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def mails(person: Person) -> Iterable[Section]:
    yield section(
        "mails",
        "Courriels qui vous ont été écrits",
        {"created_at": "Le", "recipient": "À", "subject": "Objet", "state": "État"},
        [
            [mail.created_at, mail.recipient, mail.subject, mail.get_state_display()]
            for mail in person.mails.defer("text", "html").order_by("created_at")
        ],
    )
