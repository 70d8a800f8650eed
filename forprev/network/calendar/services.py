"""Giving a calendar an address, taking it back, reading it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from math import ceil

from django.db import transaction

from forprev.accounts.models import Account
from forprev.accounts.throttling import TooManyAttempts
from forprev.core.dates import now, today
from forprev.network.calendar.ical import written
from forprev.network.calendar.models import CalendarFeed
from forprev.network.calendar.terms import terms_of

NAME = "Forprev"
READINGS_AN_HOUR = 60
"""Of one address: several devices that look every five minutes. Guessing 256 bits needs no limit."""
HOUR = timedelta(hours=1)


def open_feed(account: Account) -> str:
    """A new token of 256 bits, told this once; the one before leads nowhere any more."""
    token = secrets.token_urlsafe(32)
    fresh = {"token_hash": _hashed(token), "created_at": now(), "last_read_at": None, "readings": 0}
    CalendarFeed.objects.update_or_create(account=account, defaults=fresh)
    return token


def close_feed(account: Account) -> None:
    CalendarFeed.objects.filter(account=account).delete()


def read_feed(token: str) -> bytes:
    """The calendar behind a token, as RFC 5545 writes it.

    Raises CalendarFeed.DoesNotExist for one that was never given, was taken back, or whose account is closed, and
    TooManyAttempts past the readings of an hour.
    """
    with transaction.atomic():
        known = CalendarFeed.objects.select_for_update(of=("self",), no_key=True).select_related("account__person")
        feed = known.get(token_hash=_hashed(token), account__is_active=True)
        moment = now()
        if feed.hour_began_at is None or moment - feed.hour_began_at >= HOUR:
            feed.hour_began_at, feed.readings = moment, 0
        if feed.readings >= READINGS_AN_HOUR:
            raise TooManyAttempts(max(1, ceil((feed.hour_began_at + HOUR - moment).total_seconds())))
        feed.readings += 1
        feed.last_read_at = moment
        feed.save(update_fields=["hour_began_at", "readings", "last_read_at"])
    return written(NAME, terms_of(feed.account.person, today()), moment)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
