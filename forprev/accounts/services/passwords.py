"""Proving who one is with a password; choosing it, changing it, replacing one that was forgotten."""

from __future__ import annotations

import secrets
from datetime import timedelta

import structlog
from django.contrib.auth import authenticate
from django.db import transaction
from procrastinate.contrib.django import app

from forprev.accounts import throttling
from forprev.accounts.absence import closing_reasons
from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Attempt, EmailChange, PasswordLink
from forprev.accounts.selectors import find_account, oldest_link, token_hash, usable_link
from forprev.accounts.services.sessions import end_sessions
from forprev.accounts.signals import account_closed, password_changed, password_link_made
from forprev.core.dates import now
from forprev.core.errors import DomainError

LINKS_PER_ACCOUNT = 3
"""Links mailed to one account in a quarter of an hour; the last one stays valid, further demands are passed over."""

logger = structlog.get_logger(__name__)


def check_credentials(identifier: str, password: str, address: str) -> Account | None:
    """The account that these open; None if they open none, TooManyAttempts if it is not even tried."""
    throttling.begin_sign_in(identifier, address)
    account = authenticate(None, username=identifier, password=password)
    if not isinstance(account, Account):
        logger.warning("sign_in_refused")
        return None
    throttling.succeed(account, address)
    return account


def confirm_password(account: Account, password: str, address: str) -> bool:
    """Whether this is the account's password, asked once more before something sensitive (security.md, item 22)."""
    attempt = throttling.begin_proof(Attempt.Kind.CONFIRMATION, account, address)
    if not account.check_password(password):
        logger.warning("confirmation_refused", account=str(account.pk))
        return False
    attempt.delete()
    return True


def set_password(account: Account, password: str, *, keep_session: str | None = None) -> None:
    """Change the password: older links open nothing, sessions end but the one of key `keep_session`.

    Nor does a new address count that was asked for before: whoever asked may be the one who is shut out.
    """
    with transaction.atomic():
        lock(account)
        _write_password(account, password, keep_session)


def change_password(account: Account, password: str, keep_session: str | None) -> None:
    """`set_password` by the owner, who is told by mail."""
    with transaction.atomic():
        set_password(account, password, keep_session=keep_session)
        password_changed.send(Account, account=account)


def ask_for_password_link(identifier: str, address: str) -> None:
    """Have a link mailed if there is such an account, without a sign of it here (A02): a job does it all.

    TooManyAttempts past the limit of the address.
    """
    throttling.begin_link_request(address)
    app.configure_task("forprev.accounts.jobs.send_password_link").defer(identifier=identifier)


def send_password_link(identifier: str) -> None:
    """Mail a link to the owner of the account, if there is one in use; nothing past the limit of the account.

    To the mailbox of an account that opens nothing any more (A07) goes the reason instead.
    """
    account = find_account(identifier)
    if account is None or not account.is_active:
        return
    with transaction.atomic():
        lock(account)
        if _links_of_late(account) >= LINKS_PER_ACCOUNT:
            return
        if closing_reasons(account.person):
            _end_links(account)
            PasswordLink.objects.create(account=account, token_hash=token_hash(new_token()), ended_at=now())
            account_closed.send(Account, account=account)
        else:
            _make_link(account)


def invite(account: Account) -> None:
    """Mail the link of the first sign-in; a later one voids it."""
    with transaction.atomic():
        lock(account)
        _make_link(account)


def send_link_for(account: Account, acting: Acting) -> None:
    """The hotline has the link mailed, of the first sign-in or of a new password; a later one voids it.

    DomainError for an account that opens nothing, or past the limit of the account.
    """
    if not account.is_active or closing_reasons(account.person):
        raise DomainError("Ce compte n’ouvre plus rien : aucun lien n’est envoyé.", code="closed")
    with transaction.atomic():
        lock(account)
        if _links_of_late(account) >= LINKS_PER_ACCOUNT:
            raise DomainError(
                f"{LINKS_PER_ACCOUNT} messages sont partis depuis un quart d’heure : le dernier est valable.",
                code="too_many_links",
            )
        _make_link(account)
    logger.info("link_sent_by_hotline", account=str(account.pk), by=acting.person_id)


def make_link(account: Account) -> str:
    """The token of a link for whoever has just proved to hold the account's mailbox; nothing is mailed."""
    with transaction.atomic():
        lock(account)
        return _write_link(account)


def set_password_by_link(token: str, password: str, address: str) -> Account:
    """Use the link, once; DomainError if it cannot be used (any more). Nobody is signed in by it."""
    with transaction.atomic():
        link = usable_link(token)
        if link:
            lock(link.account)
        if link is None or usable_link(token) is None:
            raise DomainError("Ce lien n’est plus valable.", code="link_ended")
        first = not link.account.has_usable_password()
        _write_password(link.account, password, None)
        throttling.succeed(link.account, address)
        if not first:
            password_changed.send(Account, account=link.account)
    return link.account


def forget_old_links() -> None:
    """Delete the links that have been useless for a day."""
    limit = oldest_link() - timedelta(days=1)
    PasswordLink.objects.filter(created_at__lt=limit).delete()
    EmailChange.objects.filter(created_at__lt=limit).delete()


def lock(account: Account) -> None:
    """Whoever changes how one gets into an account holds its row until the transaction ends."""
    Account.objects.select_for_update().get(pk=account.pk)


def _write_password(account: Account, password: str, keep_session: str | None) -> None:
    account.set_password(password)
    account.save(update_fields=["password"])
    _end_links(account)
    EmailChange.objects.filter(account=account, ended_at=None).update(ended_at=now())
    end_sessions(account, keep_session)
    logger.info("password_changed", account=str(account.pk))


def _make_link(account: Account) -> None:
    token = _write_link(account)
    password_link_made.send(Account, account=account, token=token, first=not account.has_usable_password())


def _write_link(account: Account) -> str:
    _end_links(account)
    token = new_token()
    PasswordLink.objects.create(account=account, token_hash=token_hash(token), created_at=now())
    logger.info("password_link_made", account=str(account.pk))
    return token


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def _end_links(account: Account) -> None:
    PasswordLink.objects.filter(account=account, ended_at=None).update(ended_at=now())


def _links_of_late(account: Account) -> int:
    return PasswordLink.objects.filter(account=account, created_at__gt=now() - throttling.WINDOW).count()
