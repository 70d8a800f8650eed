"""Counting sessions and results, failures included (B43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Count, Exists, OuterRef, Q

from forprev.accounts.acting import Acting
from forprev.certification.models import CertificateEnd, Result, Trainee
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.workflow import State

Grouping = Literal["qualification", "organisation", "trainer", "fund"]

_GROUPS: dict[Grouping, tuple[str, ...]] = {
    "qualification": ("session__qualification__short_label",),
    "organisation": ("session__organisation__name",),
    "trainer": ("session__results_by__last_name", "session__results_by__first_name"),
    "fund": ("session__organisation__department__fund__name",),
}


@dataclass(frozen=True)
class Figures:
    """One group over a period; `sessions` are those whose certificates were generated."""

    label: str
    sessions: int
    trainees: int
    successes: int
    failures: int


def figures(acting: Acting, grouping: Grouping, since: date, until: date) -> list[Figures]:
    """The closed sessions that the actor sees and that ended from `since` to `until`, both included, largest first.

    A session found fraudulent does not count, nor does a trainee whose certificate was cancelled.
    """
    sessions = visible_to(acting).filter(
        state=State.ISSUED, end_date__range=(since, until), certificates_cancelled_at=None
    )
    cancelled = CertificateEnd.objects.filter(kind=CertificateEnd.Kind.CANCELLED, certificate__trainee=OuterRef("pk"))
    fields = _GROUPS[grouping]
    rows = (
        Trainee.objects.filter(~Exists(cancelled), session__in=sessions.values("pk"))
        .order_by()
        .values_list(*fields)
        .annotate(
            sessions=Count("session", distinct=True),
            trainees=Count("pk"),
            successes=Count("pk", filter=Q(result=Result.SUCCESS)),
            failures=Count("pk", filter=Q(result=Result.FAILURE)),
        )
        .order_by("-trainees", *fields)
    )
    return [Figures(" ".join(row[: len(fields)]), *row[len(fields) :]) for row in rows]
