"""What targeted messages and the calendar hold on a person."""

from __future__ import annotations

from collections.abc import Iterable

from forprev.network.calendar.models import CalendarFeed
from forprev.people.models import Person
from forprev.people.personal_data import Section, holds_data_on, section


@holds_data_on
def messages(person: Person) -> Iterable[Section]:
    yield section(
        "messages_received",
        "Messages ciblés reçus",
        {"served_at": "Reçu le", "subject": "Objet", "read_at": "Lu le"},
        [
            [each.served_at, each.message.subject, each.read_at]
            for each in person.messages_received.select_related("message").order_by("pk")
        ],
    )
    yield section(
        "targeted_messages",
        "Messages ciblés que vous avez écrits",
        {"created_at": "Le", "subject": "Objet", "state": "État"},
        [
            [each.created_at, each.subject, each.state_label]
            for each in person.targeted_messages.order_by("created_at").only("created_at", "subject", "state")
        ],
    )


@holds_data_on
def calendar(person: Person) -> Iterable[Section]:
    feeds = CalendarFeed.objects.filter(account__person=person)
    yield section(
        "calendar_feed",
        "Adresse secrète de votre agenda",
        {"created_at": "Créée le", "last_read_at": "Lue en dernier le"},
        feeds.values_list("created_at", "last_read_at"),
    )
