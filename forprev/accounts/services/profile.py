"""What people change of their own account: e-mail address, preferences, the end of the welcome."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import structlog
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from forprev.accounts import throttling
from forprev.accounts.models import Account, EmailChange, PasswordLink
from forprev.accounts.selectors import email_change_of, token_hash
from forprev.accounts.services.passwords import lock
from forprev.accounts.signals import email_change_asked, email_changed, email_of_another
from forprev.core.dates import now
from forprev.core.errors import DomainError

CHANGES_PER_ACCOUNT = 5
"""New addresses asked for by one account in a quarter of an hour: each is a mail to whoever owns it."""

PREFERENCES = ("wants_alerts", "wants_tasks", "wants_messages", "mail_rhythm")

logger = structlog.get_logger(__name__)


def ask_email_change(account: Account, email: str) -> None:
    """Mail a link to the new address (A04): it counts once the link is followed; the old address is told at once.

    The owner of an address that another account uses is told by mail, the asker sees no difference. DomainError past
    the limit of the account.
    """
    email = Account.objects.normalize_email(email.strip())
    with transaction.atomic():
        lock(account)
        recent = EmailChange.objects.filter(account=account, created_at__gt=now() - throttling.WINDOW)
        if recent.count() >= CHANGES_PER_ACCOUNT:
            message = "Vous avez déjà demandé plusieurs changements d’adresse. Réessayez dans un quart d’heure."
            raise DomainError(message, code="too_many_changes", field="email")
        _end_changes(account)
        taken = Account.objects.alias(lower=Lower("email")).filter(lower=email.lower()).exclude(pk=account.pk).first()
        token = secrets.token_urlsafe(32)
        EmailChange.objects.create(account=account, email=email, token_hash=token_hash(token), created_at=now())
        if taken:
            email_of_another.send(Account, account=taken)
        email_change_asked.send(Account, account=account, email=email, token="" if taken else token)
    logger.info("email_change_asked", account=str(account.pk))


def give_up_email_change(account: Account) -> None:
    with transaction.atomic():
        lock(account)
        _end_changes(account)


def confirm_email_change(token: str) -> Account:
    """The new address counts, links made for the old one open nothing any more; DomainError for a link that ended."""
    ended = DomainError("Ce lien n’est plus valable.", code="link_ended")
    with transaction.atomic():
        change = email_change_of(token)
        if change is None:
            raise ended
        lock(change.account)
        change = email_change_of(token)
        if change is None:
            raise ended
        account = change.account
        old, account.email, account.bounced_at = account.email, change.email, None
        try:
            with transaction.atomic():
                account.save(update_fields=["email", "bounced_at"])
        except IntegrityError as error:
            raise ended from error
        _end_changes(account)
        PasswordLink.objects.filter(account=account, ended_at=None).update(ended_at=now())
        email_changed.send(Account, account=account, old=old)
    logger.info("email_changed", account=str(account.pk))
    return account


def save_preferences(account: Account, preferences: Mapping[str, bool | str]) -> None:
    """A05: those of `PREFERENCES` that are named; the others stay."""
    named = {name: preferences[name] for name in PREFERENCES if name in preferences}
    Account.objects.filter(pk=account.pk).update(**named)


def note_bounce(email: str) -> None:
    """The mailbox refused a message: from now on, the account whose address it is says so."""
    Account.objects.filter(email=email, bounced_at=None).update(bounced_at=now())


def forget_bounce(email: str) -> None:
    """The mailbox took a message."""
    Account.objects.filter(email=email, bounced_at__isnull=False).update(bounced_at=None)


def finish_welcome(account: Account) -> None:
    """The steps of the first sign-in are done; once."""
    Account.objects.filter(pk=account.pk, welcomed_at=None).update(welcomed_at=now())


def _end_changes(account: Account) -> None:
    EmailChange.objects.filter(account=account, ended_at=None).update(ended_at=now())
