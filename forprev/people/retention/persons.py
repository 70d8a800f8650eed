"""Anonymising a person: nobody is found under its name any more, and what was certified stays true.

Packages say who is still needed, and what else of a person goes; the names, the birth date and the history go here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from forprev.core.dates import NO_DAY, now, start_of
from forprev.core.history import events_of
from forprev.people.models import ANONYMISED, Erasure, Merge, Person
from forprev.people.retention.rewriting import unrecorded

Needed = Callable[[date], Iterable[Exists | Q]]
Step = Callable[[Sequence[int]], object]
Numbers = Callable[[Sequence[int]], dict[int, list[str]]]

_needed: list[Needed] = []
_anchors: list[Needed] = []
_steps: list[Step] = []
_numbers: list[Numbers] = []

AnyNeeded = TypeVar("AnyNeeded", bound=Needed)
AnyStep = TypeVar("AnyStep", bound=Step)

OF_PERSON = OuterRef("pk")


def still_needed(provider: AnyNeeded) -> AnyNeeded:
    """Register why a person is needed: `provider(limit)` gives conditions on persons, any of which is enough.

    What is open or in force today counts, and what ended on `limit` or later.
    """
    _needed.append(provider)
    return provider


def anchors_person(provider: AnyNeeded) -> AnyNeeded:
    """The same for what keeps a person from being anonymised, and not its account from being erased."""
    _anchors.append(provider)
    return provider


def on_anonymise(step: AnyStep) -> AnyStep:
    """Register what else of persons goes with their names: `step(ids)`, in the transaction, the persons locked."""
    _steps.append(step)
    return step


def numbers_of_certificates(provider: Numbers) -> Numbers:
    """Register whose certificates are whose: what the journal of erasures tells."""
    _numbers.append(provider)
    return provider


def needless(limit: date) -> QuerySet[Person]:
    """Persons whom nothing needs today, and nothing has since `limit`, however lately they were recorded."""
    return _without(Person.objects.filter(anonymised_at=None), _needed, limit)


def unneeded(limit: date) -> QuerySet[Person]:
    """Those of them who were recorded before `limit`."""
    return needless(limit).filter(created_at__lt=start_of(limit))


def due(limit: date) -> QuerySet[Person]:
    return _without(unneeded(limit), _anchors, limit)


def _without(found: QuerySet[Person], providers: Iterable[Needed], limit: date) -> QuerySet[Person]:
    for provider in providers:
        for condition in provider(limit):
            found = found.filter(~condition)
    return found


@still_needed
def merged_of_late(limit: date) -> Iterable[Exists]:
    """A merge that can still be undone gives names back."""
    yield Exists(Merge.objects.filter(kept=OF_PERSON, undone_at=None).exclude(undo=""))


def anonymise(ids: Sequence[int]) -> None:
    """Names and birth dates of these persons go, here, in every package, in every history; within `erasing`."""
    certificates: dict[int, list[str]] = {}
    for provider in _numbers:
        certificates |= provider(ids)
    moment = now()
    Erasure.objects.bulk_create(
        Erasure(kind=Erasure.Kind.PERSON, number=number, certificates=certificates.get(pk, []), at=moment)
        for pk, number in Person.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "number")
    )
    for step in _steps:
        step(ids)
    names: dict[str, Any] = {"last_name": "", "first_name": "", "birth_date": NO_DAY}
    blank = {**names, "search_last_name": "", "search_first_name": "", "letters": 0}
    with unrecorded(Person):
        Person.objects.filter(pk__in=ids).update(**blank, anonymised_at=moment)
    events_of(Person, ids).update(**blank)
    duplicates = list(Merge.objects.filter(kept_id__in=ids, undone_at=None).values_list("duplicate_id", flat=True))
    events_of(Person, duplicates).update(**blank)
    told_of = Q(kept_id__in=ids) | Q(duplicate_id__in=ids)  # whoever was parted again is somebody else
    Merge.objects.filter(told_of).update(**names, reason="", undo="")
    _forget_actors([*ids, *duplicates])


_ACTORS = """
UPDATE pghistory_context SET metadata = jsonb_set(metadata, '{actor}', to_jsonb(%s::text))
WHERE metadata ->> 'actor_id' = ANY(%s)
"""


def _forget_actors(ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_ACTORS, [ANONYMISED, [str(pk) for pk in ids]])
