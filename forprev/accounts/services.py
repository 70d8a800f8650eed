"""Opening accounts, getting in, choosing a password."""

from __future__ import annotations

import secrets
from datetime import timedelta

import structlog
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from forprev.accounts import throttling
from forprev.accounts.models import Account, PasswordLink
from forprev.accounts.selectors import LINK_LIFE, find_account, token_hash, usable_link
from forprev.accounts.signals import password_link_made
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.people.models import Person

LINKS_PER_ACCOUNT = 3
"""Links mailed to one account in a quarter of an hour; the last one stays valid, further demands are passed over."""

logger = structlog.get_logger(__name__)


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


def set_password(account: Account, password: str) -> None:
    """Change the password: every session of the account ends, no older link opens any more."""
    with transaction.atomic():
        _lock(account)
        _write_password(account, password)


def check_credentials(identifier: str, password: str, address: str) -> Account | None:
    """The account that these open; None if they open none, TooManyAttempts if it is not even tried."""
    throttling.begin_sign_in(identifier, address)
    account = authenticate(None, username=identifier, password=password)
    if not isinstance(account, Account):
        logger.warning("sign_in_refused")
        return None
    throttling.succeed(account, address)
    logger.info("sign_in", account=str(account.pk))
    return account


def ask_for_password_link(identifier: str, address: str) -> None:
    """Have a link mailed if there is such an account, without a sign of it here (A02): a job does it all.

    TooManyAttempts past the limit of the address.
    """
    throttling.begin_link_request(address)
    app.configure_task("forprev.accounts.jobs.send_password_link").defer(identifier=identifier)


def send_password_link(identifier: str) -> None:
    """Mail a link to the owner of the account, if there is one in use; nothing past the limit of the account."""
    account = find_account(identifier)
    if account is None or not account.is_active:
        return
    with transaction.atomic():
        _lock(account)
        recent = PasswordLink.objects.filter(account=account, created_at__gt=now() - throttling.WINDOW)
        if recent.count() < LINKS_PER_ACCOUNT:
            _make_link(account)


def invite(account: Account) -> None:
    """Mail the link of the first sign-in; a later one voids it."""
    with transaction.atomic():
        _lock(account)
        _make_link(account)


def set_password_by_link(token: str, password: str, address: str) -> Account:
    """Use the link, once; DomainError if it cannot be used (any more). Nobody is signed in by it."""
    with transaction.atomic():
        link = usable_link(token)
        if link:
            _lock(link.account)
        if link is None or usable_link(token) is None:
            raise DomainError("Ce lien n’est plus valable.", code="link_ended")
        _write_password(link.account, password)
        throttling.succeed(link.account, address)
    return link.account


def forget_old_links() -> None:
    """Delete the links that have been useless for a day."""
    PasswordLink.objects.filter(created_at__lt=now() - LINK_LIFE - timedelta(days=1)).delete()


def _lock(account: Account) -> None:
    """Whoever makes, uses or ends links of an account holds its row until the transaction ends."""
    Account.objects.select_for_update().get(pk=account.pk)


def _write_password(account: Account, password: str) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])
    _end_links(account)
    logger.info("password_changed", account=str(account.pk))


def _make_link(account: Account) -> None:
    _end_links(account)
    token = secrets.token_urlsafe(32)
    PasswordLink.objects.create(account=account, token_hash=token_hash(token), created_at=now())
    password_link_made.send(Account, account=account, token=token, first=not account.has_usable_password())
    logger.info("password_link_made", account=str(account.pk))


def _end_links(account: Account) -> None:
    PasswordLink.objects.filter(account=account, ended_at=None).update(ended_at=now())
