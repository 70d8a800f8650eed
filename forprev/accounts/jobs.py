"""Background work of accounts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.accounts import services, throttling


@app.task
def send_password_link(identifier: str) -> None:
    services.send_password_link(identifier)


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="accounts_clean_up")
def clean_up(timestamp: int) -> None:
    """Every night; a missed or a double run does no harm."""
    throttling.forget()
    services.forget_old_links()
