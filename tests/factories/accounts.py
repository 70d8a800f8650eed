"""Accounts of the tests, all with one known password; `password=None` for one whose password was never chosen.

They are past the welcome, unless `welcomed=False`.
"""

from __future__ import annotations

from typing import Any

import factory
from django.test import Client

from forprev.accounts.models import Account
from forprev.accounts.services.opening import create_account
from forprev.accounts.services.passwords import set_password
from forprev.accounts.services.profile import finish_welcome
from forprev.accounts.services.sessions import PROVED, STRONG
from forprev.accounts.sessions import SEEN, STARTED
from forprev.core.dates import now
from tests.factories.people import PersonFactory

PASSWORD = "quatre mots choisis au hasard"


class AccountFactory(factory.django.DjangoModelFactory[Account]):
    person = factory.SubFactory(PersonFactory)
    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    password = PASSWORD
    is_active = True
    welcomed = True

    class Meta:
        model = Account

    @classmethod
    def _create(cls, model_class: type[Account], *args: Any, **kwargs: Any) -> Account:
        password, is_active, welcomed = kwargs.pop("password"), kwargs.pop("is_active"), kwargs.pop("welcomed")
        account = create_account(**kwargs)
        if password:
            set_password(account, password)
        if welcomed:
            finish_welcome(account)
            account.refresh_from_db()
        if not is_active:
            account.is_active = False
            account.save(update_fields=["is_active"])
        return account


def browser_of(account: Account, *, strong: bool = True, client: Client | None = None) -> Client:
    """A browser in which this account just signed in; `strong`: with a second factor."""
    client = client or Client()
    client.force_login(account)
    session = client.session
    moment = int(now().timestamp())
    session.update({STARTED: moment, SEEN: moment, PROVED: moment, STRONG: strong})
    session.save()
    return client
