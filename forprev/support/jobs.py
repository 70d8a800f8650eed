"""Background work of the hotline."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.support.services import remind_of_waiting


@app.periodic(cron="20 6 * * *")
@app.task(queueing_lock="support_reminders")
def remind(timestamp: int) -> None:
    """Every morning; a missed or a double run does no harm."""
    remind_of_waiting()
