"""Telling readers that a targeted message is there (A05)."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from forprev.accounts.models import Account
from forprev.network.messages.models import TargetedMessage
from forprev.notices.services import send_mail


def tell(message: TargetedMessage, accounts: QuerySet[Account]) -> None:
    """Mail those who want `Messages ciblés`, once each whatever the number of calls."""
    url = settings.PUBLIC_URL + reverse("network:received_message", args=[message.pk])
    for account in accounts.filter(wants_messages=True):
        send_mail(
            account.email,
            "network/mails/targeted_message",
            {"account": account, "message": message, "url": url},
            person=account.person,
            key=f"targeted_message/{message.pk}/{account.pk}",
            preference="Messages ciblés",
        )
