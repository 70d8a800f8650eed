"""A25: every manager is told, twice, that an accreditation of its entity ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from forprev.accounts.models import Account, Role
from forprev.accreditation.models import Accreditation, AccreditationSettings
from forprev.accreditation.selectors import serving_on
from forprev.core.dates import add_months, running_term, today
from forprev.notices.models import Notice
from forprev.notices.services import tell_many
from forprev.organisations.models import Membership, held_now

CHUNK = 500
Terms = tuple[int, int]
"""Months before the end."""


def warn_of_ends() -> int:
    """Tell those who were not told yet of the term that is running; how many were.

    Once an accreditation, its end, term and person, whatever the number of runs; after a missed run the later term
    alone is told of. What was renewed is left alone.
    """
    day, terms = today(), AccreditationSettings.current().alert_months
    return sum(_warn(chunk, day, terms) for chunk in _in_chunks(_ending(day, terms)))


def _ending(day: date, terms: Terms) -> QuerySet[Accreditation]:
    """Those that may be in their terms: months differ by so many days, `running_term` decides."""
    latest = add_months(day, max(terms)) + timedelta(days=3)
    taken_over = Accreditation.objects.filter(
        organisation=OuterRef("organisation"), level=OuterRef("level"), ends_on__gt=OuterRef("ends_on")
    )
    return (
        serving_on(day)
        .filter(~Exists(taken_over), ends_on__lte=latest)
        .select_related("organisation", "level__scheme")
        .order_by("ends_on", "pk")
    )


def _in_chunks(accreditations: QuerySet[Accreditation]) -> Iterator[list[Accreditation]]:
    rows = accreditations.iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _warn(accreditations: Iterable[Accreditation], day: date, terms: Terms) -> int:
    """Of those of a chunk: two queries, then a few for each that somebody is still to be told of."""
    due = {
        _key(each, months): (each, months)
        for each in accreditations
        if (months := running_term(day, each.ends_on, terms))
    }
    managers = defaultdict(set)
    places = {each.organisation_id for each, _ in due.values()}
    for place, person in Membership.objects.filter(
        held_now(), organisation__in=places, role=Role.MANAGER, person__account__isnull=False
    ).values_list("organisation_id", "person_id"):
        managers[place].add(person)
    people = {person for held in managers.values() for person in held}
    told = set(Notice.objects.filter(person__in=people, key__in=due).values_list("key", "person_id"))
    count = 0
    for key, (accreditation, months) in due.items():
        untold = {person for person in managers[accreditation.organisation_id] if (key, person) not in told}
        if untold:
            count += _tell(accreditation, months, key, untold)
    return count


def _key(accreditation: Accreditation, months: int) -> str:
    return f"accreditation_ends/{accreditation.pk}/{accreditation.ends_on}/{months}"


def _tell(accreditation: Accreditation, months: int, key: str, people: set[int]) -> int:
    return tell_many(
        Account.objects.filter(person__in=people),
        "accreditation/mails/ending",
        {"accreditation": accreditation, "months": months},
        kind=Notice.Kind.ALERT,
        url=reverse("accreditation:detail", args=[accreditation.pk]),
        key=key,
    )
