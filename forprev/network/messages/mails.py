"""Telling readers that a targeted message is there (A05)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from forprev.accounts.models import Account
from forprev.network.messages.models import TargetedMessage
from forprev.notices.models import Notice
from forprev.notices.services import tell_many


def tell(message: TargetedMessage, accounts: QuerySet[Account]) -> None:
    """In the inbox of each, and by mail for those who want `Messages ciblés`; once, whatever the number of calls."""
    tell_many(
        accounts,
        "network/mails/targeted_message",
        {"message": message},
        kind=Notice.Kind.MESSAGE,
        url=reverse("network:received_message", args=[message.pk]),
        key=f"targeted_message/{message.pk}",
    )
