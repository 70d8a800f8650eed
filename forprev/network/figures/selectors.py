"""Counting sessions and results, failures included (B43)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.catalogue.models import Qualification
from forprev.certification.models import CertificateEnd, Result, Trainee, TrainingSession
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.workflow import State
from forprev.core.dates import add_months, today
from forprev.network.figures.models import CountedFigures, Grouping
from forprev.organisations.models import Organisation, RegionalFund
from forprev.people.models import Person

MONTHS = 12
ROWS = 200
"""Groups shown at most: a screen is no export."""
NOT_FOUND = "–"
"""For what has gone since it was counted."""


class _Grouped(NamedTuple):
    """`path` leads from a trainee to the key of a `model`, which `label` says in words."""

    path: str
    model: type[Model]
    label: Callable[[Any], str]


_GROUPED = {
    Grouping.QUALIFICATION: _Grouped("session__qualification", Qualification, lambda each: each.short_label),
    Grouping.TRAINER: _Grouped(
        "session__results_by", Person, lambda person: f"{person.last_name} {person.first_name}".strip()
    ),
    Grouping.ORGANISATION: _Grouped("session__organisation", Organisation, str),
    Grouping.FUND: _Grouped("session__organisation__department__fund", RegionalFund, str),
}


class Counted(NamedTuple):
    """Of one group, whose key is that of a qualification, of a person, of an entity or of a fund."""

    key: int
    sessions: int
    trainees: int
    successes: int
    failures: int


@dataclass(frozen=True)
class Figures:
    """One group over a period; `sessions` are those whose certificates were generated."""

    label: str
    sessions: int
    trainees: int
    successes: int
    failures: int


@dataclass(frozen=True)
class Shown:
    """The largest groups from `since` to `until`, both included; `counted_at` is None for what was counted now."""

    counts: Sequence[Counted]
    grouping: Grouping
    groups: int
    since: date
    until: date
    counted_at: datetime | None = None

    @cached_property
    def rows(self) -> list[Figures]:
        return _labelled(self.counts, self.grouping)

    @property
    def more(self) -> int:
        """Groups that are not shown."""
        return self.groups - len(self.counts)


def shown_to(acting: Acting, grouping: Grouping) -> Shown:
    """The last twelve months: for those who see all the sessions of a region or of the country as they were counted
    last, once they were; for entities, as they are now."""
    if acting.role in (Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR):
        counted = CountedFigures.objects.filter(fund_id=acting.fund_id or None, grouping=grouping).first()
        if counted:
            rows = [Counted(*row) for row in counted.rows]
            return Shown(rows, grouping, counted.groups, counted.since, counted.until, counted.counted_at)
    until = today()
    since = add_months(until, -MONTHS)
    counts = count(visible_to(acting), grouping, since, until)
    return Shown(counts[:ROWS], grouping, len(counts), since, until)


def figures(acting: Acting, grouping: Grouping, since: date, until: date) -> list[Figures]:
    """Of the sessions that the actor sees, counted now, all groups."""
    return _labelled(count(visible_to(acting), grouping, since, until), grouping)


def count(sessions: QuerySet[TrainingSession], grouping: Grouping, since: date, until: date) -> list[Counted]:
    """The closed ones among these sessions that ended from `since` to `until`, both included, largest group first.

    A session found fraudulent does not count, nor does a trainee whose certificate was cancelled.
    """
    closed = sessions.filter(state=State.ISSUED, end_date__range=(since, until), certificates_cancelled_at=None)
    cancelled = CertificateEnd.objects.filter(kind=CertificateEnd.Kind.CANCELLED, certificate__trainee=OuterRef("pk"))
    path = _GROUPED[grouping].path
    rows = (
        Trainee.objects.filter(~Exists(cancelled), session__in=closed.values("pk"))
        .order_by()
        .values_list(path)
        .annotate(
            sessions=Count("session", distinct=True),
            trainees=Count("pk"),
            successes=Count("pk", filter=Q(result=Result.SUCCESS)),
            failures=Count("pk", filter=Q(result=Result.FAILURE)),
        )
        .order_by("-trainees", path)
    )
    return [Counted(*row) for row in rows]


def _labelled(counts: Sequence[Counted], grouping: Grouping) -> list[Figures]:
    """Largest first, then by label; in one query."""
    _, model, label = _GROUPED[grouping]
    found = model._default_manager.in_bulk([each.key for each in counts])
    rows = [Figures(label(found[each.key]) if each.key in found else NOT_FOUND, *each[1:]) for each in counts]
    return sorted(rows, key=lambda row: (-row.trainees, row.label))
