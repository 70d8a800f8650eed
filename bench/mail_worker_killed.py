"""Is every addressee of a large message served once, whatever happens to the worker meanwhile? See README.md."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes

import django
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.matching.__main__ import fill
from bench.service import HOST, ROOT, own_database

PATIENCE = 600
"""Seconds: what a killed worker had in hand is tried again after three minutes."""


class Counting:
    """A mail server's handler: notes who was written to, and with which Message-ID."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        identifier = str(message_from_bytes(envelope.original_content or b"")["Message-ID"])
        self.taken.append((envelope.rcpt_tos[0], identifier))
        return "250 OK"


def prepare(people: int) -> float:
    """Tell so many people; gives the seconds that it took."""
    fill(people)

    from forprev.accounts.models import Account
    from forprev.notices.models import Notice
    from forprev.notices.services import tell_many
    from forprev.people.models import Person

    Account.objects.bulk_create(
        Account(person=person, email=f"{person.number.lower()}@exemple.test") for person in Person.objects.all()
    )
    start = time.perf_counter()
    tell_many(
        Account.objects.all(),
        "notices/mails/sessions_ended",
        {},
        kind=Notice.Kind.MESSAGE,
        url="/aide",
        key="bench",
    )
    return time.perf_counter() - start


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "manage.py", "procrastinate", "--verbosity=0", "worker"], cwd=ROOT)


def kill(worker: subprocess.Popen[bytes]) -> None:
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def deliver(handler: Counting, people: int, kills: int) -> float:
    """Let a worker deliver, kill it so many times on the way; gives the seconds until nothing waits any more."""
    from forprev.notices.models import OutgoingMail

    marks = [people * (n + 1) // (kills + 1) for n in range(kills)]
    start, worker = time.perf_counter(), start_worker()
    try:
        while time.perf_counter() - start < PATIENCE:
            time.sleep(0.005)
            if marks and len(handler.taken) >= marks[0]:
                kill(worker)
                print(f"killed after {len(handler.taken)} messages, {time.perf_counter() - start:.0f} s")
                marks.pop(0)
                worker = start_worker()
            elif not marks and len(handler.taken) >= people:
                if not OutgoingMail.objects.filter(state=OutgoingMail.State.WAITING).exists():
                    break
                time.sleep(0.5)
    finally:
        kill(worker)
    return time.perf_counter() - start


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.mail_worker_killed")
    asked.add_argument("--people", type=int, default=5_000)
    asked.add_argument("--kills", type=int, default=4)
    options = asked.parse_args()
    handler = Counting()
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname=HOST, port=port)
    controller.start()
    try:
        with own_database() as url:
            os.environ |= {
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
                "EMAIL_URL": f"smtp://{HOST}:{port}",
                "FORPREV_DEBUG": "1",
                "FORPREV_LOG_LEVEL": "CRITICAL",
            }
            django.setup()
            told = prepare(options.people)
            seconds = deliver(handler, options.people, options.kills)

            from forprev.notices.models import OutgoingMail

            states = Counter(OutgoingMail.objects.values_list("state", flat=True))
            known = set(OutgoingMail.objects.values_list("recipient", "message_id"))
    finally:
        controller.stop()
    doubles = {pair: count for pair, count in Counter(handler.taken).items() if count > 1}
    print(f"{options.people} people told in {told:.1f} s; {len(handler.taken)} messages taken in {seconds:.0f} s")
    print(f"addressees served: {len({to for to, _ in handler.taken})}; outbox: {dict(states)}")
    print(f"doubles: {len(doubles)}, each with one Message-ID; unknown messages: {len(set(handler.taken) - known)}")


if __name__ == "__main__":
    main()
