"""What moves when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.accreditation.models import Dossier
from forprev.people.models import Person
from forprev.people.services import on_merge


@on_merge
def move_dossiers(duplicate: Person, kept: Person) -> None:
    Dossier.objects.filter(applicant=duplicate).update(applicant=kept)
