"""Addresses that stop one kind of mail to one account, for whoever holds the mail: no sign-in (RFC 8058)."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from forprev.accounts.models import Account
from forprev.notices.models import Notice

_signer = Signer(salt="forprev.notices.unsubscribing")


def unsubscribe_url(account: Account, kind: Notice.Kind) -> str:
    return settings.PUBLIC_URL + reverse("notices:unsubscribe", args=[_signer.sign(f"{account.pk}:{kind.value}")])


def read_token(token: str) -> tuple[UUID, Notice.Kind] | None:
    """The id of the account, and the kind; None for what we did not sign."""
    try:
        account_id, kind = _signer.unsign(token).split(":")
        return UUID(account_id), Notice.Kind(kind)
    except (BadSignature, ValueError):
        return None
