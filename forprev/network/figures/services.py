"""Counting all sessions, by night: by day it would take seconds a page (decision 18)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import QuerySet

from forprev.certification.models import TrainingSession
from forprev.core.dates import add_months, now, today
from forprev.network.figures.models import CountedFigures, Grouping
from forprev.network.figures.selectors import MONTHS, ROWS, count
from forprev.organisations.models import RegionalFund


def count_figures() -> None:
    """Count anew the last twelve months of each fund and of all of them; done twice, it does no harm."""
    for fund, sessions in _scopes():
        for grouping in Grouping:
            if fund is None or grouping != Grouping.FUND:
                _count(fund, sessions, grouping)


def _scopes() -> Iterator[tuple[RegionalFund | None, QuerySet[TrainingSession]]]:
    yield None, TrainingSession.objects.all()
    for fund in RegionalFund.objects.all():
        yield fund, TrainingSession.objects.filter(organisation__department__fund=fund)


def _count(fund: RegionalFund | None, sessions: QuerySet[TrainingSession], grouping: Grouping) -> None:
    until = today()
    since = add_months(until, -MONTHS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        counts = count(sessions, grouping, since, until)
        CountedFigures.objects.update_or_create(
            fund=fund,
            grouping=grouping,
            defaults={
                "since": since,
                "until": until,
                "rows": [list(each) for each in counts[:ROWS]],
                "groups": len(counts),
                "counted_at": now(),
            },
        )
