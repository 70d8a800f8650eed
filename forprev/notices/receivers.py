"""Mail about accounts, which know nothing of mail."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse

from forprev.accounts import signals
from forprev.accounts.absence import closing_reasons
from forprev.accounts.models import Account, FactorReset
from forprev.core.parameters import in_force
from forprev.notices.models import Notice
from forprev.notices.services import tell, tell_many


def _tell(account: Account, template: str, page: str, context: dict[str, Any] | None = None, **how: Any) -> None:
    """About the account itself, with the way to a page of it; `how` is for `tell`."""
    kind, url = Notice.Kind.ACCOUNT, reverse(page)
    tell(account, f"notices/mails/{template}", context or {}, kind=kind, url=url, **how)


def _link(name: str, token: str) -> str:
    """What only the mail says."""
    return settings.PUBLIC_URL + reverse(name, args=[token])


@receiver(signals.password_link_made)
def mail_password_link(*, account: Account, token: str, first: bool, **_: Any) -> None:
    context = {"url": _link("accounts:password_link", token), "valid_for": in_force("accounts.link_hours")}
    _tell(account, "first_password" if first else "password_change", "accounts:password", context, confidential=True)


@receiver(signals.account_closed)
def mail_account_closed(*, account: Account, **_: Any) -> None:
    _tell(account, "account_closed", "accounts:no_account", {"reasons": closing_reasons(account.person)})


@receiver(signals.password_changed)
def mail_password_changed(*, account: Account, **_: Any) -> None:
    _tell(account, "password_changed", "accounts:forgotten_password")


@receiver(signals.email_change_asked)
def mail_email_change(*, account: Account, email: str, token: str, **_: Any) -> None:
    """To the new address the link, to the old one a warning."""
    if token:
        url, valid_for = _link("accounts:confirm_email", token), in_force("accounts.link_hours")
        context = {"email": email, "url": url, "valid_for": valid_for}
        _tell(account, "email_change", "accounts:profile", context, to=email, confidential=True)
    _tell(account, "email_change_asked", "accounts:profile", {"email": email})


@receiver(signals.email_of_another)
def mail_email_of_another(*, account: Account, **_: Any) -> None:
    _tell(account, "email_of_another", "accounts:forgotten_password")


@receiver(signals.email_changed)
def mail_email_changed(*, account: Account, old: str, **_: Any) -> None:
    _tell(account, "email_changed", "accounts:profile", {"old": old}, to=old)


@receiver(signals.second_factor_changed)
def mail_second_factor_changed(*, account: Account, what: str, **_: Any) -> None:
    _tell(account, "second_factor_changed", "accounts:factors", {"what": what})


@receiver(signals.sessions_ended)
def mail_sessions_ended(*, account: Account, **_: Any) -> None:
    _tell(account, "sessions_ended", "accounts:forgotten_password")


@receiver(signals.factor_reset_asked)
def mail_factor_reset_asked(*, reset: FactorReset, **_: Any) -> None:
    _tell(reset.account, "factor_reset_asked", "accounts:factors", {"reset": reset})


@receiver(signals.factor_reset_decided)
def mail_factor_reset_decided(*, reset: FactorReset, **_: Any) -> None:
    approved = reset.state == FactorReset.State.APPROVED
    _tell(reset.account, "factor_reset_decided", "accounts:factors", {"approved": approved})


@receiver(signals.accounts_ending)
def mail_accounts_ending(*, accounts: QuerySet[Account], last_day: date, **_: Any) -> None:
    """Once a day at the most, should the announcement be taken up again."""
    context, url = {"last_day": last_day}, reverse("accounts:sign_in")
    key = f"account_ending:{last_day}"
    tell_many(accounts, "notices/mails/account_ending", context, kind=Notice.Kind.ACCOUNT, url=url, key=key)
