"""Accounts of the tests, all with one known password; `password=None` for one whose password was never chosen."""

from __future__ import annotations

from typing import Any

import factory

from forprev.accounts.models import Account
from forprev.accounts.services import create_account, set_password
from tests.factories.people import PersonFactory

PASSWORD = "quatre mots choisis au hasard"


class AccountFactory(factory.django.DjangoModelFactory[Account]):
    person = factory.SubFactory(PersonFactory)
    email = factory.Sequence(lambda n: f"personne{n}@exemple.test")
    password = PASSWORD
    is_active = True

    class Meta:
        model = Account

    @classmethod
    def _create(cls, model_class: type[Account], *args: Any, **kwargs: Any) -> Account:
        password, is_active = kwargs.pop("password"), kwargs.pop("is_active")
        account = create_account(**kwargs)
        if password:
            set_password(account, password)
        if not is_active:
            account.is_active = False
            account.save(update_fields=["is_active"])
        return account
