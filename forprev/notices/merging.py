"""What happens to mail when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.notices.models import OutgoingMail
from forprev.people.models import Person
from forprev.people.services import on_merge


@on_merge
def keep_mail(duplicate: Person, kept: Person) -> None:
    OutgoingMail.objects.filter(person=duplicate).update(person=kept)
