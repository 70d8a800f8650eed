"""Opening an account."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from forprev.accounts.models import Account
from forprev.core.errors import DomainError
from forprev.people.models import Person


def create_account(person: Person, email: str) -> Account:
    """Open the person's account, without a password yet. DomainError if it has one or the address is taken."""
    account = Account(person=person, email=Account.objects.normalize_email(email.strip()))
    account.set_unusable_password()
    if Account.objects.filter(person=person).exists():
        raise DomainError("Cette personne a déjà un compte.", code="account_exists")
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise DomainError("Cette adresse e-mail est déjà utilisée.", code="email_taken", field="email") from error
    return account
