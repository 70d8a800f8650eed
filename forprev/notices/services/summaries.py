"""One mail a day, for those who prefer that to one a message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from forprev.accounts.models import Account
from forprev.core.dates import now, today
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services.outbox import compose, write
from forprev.notices.services.telling import wants

HOUR = time(7)
"""In Paris."""
CHUNK = 500
NAMED = 50
"""Messages that a summary names at most; it counts the others."""


def summarise() -> int:
    """Write today's summaries that are not written yet, of what came before seven in the morning; gives how many.

    Called again, or by two at once, it writes none twice; called late, it makes up for what was missed.
    """
    seven = timezone.make_aware(datetime.combine(today(), HOUR))
    if now() < seven:
        return 0
    waiting = Notice.objects.filter(awaits_summary=True, created_at__lt=seven)
    people = list(waiting.order_by("person").values_list("person", flat=True).distinct())
    return sum(_summarise(people[start : start + CHUNK], seven) for start in range(0, len(people), CHUNK))


def _summarise(people: Sequence[int], seven: datetime) -> int:
    """For so many people at once; what they want no more is left out and forgotten."""
    with transaction.atomic():
        waiting: dict[int, list[Notice]] = defaultdict(list)
        asked = Notice.objects.filter(awaits_summary=True, created_at__lt=seven, person__in=people)
        for notice in asked.defer("text").order_by("created_at").select_for_update():
            waiting[notice.person_id].append(notice)
        accounts = {a.person_id: a for a in Account.objects.filter(person__in=people).select_related("person")}
        mails = []
        for person_id, notices in waiting.items():
            account = accounts.get(person_id)
            wanted = [notice for notice in notices if account and wants(account, notice.kind)]
            if account and wanted:
                mails.append(_summary(account, wanted, seven))
        written = write(mails) if mails else []
        late = {mail.person_id for mail in mails} - {mail.person_id for mail in written}
        done = [notice.pk for person_id, notices in waiting.items() if person_id not in late for notice in notices]
        Notice.objects.filter(pk__in=done).update(awaits_summary=False)
    return len(written)


def _summary(account: Account, notices: Sequence[Notice], seven: datetime) -> OutgoingMail:
    context = {"account": account, "notices": notices[:NAMED], "count": len(notices), "day": seven.date()}
    mail = compose(
        account.email,
        "notices/mails/summary",
        {**context, "others": max(0, len(notices) - NAMED)},
        person=account.person,
        preference="Un seul e-mail par jour",
    )
    mail.key = f"summary/{seven.date()}/{account.pk}"
    return mail
