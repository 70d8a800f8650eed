"""What happens to mail when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.notices.models import OutgoingMail
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person


@on_merge
def keep_mail(duplicate: Person, kept: Person, journal: Journal) -> None:
    journal.move(OutgoingMail.objects.filter(person=duplicate), "person", "E-mails envoyés")
