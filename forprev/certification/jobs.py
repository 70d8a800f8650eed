"""Background work of the main job."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.certification.checking import limits
from forprev.certification.checking import services as checking
from forprev.certification.services.bulk import forget_old_imports
from forprev.certification.services.reminders import remind_of_limits, remind_of_waiting, warn_of_ending_certificates


@app.periodic(cron="0 6 * * *")
@app.task(queueing_lock="certification_reminders")
def remind(timestamp: int) -> None:
    """Every morning; each reminder leaves once, so that a missed or a double run does no harm (B45)."""
    remind_of_limits()
    remind_of_waiting()
    warn_of_ending_certificates()


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="certification_forget_imports")
def forget_imports(timestamp: int) -> None:
    """Every hour; a missed or a double run does no harm."""
    forget_old_imports()


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="certification_watch_checks")
def watch_checks(timestamp: int) -> None:
    """Every quarter of an hour, which is what is looked at; addresses are forgotten on the way."""
    limits.watch()
    limits.forget()


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="certification_forget_checks")
def forget_checks(timestamp: int) -> None:
    """Every night; a missed or a double run does no harm."""
    checking.forget()
