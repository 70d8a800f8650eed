"""Mail about accounts, which know nothing of mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse

from forprev.accounts import signals
from forprev.accounts.absence import closing_reasons
from forprev.accounts.models import Account, FactorReset
from forprev.notices.services import send_mail


def _tell(account: Account, template: str, context: dict[str, Any] | None = None, **how: Any) -> None:
    """Write to the account's own address, or to the one in `how`."""
    to = how.pop("to", account.email)
    send_mail(to, f"notices/mails/{template}", {"account": account, **(context or {})}, person=account.person, **how)


def _url(name: str, *args: str) -> str:
    return settings.PUBLIC_URL + reverse(name, args=args)


@receiver(signals.password_link_made)
def mail_password_link(*, account: Account, token: str, first: bool, **_: Any) -> None:
    url = _url("accounts:password_link", token)
    _tell(account, "first_password" if first else "password_change", {"url": url}, confidential=True)


@receiver(signals.account_closed)
def mail_account_closed(*, account: Account, **_: Any) -> None:
    reasons = closing_reasons(account.person)
    _tell(account, "account_closed", {"reasons": reasons, "url": _url("accounts:no_account")})


@receiver(signals.password_changed)
def mail_password_changed(*, account: Account, **_: Any) -> None:
    _tell(account, "password_changed", {"url": _url("accounts:forgotten_password")})


@receiver(signals.email_change_asked)
def mail_email_change(*, account: Account, email: str, token: str, **_: Any) -> None:
    """To the new address the link, to the old one a warning."""
    if token:
        link = _url("accounts:confirm_email", token)
        _tell(account, "email_change", {"email": email, "url": link}, to=email, confidential=True)
    _tell(account, "email_change_asked", {"email": email, "url": _url("accounts:profile")})


@receiver(signals.email_of_another)
def mail_email_of_another(*, account: Account, **_: Any) -> None:
    _tell(account, "email_of_another", {"url": _url("accounts:forgotten_password")})


@receiver(signals.email_changed)
def mail_email_changed(*, account: Account, old: str, **_: Any) -> None:
    _tell(account, "email_changed", {"old": old}, to=old)


@receiver(signals.second_factor_changed)
def mail_second_factor_changed(*, account: Account, what: str, **_: Any) -> None:
    _tell(account, "second_factor_changed", {"what": what, "url": _url("accounts:factors")})


@receiver(signals.sessions_ended)
def mail_sessions_ended(*, account: Account, **_: Any) -> None:
    _tell(account, "sessions_ended", {"url": _url("accounts:forgotten_password")})


@receiver(signals.factor_reset_asked)
def mail_factor_reset_asked(*, reset: FactorReset, **_: Any) -> None:
    _tell(reset.account, "factor_reset_asked", {"reset": reset})


@receiver(signals.factor_reset_decided)
def mail_factor_reset_decided(*, reset: FactorReset, **_: Any) -> None:
    approved = reset.state == FactorReset.State.APPROVED
    _tell(reset.account, "factor_reset_decided", {"approved": approved, "url": _url("accounts:factors")})
