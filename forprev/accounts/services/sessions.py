"""Opening, keeping and ending sessions (security.md, items 16 to 20)."""

from __future__ import annotations

import structlog
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Session
from forprev.accounts.sessions import ADDRESS, DEVICE, ENDED, SEEN, STARTED
from forprev.accounts.signals import sessions_ended
from forprev.accounts.throttling import client_address
from forprev.core.dates import now
from forprev.core.errors import DomainError

STRONG = "strong"
"""Whether a second factor was given in this session."""

PROVED = "proved_at"
"""When the person last proved who it is, in seconds since 1970."""

DEVICE_LENGTH = 250

logger = structlog.get_logger(__name__)


def open_session(request: HttpRequest, account: Account, *, strong: bool) -> None:
    """Sign the account in under a new session id."""
    login(request, account, backend="forprev.accounts.backends.EmailOrNumberBackend")
    request.session.pop(ENDED, None)
    moment = int(now().timestamp())
    request.session.update(
        {
            STARTED: moment,
            SEEN: moment,
            PROVED: moment,
            STRONG: strong,
            ADDRESS: client_address(request),
            DEVICE: _printable(request.headers.get("User-Agent", ""))[:DEVICE_LENGTH],
        }
    )
    logger.info("sign_in", account=str(account.pk), strong=strong)


def note_proof(request: HttpRequest, *, strong: bool) -> None:
    """The person proved once more who it is, under a new session id."""
    request.session[PROVED] = int(now().timestamp())
    request.session[STRONG] = strong or request.session.get(STRONG, False)
    request.session.cycle_key()


def end_sessions(account: Account, but: str | None) -> int:
    """End the account's sessions but the one of this key; how many there were."""
    ended, _ = Session.objects.filter(account=account).exclude(session_key=but or "").delete()
    if ended:
        logger.info("sessions_ended", account=str(account.pk), count=ended)
    return ended


def end_sessions_of(agent: Acting, account: Account) -> int:
    """The hotline ends every session of an account, whose owner is told by mail; how many there were."""
    with transaction.atomic():
        ended = end_sessions(account, None)
        if ended:
            sessions_ended.send(Account, account=account)
    logger.warning("sessions_ended_by_agent", account=str(account.pk), by=agent.person_id, count=ended)
    return ended


def end_session(account: Account, handle: str) -> None:
    """End one of the account's own sessions, named as `own_sessions` names it; DomainError if there is none such."""
    for session in Session.objects.filter(account=account):
        if session.handle == handle:
            session.delete()
            logger.info("session_ended", account=str(account.pk))
            return
    raise DomainError("Cette session est déjà terminée.", code="session_ended")


def forget_expired() -> None:
    """Delete the sessions past their date."""
    Session.objects.filter(expire_date__lt=now()).delete()


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
