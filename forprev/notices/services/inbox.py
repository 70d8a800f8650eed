"""What people do with their inbox. Each action is theirs alone, and twice is once."""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db.models.functions import Coalesce

from forprev.accounts.models import Account
from forprev.accounts.services import profile
from forprev.core.dates import now
from forprev.notices.models import Notice
from forprev.notices.services.telling import PREFERENCES
from forprev.people.models import Person

logger = structlog.get_logger(__name__)


def mark_read(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now())


def mark_all_read(person: Person) -> int:
    """How many were unread; what is archived stays as it is."""
    return Notice.objects.filter(person=person, read_at=None, archived_at=None).update(read_at=now())


def archive(notice: Notice) -> None:
    """Out of the list, and read."""
    moment = now()
    unfiled = Notice.objects.filter(pk=notice.pk, archived_at=None)
    unfiled.update(archived_at=moment, read_at=Coalesce("read_at", moment))


def restore(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(archived_at=None)


def unsubscribe(account_id: UUID, kind: Notice.Kind) -> Account | None:
    """No more mail of this kind; None if there is no such account any more."""
    account = Account.objects.filter(pk=account_id).first()
    if account is not None:
        profile.save_preferences(account, {PREFERENCES[kind]: False})
        logger.info("unsubscribed", account=str(account_id), kind=kind.value)
    return account
