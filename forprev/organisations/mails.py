"""What people are told of their roles, in the transaction of what it tells of."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.models import Account
from forprev.notices.models import Notice
from forprev.notices.services import tell
from forprev.organisations.models import Membership


def role_granted(membership: Membership, account: Account) -> None:
    """To somebody who has an account already; a new one gets the mail of the first sign-in."""
    _send("role_granted", membership, account, reverse("accounts:sign_in"))


def role_ended(membership: Membership, account: Account) -> None:
    _send("role_ended", membership, account, reverse("support:help"))


def _send(template: str, membership: Membership, account: Account, path: str) -> None:
    context = {"membership": membership}
    tell(account, f"organisations/mails/{template}", context, kind=Notice.Kind.ACCOUNT, url=path)
