"""Mail about accounts, which know nothing of mail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse

from forprev.accounts.models import Account
from forprev.accounts.signals import password_link_made
from forprev.notices.services import send_mail


@receiver(password_link_made)
def mail_password_link(*, account: Account, token: str, first: bool, **_: Any) -> None:
    url = settings.PUBLIC_URL + reverse("accounts:password_link", args=[token])
    template = "notices/mails/first_password" if first else "notices/mails/password_change"
    send_mail(account.email, template, {"account": account, "url": url}, person=account.person, confidential=True)
