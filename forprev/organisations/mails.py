"""The mails about roles, written to the outbox in the transaction of what they tell of."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from forprev.accounts.models import Account
from forprev.notices.services import send_mail
from forprev.organisations.models import Membership


def role_granted(membership: Membership, account: Account) -> None:
    """To somebody who has an account already; a new one gets the mail of the first sign-in."""
    _send("role_granted", membership, account, reverse("accounts:sign_in"))


def role_ended(membership: Membership, account: Account) -> None:
    _send("role_ended", membership, account, reverse("support:help"))


def _send(template: str, membership: Membership, account: Account, path: str) -> None:
    send_mail(
        account.email,
        f"organisations/mails/{template}",
        {"membership": membership, "account": account, "url": f"{settings.PUBLIC_URL}{path}"},
        person=account.person,
    )
