"""Finding people: by number, by exact identity, by likeness."""

from __future__ import annotations

import re
from datetime import date

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz

from forprev.core.text import normalise
from forprev.people.models import NUMBER_PATTERN, Person

LIKENESS = 82
"""Least rapidfuzz token-sort ratio (0 to 100) of two full names for a proposal."""


def by_number(number: str) -> Person | None:
    """The person that a n° Forprev leads to, old numbers included; blanks and case do not matter."""
    number = re.sub(r"\s", "", number).upper()
    if not re.fullmatch(NUMBER_PATTERN, number):
        return None
    return Person.objects.filter(issued_numbers__number=number).first()


def same_identity(last_name: str, first_name: str, birth_date: date) -> QuerySet[Person]:
    """Persons of exactly this normalised (last name, first name, birth date), oldest first."""
    return Person.objects.filter(
        birth_date=birth_date,
        search_last_name=normalise(last_name),
        search_first_name=normalise(first_name),
    ).order_by("pk")


def likely_duplicates(last_name: str, first_name: str, birth_date: date, limit: int = 5) -> list[Person]:
    """Persons who may be this one, best first: born that day or with day and month inverted, names alike in any order.

    The exact identity comes first; it is for the caller to decide what it means (A12, A35).
    """
    days = [birth_date]
    if birth_date.day <= 12:
        days.append(birth_date.replace(month=birth_date.day, day=birth_date.month))
    wanted = f"{normalise(last_name)} {normalise(first_name)}"
    scored = [
        (fuzz.token_sort_ratio(wanted, f"{p.search_last_name} {p.search_first_name}"), p)
        for p in Person.objects.filter(Q(birth_date__in=days)).only(
            "number", "last_name", "first_name", "birth_date", "search_last_name", "search_first_name"
        )
    ]
    alike = [(score, p) for score, p in scored if score >= LIKENESS]
    alike.sort(key=lambda found: (-found[0], found[1].birth_date != birth_date, found[1].pk))
    return [p for _, p in alike[:limit]]
