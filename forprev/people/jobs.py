"""Background work of the register."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.people import services


@app.periodic(cron="20 2 * * 0")
@app.task(queueing_lock="people_count_names")
def count_names(timestamp: int) -> None:
    """On Sundays: how rare a name is changes slowly."""
    services.count_names()
