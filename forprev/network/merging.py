"""What happens to targeted messages when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person


@on_merge
def keep_messages(duplicate: Person, kept: Person, journal: Journal) -> None:
    """They follow; one that reached both records is kept once."""
    journal.move(TargetedMessage.objects.filter(author=duplicate), "author", "Messages ciblés écrits", named=str)
    had = Recipient.objects.filter(person=kept).values("message_id")
    received = Recipient.objects.filter(person=duplicate)
    for twice in received.filter(message_id__in=had):
        journal.drop(twice, "Messages ciblés reçus deux fois")
    journal.move(received.exclude(message_id__in=had), "person", "Messages ciblés reçus")
