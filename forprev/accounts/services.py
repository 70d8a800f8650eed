from __future__ import annotations

from forprev.accounts.models import Account
from forprev.core.errors import DomainError
from forprev.people.models import Person


def create_account(person: Person, email: str) -> Account:
    if Account.objects.filter(email__iexact=email).exists():
        raise DomainError("Cet e-mail est celui d’un compte existant.", code="email_taken", field="email")
    account = Account(person=person, email=email)
    account.set_unusable_password()
    account.save()
    return account


def invite(account: Account) -> None:
    pass
