"""The passages of retention: range by range, each in a transaction of its own, so that any of them may be the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from forprev.core import history
from forprev.core.dates import add_months, now, today
from forprev.core.errors import DomainError
from forprev.people.models import RetentionRule, RetentionRun
from forprev.people.models.retention import ERASING
from forprev.people.retention.registry import Kind, Part, kinds

RANGE = 500
FAILURES = (DatabaseError, DomainError, OSError)
"""Of the database, of a rule, of the storage: a row that meets one stays for the next night."""
LONGEST = "5min"
"""For one statement of a passage."""

logger = structlog.get_logger(__name__)


def months_of(kind: Kind) -> int:
    """The delay in force."""
    if kind.months_set_by is not None:
        return kind.months_set_by()
    rule = RetentionRule.objects.filter(kind=kind.key).only("months").first()
    return rule.months if rule else kind.months


def limit_of(months: int) -> date:
    """What began before this day has been kept long enough."""
    return add_months(today(), -months)


def simulate(kind: Kind, months: int | None = None, patience: str = "60s") -> int:
    """How many would go today, under the delay in force or under another; nothing is written."""
    limit = limit_of(months_of(kind) if months is None else months)
    with transaction.atomic():
        _set("statement_timeout", patience)
        swept = kind.sweep(True) if kind.sweep else 0
        return swept + sum(part.due(limit).order_by().count() for part in kind.parts)


def apply_all() -> list[RetentionRun]:
    """Everything that is past its delay goes, a kind after the other; again does no harm, and nothing twice.

    From the top down: what hangs on persons lets go of them first, in the same night.
    """
    runs = []
    for kind in reversed(kinds()):
        try:
            if kind.parts or kind.sweep:
                runs.append(apply_kind(kind))
        except Exception:  # whatever it is, the other kinds have their night
            logger.exception("retention_interrupted", kind=kind.key)
    return runs


def apply_kind(kind: Kind) -> RetentionRun:
    months = months_of(kind)
    run = RetentionRun.objects.create(kind=kind.key, months=months, started_at=now())
    if kind.prepare is not None:
        with transaction.atomic():
            _set("statement_timeout", LONGEST)
            kind.prepare(limit_of(months))
    if kind.sweep is not None:
        swept = kind.sweep(False)
        RetentionRun.objects.filter(pk=run.pk).update(examined=swept, disposed=swept)
    for part in kind.parts:
        for examined, disposed, failed in _ranges(kind, part, limit_of(months)):
            RetentionRun.objects.filter(pk=run.pk).update(
                examined=F("examined") + examined, disposed=F("disposed") + disposed, failed=F("failed") + failed
            )
    run.refresh_from_db()
    run.ended_at = now()
    run.save(update_fields=["ended_at"])
    if run.disposed or run.failed:
        logger.info("retention_applied", kind=kind.key, disposed=run.disposed, failed=run.failed)
    return run


@transaction.atomic
def install() -> None:
    """A row for each delay that can change: what exists is the network's."""
    known = set(RetentionRule.objects.values_list("kind", flat=True))
    RetentionRule.objects.bulk_create(
        RetentionRule(kind=kind.key, months=kind.months)
        for kind in kinds()
        if kind.can_change and kind.key not in known
    )


def install_after_migrate(**kwargs: object) -> None:
    install()


@contextmanager
def erasing(name: str) -> Iterator[None]:
    """A transaction in which the database lets data of people go; `name` stands in the history."""
    with history.action(history.System(), name):
        _set(ERASING, "on")
        _set("statement_timeout", LONGEST)
        yield


def _set(setting: str, value: str) -> None:
    """For the transaction under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])


def _ranges(kind: Kind, part: Part, limit: date) -> Iterator[tuple[int, int, int]]:
    """Examined, disposed of, failed: range after range in the order of the keys. What somebody holds waits a day."""
    last: Any = None
    while True:
        due = part.due(limit) if last is None else part.due(limit).filter(pk__gt=last)
        found: list[Any] = []
        try:
            with erasing(_name(kind)):
                found = list(due.order_by("pk").values_list("pk", flat=True)[:RANGE])
                held = _held(part, limit, found)
                if held:
                    part.dispose(held)
            counts = (len(found), len(held), 0)
        except FAILURES:
            if not found:
                raise
            logger.exception("retention_range_failed", kind=kind.key, model=part.model._meta.label)
            counts = (len(found), *_one_by_one(kind, part, limit, found))
        if not found:
            return
        yield counts
        last = found[-1]


def _held(part: Part, limit: date, pks: list[Any]) -> list[Any]:
    """Those of these rows that nobody else holds, locked, and still due once they are."""
    if not pks:
        return []
    rows = part.model._base_manager.filter(pk__in=pks).order_by("pk").select_for_update(skip_locked=True, of=("self",))
    locked = list(rows.values_list("pk", flat=True))
    return list(part.due(limit).filter(pk__in=locked).order_by("pk").values_list("pk", flat=True))


def _one_by_one(kind: Kind, part: Part, limit: date, pks: Iterable[Any]) -> tuple[int, int]:
    """After a range that failed: all go but the rows that are to blame."""
    disposed = failed = 0
    for pk in pks:
        try:
            with erasing(_name(kind)):
                held = _held(part, limit, [pk])
                if held:
                    part.dispose(held)
            disposed += len(held)
        except FAILURES:
            failed += 1
            logger.exception("retention_failed", kind=kind.key, model=part.model._meta.label, pk=str(pk))
    return disposed, failed


def _name(kind: Kind) -> str:
    return f"retention_{kind.key}"
