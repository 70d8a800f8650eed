"""Recording people, correcting them, counting who looks them up; for merging, see `merging`."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Sum

from forprev.core import history
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.text import normalise
from forprev.people import selectors
from forprev.people.correcting import correction_steps
from forprev.people.models import Identity, IssuedNumber, Lookup, Person

_ATTEMPTS = 50


def _new_number() -> str:
    letters = "".join(secrets.choice(string.ascii_uppercase) for _ in range(3))
    return f"{letters}{secrets.randbelow(100_000):05}"


def create_person(*, last_name: str, first_name: str, birth_date: date, number: str | None = None) -> Person:
    """Record a person under a new random n° Forprev (A03); `number` only to take over an existing record."""
    with transaction.atomic():
        number = number or next(
            n for n in (_new_number() for _ in range(_ATTEMPTS)) if not IssuedNumber.objects.filter(pk=n).exists()
        )
        person = Person.objects.create(number=number, last_name=last_name, first_name=first_name, birth_date=birth_date)
        IssuedNumber.objects.create(number=number, person=person)
    return person


def create_people(identities: Sequence[Identity]) -> list[Person]:
    """A new person for each, in their order; inside a transaction."""
    people = [Person(number=number, **identity._asdict()) for number, identity in _with_numbers(identities)]
    for person in people:
        person.derive()
    Person.objects.bulk_create(people)
    IssuedNumber.objects.bulk_create(IssuedNumber(number=person.number, person=person) for person in people)
    return people


def _with_numbers(identities: Sequence[Identity]) -> Iterator[tuple[str, Identity]]:
    numbers: set[str] = set()
    for _ in range(_ATTEMPTS):
        drawn = {_new_number() for _ in range(len(identities) - len(numbers))} - numbers
        numbers |= drawn - set(IssuedNumber.objects.filter(pk__in=drawn).values_list("pk", flat=True))
        if len(numbers) == len(identities):
            break
    return zip(numbers, identities, strict=True)


def lock_identity(last_name: str, first_name: str, birth_date: date) -> None:
    """Hold this identity until the transaction ends, so that two sessions cannot create one person twice."""
    _lock([_normalised(Identity(last_name, first_name, birth_date))])


def _normalised(identity: Identity) -> Identity:
    return Identity(normalise(identity.last_name), normalise(identity.first_name), identity.birth_date)


def _lock(normalised: Iterable[Identity]) -> None:
    """One after the other, in the order given: a function that is unnested gives its rows so."""
    keys = [f"{one.last_name}|{one.first_name}|{one.birth_date.isoformat()}" for one in normalised]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%s::text[]) AS key", [keys])


def find_or_create(identities: Sequence[Identity]) -> list[Person]:
    """For each the person of exactly this normalised identity, or a new one; inside a transaction (A44).

    Two of one normalised identity are one person. All are held in one order, whoever asks, before any is looked for.
    """
    normalised = [_normalised(identity) for identity in identities]
    _lock(sorted(set(normalised)))
    known: dict[Identity, Person] = {}
    for person in selectors.same_identities(normalised):
        known.setdefault(Identity(person.search_last_name, person.search_first_name, person.birth_date), person)
    typed = dict(zip(reversed(normalised), reversed(identities), strict=True))  # as the first of them wrote it
    new = [one for one in dict.fromkeys(normalised) if one not in known]
    known |= zip(new, create_people([typed[one] for one in new]), strict=True)
    return [known[one] for one in normalised]


def correct_identity(
    person_id: int, actor: history.Actor, *, before: Identity, after: Identity, comment: str = ""
) -> Person:
    """Write a person's identity as its papers say it (A04), and let the packages that registered follow.

    `before` is the identity that the decision was taken on: DomainError if it is not the present one any more.
    """
    with history.action(actor, "correct_identity", comment=comment):
        lock_identity(*after)
        person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
        if person.identity != before:
            raise DomainError(
                "L’identité de cette personne a changé depuis la demande : la correction ne peut plus être appliquée.",
                code="conflict",
            )
        person.last_name, person.first_name, person.birth_date = after
        person.save()
        for step in correction_steps:
            step(person, before, actor)
    return person


LOOKUPS_AN_HOUR = 20
"""Different persons that one account may look up in an hour, one by one."""
LOOKUPS_A_DAY = 50_000
"""People that one account may look up in a day, many at once: five of the largest spreadsheets."""


def note_lookup(by: Person, subject: str) -> None:
    """Note that `by` looks up a number or an identity; DomainError past the limit. The same subject again is free."""
    digest = hashlib.sha256(subject.strip().upper().encode()).hexdigest()
    recent = Lookup.objects.filter(by=by, at__gte=now() - timedelta(hours=1)).exclude(subject="")
    seen = set(recent.values_list("subject", flat=True).distinct())
    if digest in seen:
        return
    if len(seen) >= LOOKUPS_AN_HOUR:
        raise DomainError(
            "Vous avez recherché trop de personnes en une heure. Réessayez plus tard, ou contactez l’assistance.",
            code="too_many_lookups",
        )
    Lookup.objects.create(by=by, subject=digest)


def note_lookups(by: Person, count: int) -> None:
    """Note that `by` looks up `count` people at once; DomainError past the limit of a day."""
    today = Lookup.objects.filter(by=by, at__gte=now() - timedelta(days=1), subject="")
    if (today.aggregate(total=Sum("count"))["total"] or 0) + count > LOOKUPS_A_DAY:
        raise DomainError(
            "Vous avez recherché trop de personnes en un jour. Réessayez demain, ou contactez l’assistance.",
            code="too_many_lookups",
        )
    Lookup.objects.create(by=by, count=count)


_COUNT = """
INSERT INTO people_namecount (part, name, count)
SELECT 'L', search_last_name, count(*) FROM people_person
WHERE anonymised_at IS NULL GROUP BY search_last_name HAVING count(*) > 1
UNION ALL
SELECT 'F', search_first_name, count(*) FROM people_person
WHERE anonymised_at IS NULL GROUP BY search_first_name HAVING count(*) > 1
UNION ALL
SELECT part, '', count(*) FROM people_person, unnest(ARRAY['L', 'F']) AS part
WHERE anonymised_at IS NULL GROUP BY part
ON CONFLICT (part, name) DO UPDATE SET count = excluded.count WHERE people_namecount.count <> excluded.count
"""

_UNCOUNT = """
WITH gone AS MATERIALIZED (
    SELECT name FROM people_namecount WHERE part = %(part)s AND name <> '' EXCEPT SELECT {name} FROM people_person
) DELETE FROM people_namecount WHERE part = %(part)s AND name IN (SELECT name FROM gone)
"""
"""Names that nobody bears any more, found all at once: the first count of millions, of which there are no statistics
yet, would look for each name by itself.
"""


def count_names() -> None:
    """Count anew how many people have each name; what lookers-up see meanwhile is the count before."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '30min'")
        cursor.execute(_COUNT)
        for part, name in (("L", "search_last_name"), ("F", "search_first_name")):
            cursor.execute(_UNCOUNT.format(name=name), {"part": part})
