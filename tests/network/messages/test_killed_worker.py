"""A worker killed without warning in the middle of 5,000 messages: everybody is served, once (reliability.md, 39)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection

from forprev.config.jobs import retry_stalled_jobs
from forprev.network.messages.models import Recipient, TargetedMessage
from forprev.network.messages.workflow import State
from forprev.notices.models import OutgoingMail
from tests.factories.messages import confirmed, crowd, readers

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
NUMBER = 5_000
PATIENCE = 240
"""Seconds after which the test gives up, on a busy machine too."""


@pytest.fixture(autouse=True)
def clock() -> None:
    """The true time, which is that of the worker: another process."""


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A real one on the database of the test; killed at the end of the block, if it was not before."""
    environment = {
        **os.environ,
        "DATABASE_URL": urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
        "FORPREV_DEBUG": "1",
        "FORPREV_LOG_LEVEL": "ERROR",
        "FORPREV_MAIL_DELIVERY": "0",
        "FORPREV_MESSAGES_PAUSE_SECONDS": "0",
    }
    command = [sys.executable, "manage.py", "procrastinate", "--verbosity=0", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < deadline, "the worker does not go on"
        time.sleep(0.02)


def give_its_jobs_back() -> None:
    """What the periodic job does half a minute after the last sign of life of the worker."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '10 minutes'")
    async_to_sync(retry_stalled_jobs.func)(0)


def test_everybody_is_served_once_though_workers_die() -> None:
    people = crowd(NUMBER)
    message = confirmed()

    def listed() -> int:
        return Recipient.objects.filter(message=message).count()

    def served() -> int:
        return Recipient.objects.filter(message=message, served_at__isnull=False).count()

    for reached in (lambda: listed() >= 1_000, lambda: served() >= 500, lambda: served() >= 2_500):
        with worker() as process:
            wait_for(reached, process)
            time.sleep(0.15)  # into the next range
            process.kill()
            process.wait()
        assert TargetedMessage.objects.get(pk=message.pk).state == State.SENDING
        give_its_jobs_back()
    assert served() < NUMBER
    with worker() as process:
        wait_for(lambda: TargetedMessage.objects.get(pk=message.pk).state == State.SENT, process)
    assert readers(message) == {person.pk for person in people}
    assert Recipient.objects.count() == NUMBER
    mailed = list(OutgoingMail.objects.values_list("person_id", flat=True))
    assert len(mailed) == len(set(mailed)) == NUMBER
    message.refresh_from_db()
    assert message.recipients_count == NUMBER
