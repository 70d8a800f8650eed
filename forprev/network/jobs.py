"""Background work of the network's screens."""

from __future__ import annotations

from procrastinate.contrib.django import app

from forprev.network.figures.services import count_figures
from forprev.network.messages import sending


@app.task
def send_message(message_id: int) -> None:
    """One range of a targeted message; whatever happens, doing it again does no harm."""
    sending.go_on(message_id)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="network_take_messages_up")
def take_messages_up(timestamp: int) -> None:
    """Every minute: messages whose moment has come, and those that a dead worker left."""
    sending.take_up()


@app.periodic(cron="30 2 * * *")
@app.task(queueing_lock="network_count_sessions")
def count_sessions(timestamp: int) -> None:
    """Every night, the figures that the network sees; a missed or a double run does no harm."""
    count_figures()
