"""What every page says of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from forprev.accounts.models import Account
from forprev.notices.selectors import MOST_COUNTED, unread_count


@dataclass
class Inbox:
    account: Account

    @cached_property
    def unread(self) -> int:
        """Asked of the database by the pages that show it, once."""
        return unread_count(self.account.person_id)

    @property
    def is_full(self) -> bool:
        return self.unread >= MOST_COUNTED


def inbox(request: HttpRequest) -> dict[str, Any]:
    """`inbox`: of whoever is signed in, else None."""
    user = getattr(request, "user", None)
    return {"inbox": Inbox(user) if user and user.is_authenticated else None}
