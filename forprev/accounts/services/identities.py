"""Identities that a provider vouches for (security.md, item 14): bound to an account by its owner, never by e-mail."""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction

from forprev.accounts.models import Account, OpenIdIdentity
from forprev.accounts.openid import Identified
from forprev.accounts.signals import second_factor_changed
from forprev.core.dates import now
from forprev.core.errors import DomainError

logger = structlog.get_logger(__name__)


def account_of(who: Identified) -> Account | None:
    """The account in use that has this identity, whose use is noted."""
    identity = (
        OpenIdIdentity.objects.select_related("account__person")
        .filter(issuer=who.issuer, subject=who.subject, account__is_active=True)
        .first()
    )
    if identity is None:
        return None
    OpenIdIdentity.objects.filter(pk=identity.pk).update(last_used_at=now())
    return identity.account


def bind(account: Account, issuer: str, subject: str) -> None:
    """The identity opens the account from now on, who is told by mail. DomainError if it is another account's."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                OpenIdIdentity.objects.create(account=account, issuer=issuer, subject=subject)
        except IntegrityError as error:
            raise DomainError("Cette identité est déjà associée à un compte.", code="identity_taken") from error
        second_factor_changed.send(Account, account=account, what="Nouvelle identité professionnelle associée")
    logger.info("identity_bound", account=str(account.pk))


def unbind(account: Account, identity_id: int) -> None:
    """It opens nothing any more; nothing happens if it was unbound already."""
    if OpenIdIdentity.objects.filter(account=account, pk=identity_id).delete()[0]:
        logger.info("identity_unbound", account=str(account.pk))
