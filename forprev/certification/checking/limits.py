"""Slowing down whoever tries codes, by address and not by certificate (security.md, C6).

Tries are counted in the database, hence by all processes together, as those of signing in are. A file counts as a try
whatever it says: looking into one costs a hundred times what looking for a code does.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import NamedTuple

import structlog
from django.db.models import Count, Q

from forprev.certification.models import CheckAttempt, Way
from forprev.core.dates import now
from forprev.core.errors import DomainError

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Limit(NamedTuple):
    """So many tries from one address within a time."""

    window: timedelta
    failures: int
    all: int


LIMITS = (Limit(MINUTE, failures=10, all=60), Limit(HOUR, failures=60, all=600))

WATCHED = timedelta(minutes=15)
ALARM_FROM = 200
"""Checks of all addresses together in that time; with fewer, a share means nothing."""
ALARM_SHARE = 0.5
"""Of failures. Those who type a code mistake a symbol, which its check symbol tells before anything is counted."""

logger = structlog.get_logger(__name__)


class TooManyChecks(DomainError):
    """`retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = ceil(retry_after / 60)
        wait = "une minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Réessayez dans {wait}.", code="too_many_checks")
        self.retry_after = retry_after


def begin(way: Way, address: str) -> CheckAttempt:
    """Record a check, a failure until `succeed` says otherwise; TooManyChecks past a limit.

    The row comes before the count, so that simultaneous tries all see each other. Of those turned away nothing stays:
    whoever waits as told is let in.
    """
    attempt = CheckAttempt.objects.create(way=way, address=address)
    most = max(limit.all for limit in LIMITS) + 1
    recent = CheckAttempt.objects.filter(address=address, at__gt=attempt.at - HOUR).order_by("-at", "-pk")
    tries = list(recent.values_list("at", "succeeded", "way")[:most])
    every = [at for at, _, _ in tries]
    weighing = [at for at, succeeded, way in tries if not succeeded or way == Way.FILE]
    waits = [
        counted[most] + limit.window - attempt.at
        for limit in LIMITS
        for counted, most in ((weighing, limit.failures), (every, limit.all))
        if len(counted) > most and counted[most] > attempt.at - limit.window
    ]
    if not waits:
        return attempt
    attempt.delete()
    raise TooManyChecks(max(1, ceil(max(waits).total_seconds())))


def succeed(attempt: CheckAttempt) -> None:
    CheckAttempt.objects.filter(pk=attempt.pk).update(succeeded=True)


def watch() -> None:
    """Raise the alarm, in the log, while most of many checks fail: somebody tries codes from many addresses."""
    recent = CheckAttempt.objects.filter(at__gt=now() - WATCHED)
    seen = recent.aggregate(
        checks=Count("pk"),
        failures=Count("pk", filter=Q(succeeded=False)),
        addresses=Count("address", distinct=True, filter=Q(succeeded=False)),
    )
    if seen["checks"] >= ALARM_FROM and seen["failures"] > ALARM_SHARE * seen["checks"]:
        logger.error("checks_mostly_fail", minutes=WATCHED.seconds // 60, **seen)


def forget() -> None:
    """Delete what counts no more, addresses first of all."""
    CheckAttempt.objects.filter(at__lt=now() - HOUR).delete()
