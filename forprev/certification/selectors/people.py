"""Finding the persons that a session names."""

from __future__ import annotations

from datetime import date

from forprev.catalogue.models import TraineeKind
from forprev.certification.models import Certificate
from forprev.people.models import Person
from forprev.people.selectors import by_number, same_identity


def trainer_meant(
    number: str = "", last_name: str = "", first_name: str = "", birth_date: date | None = None
) -> Person | None:
    """The person named by n° Forprev or by identity (A34); among homonyms, one who holds a trainer's certificate."""
    if number:
        return by_number(number)
    if birth_date is None:
        return None
    homonyms = same_identity(last_name, first_name, birth_date)
    held = Certificate.objects.standing().filter(qualification__level__trainee_kind=TraineeKind.TRAINER)
    trainers = homonyms.filter(pk__in=held.values("person"))
    return trainers.first() or homonyms.first()
