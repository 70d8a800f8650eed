"""Telling people: always in their inbox, and by mail if and when they want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from forprev.accounts.models import Account
from forprev.core.dates import now
from forprev.notices.models import Notice, OutgoingMail
from forprev.notices.services.outbox import compose, write
from forprev.notices.texts import Wording, wording_of
from forprev.notices.unsubscribing import unsubscribe_url
from forprev.people.models import Person

Kind = Notice.Kind
CHUNK = 1_000
PREFERENCES = {Kind.TASK: "wants_tasks", Kind.ALERT: "wants_alerts", Kind.MESSAGE: "wants_messages"}
"""The box of the profile that each kind depends on (A05)."""


def wants(account: Account, kind: str) -> bool:
    """Whether the person wants mail of this kind; what concerns the account itself always leaves."""
    return kind == Kind.ACCOUNT or bool(getattr(account, PREFERENCES[Kind(kind)]))


def tell(
    account: Account,
    template: str,
    context: Mapping[str, Any],
    *,
    kind: Notice.Kind,
    url: str,
    key: str | None = None,
    to: str = "",
    person: Person | None = None,
    confidential: bool = False,
) -> Notice | None:
    """Tell one person, in the transaction under way; None if it was told of `key` already.

    `template` is that of a mail (see `outbox.compose`), rendered with `account` and, unless `context` has its own, the
    absolute `url`; `url` itself is the path of what the message is about. The mail goes to the account's address or
    to `to`; the notice to the account's person or to `person`. What opens something is `confidential`: the notice says
    that the mail was sent, not what stands in it.
    """
    told = _tell_all([account], template, context, kind, url, key, to=to, person=person, confidential=confidential)
    return next(iter(told), None)


def tell_many(
    accounts: QuerySet[Account],
    template: str,
    context: Mapping[str, Any],
    *,
    kind: Notice.Kind,
    url: str,
    key: str | None = None,
) -> int:
    """The same for any number of people, with as many queries for a thousand as for one; gives how many were told."""
    people = accounts.select_related("person").order_by("pk").iterator(chunk_size=CHUNK)
    told = 0
    with transaction.atomic():
        while chunk := list(islice(people, CHUNK)):
            told += len(_tell_all(chunk, template, context, kind, url, key))
    return told


def _tell_all(
    accounts: Iterable[Account],
    template: str,
    context: Mapping[str, Any],
    kind: Notice.Kind,
    url: str,
    key: str | None,
    *,
    to: str = "",
    person: Person | None = None,
    confidential: bool = False,
) -> list[Notice]:
    """Those who were not told of `key` yet."""
    context = {"url": settings.PUBLIC_URL + url, "public_url": settings.PUBLIC_URL, **context}
    wording = wording_of(template)
    mailed: dict[Notice, Account] = {}
    notices = []
    for account in accounts:
        notice = _notice(account, wording, {**context, "account": account}, kind, to or account.email, confidential)
        notice.person, notice.url, notice.key = person or account.person, url, key
        notices.append(notice)
        if wants(account, kind):
            if kind == Kind.ACCOUNT or account.mail_rhythm == Account.MailRhythm.IMMEDIATE:
                mailed[notice] = account
            else:
                notice.awaits_summary = True
    with transaction.atomic():
        Notice.objects.bulk_create(notices, ignore_conflicts=key is not None)
        if key is not None:
            found = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
            kept = set(found.values_list("pk", flat=True))
            notices = [notice for notice in notices if notice.pk in kept]
        mails = [
            _mail(mailed[notice], wording, {**context, "account": mailed[notice]}, notice, to, confidential)
            for notice in notices
            if notice in mailed
        ]
        if mails:
            write(mails)
    return notices


def _notice(
    account: Account, wording: Wording, context: Mapping[str, Any], kind: Notice.Kind, to: str, confidential: bool
) -> Notice:
    subject, text = wording.words(context)
    if confidential:
        _, text = Wording("notices/confidential").words({**context, "to": to, "subject": subject})
    return Notice(kind=kind, subject=subject.removeprefix("[FORPREV] "), text=text, created_at=now())


def _mail(
    account: Account, wording: Wording, context: Mapping[str, Any], notice: Notice, to: str, confidential: bool
) -> OutgoingMail:
    kind = Kind(notice.kind)
    return compose(
        to or account.email,
        wording.template,
        context,
        person=notice.person,
        confidential=confidential,
        preference="" if kind == Kind.ACCOUNT else str(kind.label),
        unsubscribe_url=unsubscribe_url(account, kind) if kind == Kind.MESSAGE else "",
        wording=wording,
    )
