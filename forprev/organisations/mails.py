"""What people are told of their roles, in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.notices.models import Notice
from forprev.notices.services import tell, tell_many
from forprev.organisations.models import Membership, NetworkRole, held_now


def role_granted(membership: Membership, account: Account) -> None:
    """To somebody who has an account already; a new one gets the mail of the first sign-in."""
    _send("role_granted", {"membership": membership}, account, reverse("accounts:sign_in"))


def role_ended(membership: Membership, account: Account) -> None:
    _send("role_ended", {"membership": membership}, account, reverse("support:help"))


def network_role_granted(held: NetworkRole, account: Account) -> None:
    """As `role_granted`."""
    _send("network_role_granted", {"role": held}, account, reverse("accounts:sign_in"))


def network_role_ended(held: NetworkRole, account: Account, reason: str) -> None:
    _send("network_role_ended", {"role": held, "reason": reason}, account, reverse("support:help"))


def administrators(held: NetworkRole, by: Acting, *, ended: bool = False, reason: str = "") -> None:
    """To the national administrators, but for whoever acted and whom it is about: there is one more, or one less."""
    others = NetworkRole.objects.filter(held_now(), role=Role.NATIONAL_ADMINISTRATOR).exclude(
        person__in=(by.person_id, held.person_id)
    )
    tell_many(
        Account.objects.filter(person__in=others.values("person")),
        f"organisations/mails/administrator_{'ended' if ended else 'named'}",
        {"role": held, "by": by, "reason": reason},
        kind=Notice.Kind.ACCOUNT,
        url=reverse("organisations:network_role", args=[held.pk]),
    )


def departments_moved(funds: Collection[int], words: str) -> None:
    """To the officers of the funds that they leave or come to."""
    officers = NetworkRole.objects.filter(held_now(), role=Role.FUND_OFFICER, fund__in=funds)
    tell_many(
        Account.objects.filter(person__in=officers.values("person")),
        "organisations/mails/departments_moved",
        {"words": words},
        kind=Notice.Kind.TASK,
        url=reverse("dashboard"),
    )


def _send(template: str, context: dict[str, object], account: Account, path: str) -> None:
    tell(account, f"organisations/mails/{template}", context, kind=Notice.Kind.ACCOUNT, url=path)
