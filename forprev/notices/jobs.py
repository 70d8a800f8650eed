"""Background work of notices."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.notices.services import outbox, summaries


@app.task
def deliver(mail_ids: list[str]) -> None:
    outbox.deliver(mail_ids)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="notices_deliver_due")
def deliver_due(timestamp: int) -> None:
    """Every minute: new tries, and what a lost job has left; a missed or a double run does no harm."""
    outbox.deliver_due()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="notices_summarise")
def summarise(timestamp: int) -> None:
    """Often, so that a morning on which nothing ran is made up for; each summary leaves once a day."""
    summaries.summarise()
