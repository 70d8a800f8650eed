"""How long does a message to many take, how much memory, how many queries? See README.md."""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django

from bench.service import own_database


class Queries:
    """How many were asked since the last look."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.asked += 1
        return execute(*args)

    def since(self) -> int:
        asked, self.asked = self.asked, 0
        return asked


@contextmanager
def counted() -> Iterator[Queries]:
    from django.db import connection

    queries = Queries()
    with connection.execute_wrapper(queries):
        yield queries


def resident() -> float:
    """Mebibytes of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def measure(number: int, entities: int) -> None:
    from forprev.accounts.models import Role
    from forprev.core.dates import today
    from forprev.network.messages.models import Recipient
    from forprev.network.messages.selectors import Audience, audience_of, follow_up, people, sample
    from forprev.network.messages.sending import go_on
    from forprev.network.messages.workflow import State
    from forprev.notices.models import OutgoingMail
    from tests.factories.accreditation import accredit
    from tests.factories.catalogue import level
    from tests.factories.messages import confirmed, crowd
    from tests.factories.organisations import OrganisationFactory, acting_national

    for _ in range(entities):
        place = OrganisationFactory()
        accredit(place)
        crowd(number // entities, place)
    audience = Audience((Role.MANAGER, Role.DELEGATE, Role.TRAINER), (level("SST", 1).pk,))
    message = confirmed(acting_national(Role.NATIONAL_ADMINISTRATOR), audience)
    chosen = audience_of(message)
    with counted() as queries:
        start = time.perf_counter()
        found = people(chosen, today()).count()
        sample(chosen, today())
        print(f"counted {found} and drew ten: {time.perf_counter() - start:.2f} s, {queries.since()} queries")

        before, begun = resident(), time.perf_counter()
        ranges: dict[str, list[tuple[float, int]]] = {"listed": [], "served": []}
        while message.state in (State.SCHEDULED, State.SENDING):
            kind = "listed" if message.recipients_count is None else "served"
            queries.since()
            start = time.perf_counter()
            go_on(message.pk)
            ranges[kind].append((time.perf_counter() - start, queries.since()))
            message.refresh_from_db()
        whole = time.perf_counter() - begun
        for kind, seen in ranges.items():
            times, asked = zip(*seen, strict=True)
            print(
                f"{kind}: {len(seen)} ranges, {statistics.median(times):.2f} s each, {max(times):.2f} s at the most; "
                f"{statistics.median(asked):.0f} queries each"
            )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        memory = f"{before:.0f} MiB before, {resident():.0f} after, {peak:.0f} at most"
        print(f"in all {whole:.0f} s without pauses; memory {memory}")
        start = time.perf_counter()
        queries.since()
        print(f"followed: {follow_up(message)}, {time.perf_counter() - start:.3f} s, {queries.since()} queries")
    recipients = Recipient.objects.values("person_id").distinct().count()
    mailed = OutgoingMail.objects.values("person_id").distinct().count()
    print(f"{recipients} readers, {mailed} mailed, {OutgoingMail.objects.count()} mails")


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.targeted_messages")
    asked.add_argument("--people", type=int, default=20_000)
    asked.add_argument("--entities", type=int, default=500)
    options = asked.parse_args()
    with own_database() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEBUG": "1",
            "FORPREV_MAIL_DELIVERY": "1",
            "FORPREV_LOG_LEVEL": "ERROR",
        }
        django.setup()

        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        measure(options.people, options.entities)
        connection.close()


if __name__ == "__main__":
    main()
