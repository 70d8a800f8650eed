"""Finding accounts, and the links that let their owners choose a password."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Lower

from forprev.accounts.models import Account, AccountSettings, EmailChange, FactorReset, PasswordLink, Session
from forprev.core.dates import now


def oldest_link() -> datetime:
    """What was mailed before this moment opens nothing any more (A02)."""
    return now() - AccountSettings.current().link_life


def find_account(identifier: str) -> Account | None:
    """The account of an e-mail address, whatever its case, or of any n° Forprev that leads to its person (A01).

    One query whether there is one or not: the time of a second one told who exists (bench/sign_in_timing.py).
    """
    accounts = Account.objects.select_related("person")
    if "@" in identifier:
        return accounts.alias(lower=Lower("email")).filter(lower=Lower(Value(identifier.strip()))).first()
    return accounts.filter(person__issued_numbers__number="".join(identifier.split()).upper()).first()


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def usable_link(token: str) -> PasswordLink | None:
    """The link of this token, unless it was used, replaced by a newer one, or made too long ago (A02)."""
    return (
        PasswordLink.objects.select_related("account__person")
        .filter(token_hash=token_hash(token), ended_at=None, created_at__gt=oldest_link(), account__is_active=True)
        .first()
    )


def email_change_of(token: str) -> EmailChange | None:
    """The change of address of this token, unless it was confirmed, given up, replaced, or asked too long ago."""
    return (
        EmailChange.objects.select_related("account__person")
        .filter(token_hash=token_hash(token), ended_at=None, created_at__gt=oldest_link(), account__is_active=True)
        .first()
    )


def pending_email(account: Account) -> str:
    """The address that waits for its confirmation; empty if none does."""
    pending = account.email_changes.filter(ended_at=None, created_at__gt=oldest_link())
    return pending.values_list("email", flat=True).first() or ""


def own_sessions(account: Account) -> QuerySet[Session]:
    """The account's open sessions, the latest seen first."""
    started = now() - settings.SESSION_LONGEST
    return Session.objects.filter(account=account, expire_date__gt=now(), started_at__gt=started).order_by("-seen_at")


def factor_resets() -> QuerySet[FactorReset]:
    """What the hotline asked and decided: what waits first, then the latest."""
    waiting = Case(When(state=FactorReset.State.ASKED, then=0), default=1)
    return FactorReset.objects.select_related("account__person", "asked_by", "decided_by").order_by(
        waiting, "-asked_at"
    )
