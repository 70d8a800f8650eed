"""Background work of the register."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.people import merging, services


@app.periodic(cron="20 2 * * 0")
@app.task(queueing_lock="people_count_names")
def count_names(timestamp: int) -> None:
    """On Sundays: how rare a name is changes slowly."""
    services.count_names()


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="people_forget_old_merges")
def forget_old_merges(timestamp: int) -> None:
    merging.forget_old_merges()
