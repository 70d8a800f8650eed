"""Background work of the register."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.people import merging, services
from forprev.people.retention import running


@app.periodic(cron="20 2 * * 0")
@app.task(queueing_lock="people_count_names")
def count_names(timestamp: int) -> None:
    """On Sundays: how rare a name is changes slowly."""
    services.count_names()


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="people_forget_old_merges")
def forget_old_merges(timestamp: int) -> None:
    merging.forget_old_merges()


@app.periodic(cron="0 1 * * *")
@app.task(queueing_lock="people_apply_retention")
def apply_retention(timestamp: int) -> None:
    """Every night; a missed, a double or a broken run does no harm: the next one goes on."""
    running.apply_all()
