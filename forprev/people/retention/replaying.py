"""The journal of erasures, taken along with backups: played again, a restored database brings nobody back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import IO, Any

import structlog
from django.db import DatabaseError

from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.people.models import Erasure
from forprev.people.retention.persons import anonymise, needless
from forprev.people.retention.running import RANGE, erasing

logger = structlog.get_logger(__name__)

Again = Callable[[Mapping[Any, datetime]], int]
_again: dict[str, Again] = {}
"""What does it over, by kind, given what was erased and when: gives how many there were still."""


def erases_again(kind: str) -> Callable[[Again], Again]:
    """Register how the erasures of a kind are done over: `step(moments by number or key)`, within `erasing`."""

    def registered(step: Again) -> Again:
        _again[kind] = step
        return step

    return registered


def write_journal(file: IO[str]) -> int:
    """A line of JSON an erasure, in their order; no name, no address, no birth date."""
    count = 0
    for each in Erasure.objects.order_by("pk").iterator():
        line = {"kind": each.kind, "number": each.number, "trainee": each.trainee, "certificates": each.certificates}
        file.write(json.dumps({**line, "at": each.at.isoformat()}) + "\n")
        count += 1
    return count


def replay(file: IO[str]) -> dict[str, int]:
    """Do over what the journal says and this database has not; again does no harm. How many, by kind.

    Raises DomainError, and does nothing, for a file with a line that is not of a journal; and at the end, all the rest
    being done, for what could not be erased again.
    """
    lines = [_read(number, line) for number, line in enumerate(file, 1) if line.strip()]
    done = dict.fromkeys(Erasure.Kind.values, 0)
    failed: list[Any] = []
    for kind in (Erasure.Kind.ACCOUNT, Erasure.Kind.TRAINEE, Erasure.Kind.PERSON):
        for some in _ranges({subject: at for of, subject, at in lines if of == kind}):
            try:
                with erasing("replay_erasures"):
                    done[kind] += _again[kind](some)
            except DatabaseError:
                logger.exception("replay_range_failed", kind=kind)
                done[kind] += sum(_alone(kind, subject, at, failed) for subject, at in some.items())
    if failed:
        raise DomainError(f"Non effacés à nouveau : {', '.join(map(str, failed))}.", code="replay_failed")
    return done


def _alone(kind: str, subject: Any, at: datetime, failed: list[Any]) -> int:
    """After a range that failed: one erasure, or one failure more."""
    try:
        with erasing("replay_erasures"):
            return _again[kind]({subject: at})
    except DatabaseError:
        logger.exception("replay_failed", kind=kind)
        failed.append(subject)
        return 0


def _read(number: int, line: str) -> tuple[str, Any, datetime]:
    try:
        said = json.loads(line)
        kind = Erasure.Kind(said["kind"])
        subject = int(said["trainee"]) if kind == Erasure.Kind.TRAINEE else str(said["number"])
        at = datetime.fromisoformat(said["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise DomainError(f"Ligne {number} : ce n’est pas un journal d’effacement.", code="not_a_journal") from error
    return kind, subject, at


def _ranges(erased: Mapping[Any, datetime]) -> Iterator[dict[Any, datetime]]:
    rest = iter(erased.items())
    while some := dict(islice(rest, RANGE)):
        yield some


@erases_again(Erasure.Kind.PERSON)
def _persons(erased: Mapping[Any, datetime]) -> int:
    """But for those whom something needs today: they came back since."""
    found = needless(today()).filter(number__in=erased).order_by("pk").select_for_update(of=("self",))
    ids = list(found.values_list("pk", flat=True))
    if ids:
        anonymise(ids)
    return len(ids)
