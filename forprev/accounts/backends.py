"""Sign-in with e-mail or n° Forprev (A01)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from forprev.accounts.models import Account
from forprev.people.selectors import by_number


class EmailOrNumberBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Account | None:
        if not username or password is None:
            return None
        account = Account.objects.filter(email__iexact=username.strip()).select_related("person").first()
        if account is None and (person := by_number(username)):
            account = Account.objects.filter(person=person).select_related("person").first()
        if account is None:
            Account().set_password(password)  # the same time as for an account that exists
            return None
        return account if account.check_password(password) and account.is_active else None

    def get_user(self, user_id: Any) -> Account | None:
        return Account.objects.filter(pk=user_id, is_active=True).select_related("person").first()
