"""Finding accounts, and the links that let their owners choose a password."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db.models import Value
from django.db.models.functions import Lower

from forprev.accounts.models import Account, PasswordLink
from forprev.core.dates import now

LINK_LIFE = timedelta(hours=72)


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
    """The link of this token, unless it was used, replaced by a newer one, or made over 72 hours ago (A02)."""
    return (
        PasswordLink.objects.select_related("account__person")
        .filter(token_hash=token_hash(token), ended_at=None, created_at__gt=now() - LINK_LIFE, account__is_active=True)
        .first()
    )
