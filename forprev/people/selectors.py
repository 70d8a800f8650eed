"""Finding people by number and by exact identity; by likeness, see `matching`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from forprev.core.text import normalise
from forprev.people.models import NUMBER_PATTERN, Identity, Person


def by_number(number: str) -> Person | None:
    """The person that a n° Forprev leads to, old numbers included; blanks and case do not matter.

    Nobody is found who was anonymised: there is no name left to recognise.
    """
    number = re.sub(r"\s", "", number).upper()
    if not re.fullmatch(NUMBER_PATTERN, number):
        return None
    return Person.objects.filter(issued_numbers__number=number, anonymised_at=None).first()


def same_identity(last_name: str, first_name: str, birth_date: date) -> QuerySet[Person]:
    """Persons of exactly this normalised (last name, first name, birth date), oldest first."""
    return Person.objects.filter(
        anonymised_at=None,
        birth_date=birth_date,
        search_last_name=normalise(last_name),
        search_first_name=normalise(first_name),
    ).order_by("pk")


def same_identities(normalised: Iterable[Identity]) -> QuerySet[Person]:
    """Persons of exactly any of these identities, oldest first; an index looks for each by itself."""
    conditions = (
        Q(birth_date=one.birth_date, search_last_name=one.last_name, search_first_name=one.first_name)
        for one in normalised
    )
    any_of_them = reduce(or_, conditions, Q(pk__in=[]))
    return Person.objects.filter(any_of_them, anonymised_at=None).order_by("pk")
