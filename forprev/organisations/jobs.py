"""Background work of organisations."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.organisations import services


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="organisations_end_lapsed_roles")
def end_lapsed_roles(timestamp: int) -> None:
    services.end_lapsed_roles()
