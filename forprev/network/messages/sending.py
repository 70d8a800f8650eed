"""The way of a confirmed message to its readers: listed by ranges of 1,000, served by ranges of 500.

Each range is one transaction that also calls for the next one: a worker may be killed at any moment, what it had
begun is undone by the database and done again by another. Between two ranges served, other mail gets its turn.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from forprev.accounts.acting import System
from forprev.accounts.models import Account
from forprev.core import dates, history
from forprev.network.messages import mails
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.selectors import audience_of, people
from forprev.network.messages.workflow import MESSAGE_WORKFLOW, SYSTEM, Action, State

LISTED_AT_ONCE, SERVED_AT_ONCE = 1_000, 500
GIVEN_UP_AFTER = timedelta(minutes=5)
"""Without progress for so long, beyond the pause: whoever was at work is not any more."""
BEHIND_OTHERS = -10
"""The priority of these jobs: a link to a new password goes first."""


def call_for(message_id: int, *, after: int = 0) -> None:
    """Have the next range done, `after` so many seconds, in the transaction under way; once if it waits already."""
    job = app.configure_task(
        "forprev.network.jobs.send_message",
        queueing_lock=f"message-{message_id}",
        priority=BEHIND_OTHERS,
        schedule_in={"seconds": after} if after else None,
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(message_id=message_id)


def take_up() -> int:
    """Call for the messages whose moment has come, and for those that a dead worker left; gives how many."""
    still = dates.now() - GIVEN_UP_AFTER - timedelta(seconds=settings.MESSAGES_PAUSE)
    waiting = TargetedMessage.objects.filter(
        Q(state=State.SCHEDULED, send_at__lte=dates.now()) | Q(state=State.SENDING, progressed_at__lte=still)
    )
    found = list(waiting.values_list("pk", flat=True))
    for message_id in found:
        call_for(message_id)
    return len(found)


def go_on(message_id: int) -> None:
    """The next range of one message: its start and its end included. Nothing to do for one that is not to leave."""
    with transaction.atomic():
        message = TargetedMessage.objects.select_for_update(no_key=True).filter(pk=message_id).first()
        if message is None:
            return
        if message.state == State.SCHEDULED and message.send_at and message.send_at <= dates.now():
            _move(message, Action.START)
        if message.state != State.SENDING:
            return
        if message.recipients_count is None:
            _list_some(message)
            call_for(message.pk)
        elif _serve_some(message) == SERVED_AT_ONCE:
            call_for(message.pk, after=settings.MESSAGES_PAUSE)
        else:
            _move(message, Action.FINISH)
            return
        message.progressed_at = dates.now()
        message.save(update_fields=["listed_up_to", "recipients_count", "progressed_at"])


def _move(message: TargetedMessage, action: Action) -> None:
    transition = MESSAGE_WORKFLOW.check(action, message.state, SYSTEM)
    with history.action(System(), action.value):
        message.state = str(transition.target)
        if action == Action.START:
            message.started_at = message.progressed_at = dates.now()
        else:
            message.finished_at = dates.now()
        message.save()


def _list_some(message: TargetedMessage) -> None:
    """The next thousand of its audience as it was on the day on which the sending began."""
    day = dates.day_of(message.started_at or dates.now())
    wanted = people(audience_of(message), day).filter(pk__gt=message.listed_up_to).order_by("pk")
    query, values = wanted.values("pk")[:LISTED_AT_ONCE].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH wanted (id) AS ("  # noqa: S608 (the query that Django made, its values apart)
            f"{query}), added AS (INSERT INTO network_recipient (message_id, person_id)"
            " SELECT %s, id FROM wanted ON CONFLICT (message_id, person_id) DO NOTHING)"
            " SELECT count(*), max(id) FROM wanted",
            [*values, message.pk],
        )
        count, last = cursor.fetchone()
    message.listed_up_to = last or message.listed_up_to
    if count < LISTED_AT_ONCE:
        message.recipients_count = message.recipients.count()


def _serve_some(message: TargetedMessage) -> int:
    """The next five hundred, who are told as they want; gives how many."""
    waiting = message.recipients.filter(served_at=None).order_by("pk")
    served = dict(waiting.values_list("pk", "person_id")[:SERVED_AT_ONCE])
    if served:
        accounts = Account.objects.filter(person__in=served.values(), is_active=True).select_related("person")
        mails.tell(message, accounts)
        Recipient.objects.filter(pk__in=served).update(served_at=dates.now())
    return len(served)
