"""Background work of the main job."""

from __future__ import annotations

from procrastinate.contrib.django import app

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
