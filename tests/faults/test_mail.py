"""A worker that dies with a mail in hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from pytest_django import Settings

from forprev.core.dates import now
from forprev.notices.models import OutgoingMail
from forprev.notices.services import send_mail
from forprev.notices.services.outbox import HELD_FOR, deliver_due
from tests.concurrency import database_url
from tests.faults.conftest import Happened
from tests.mailbox import Mailbox, mailbox  # noqa: F401 (a fixture)
from tests.notices.conftest import delivery, templates  # noqa: F401 (fixtures)

DIES = """
import signal, sys
import django
django.setup()
from forprev.notices.services import outbox

def wait_before_the_mark(*_):
    print("sent", flush=True)
    signal.pause()

outbox._record = wait_before_the_mark
outbox.deliver(sys.argv[1:])
"""


@pytest.mark.fault(
    14, "The worker is killed between mail and mark", "another one sends it: one double, under the same Message-ID"
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("delivery", "templates")
def test_a_worker_killed_between_mail_and_mark(mailbox: Mailbox, settings: Settings, happened: Happened) -> None:  # noqa: F811
    mails = [send_mail(f"personne{n}@exemple.test", "essai", {"name": "Élise"}) for n in range(3)]
    identifiers = [mail.message_id for mail in mails if mail]
    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "EMAIL_URL": f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
    }
    command = [sys.executable, "-c", DIES, *(str(mail.pk) for mail in mails if mail)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"sent\n"
        finally:
            worker.kill()
    assert worker.returncode == -signal.SIGKILL

    deliver_due()
    assert [each["Message-ID"] for each in mailbox.messages] == identifiers
    with time_machine.travel(now() + HELD_FOR + timedelta(seconds=1)):
        deliver_due()
        deliver_due()
    assert [each["Message-ID"] for each in mailbox.messages] == [*identifiers, identifiers[0]]
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {OutgoingMail.State.SENT}
    happened(f"{len(mails)} mails, all sent, one of them twice under one Message-ID")
