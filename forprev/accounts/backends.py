"""Signing in with an e-mail address or a n° Forprev."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from forprev.accounts.models import Account
from forprev.accounts.selectors import find_account


class EmailOrNumberBackend(BaseBackend):
    """A01. `username` is either; an unknown account costs the time of a known one."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> Account | None:
        if not username or not password:
            return None
        account = find_account(username)
        if account is None:
            make_password(password)
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: UUID) -> Account | None:
        """The account of a session, with its person; None once it is closed, which ends the session."""
        return Account.objects.select_related("person").filter(pk=user_id, is_active=True).first()
