"""Background work of the hotline."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.support.manuals.services import make_editions
from forprev.support.services import remind_of_waiting


@app.periodic(cron="20 6 * * *")
@app.task(queueing_lock="support_reminders")
def remind(timestamp: int) -> None:
    """Every morning; a missed or a double run does no harm."""
    remind_of_waiting()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="support_manuals")
def print_manuals(timestamp: int) -> None:
    """The manuals on paper, as far as they changed; whoever fetches one sooner has it made."""
    make_editions()
