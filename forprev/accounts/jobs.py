"""Background work of accounts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.accounts import throttling
from forprev.accounts.services import passwords, sessions


@app.task
def send_password_link(identifier: str) -> None:
    passwords.send_password_link(identifier)


@app.periodic(cron="30 3 * * *")
@app.task(queueing_lock="accounts_clean_up")
def clean_up(timestamp: int) -> None:
    """Every night; a missed or a double run does no harm."""
    throttling.forget()
    passwords.forget_old_links()
    sessions.forget_expired()
