"""What happens to messages and mail when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.notices.models import Notice, OutgoingMail
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person


@on_merge
def keep_mail(duplicate: Person, kept: Person, journal: Journal) -> None:
    journal.move(OutgoingMail.objects.filter(person=duplicate), "person", "E-mails envoyés")


@on_merge
def keep_notices(duplicate: Person, kept: Person, journal: Journal) -> None:
    """What both were told only once is told once."""
    keys = Notice.objects.filter(person=kept).exclude(key=None).values_list("key", flat=True)
    told = Notice.objects.filter(person=duplicate)
    for notice in told.filter(key__in=keys):
        journal.drop(notice, "Messages reçus deux fois")
    journal.move(told.exclude(key__in=keys) | told.filter(key=None), "person", "Messages reçus")
