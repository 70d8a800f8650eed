"""Slowing down whoever guesses passwords, without shutting anybody out (security.md, item 7).

Failures are counted over a quarter of an hour in the database, hence by all processes together. Nothing is ever
locked: a stranger's failures elsewhere do not count at an address where the account signed in before, and choosing a
new password through the mailbox makes the present address such a one.
"""

from __future__ import annotations

import hashlib
import ipaddress
from datetime import timedelta
from math import ceil

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from forprev.accounts.models import Account, Attempt
from forprev.accounts.selectors import find_account
from forprev.core.dates import now
from forprev.core.errors import DomainError

WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=90)
PER_ACCOUNT_AND_ADDRESS = 5
PER_ACCOUNT = 30
PER_ADDRESS = 50
LINKS_PER_ADDRESS = 20
CONTACTS_PER_ADDRESS = 10


class TooManyAttempts(DomainError):
    """`retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        minutes = ceil(retry_after / 60)
        wait = "une minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Trop d’essais. Réessayez dans {wait}.", code="too_many_attempts")
        self.retry_after = retry_after


def client_address(request: HttpRequest) -> str:
    """Where the request comes from: the peer, or what the outermost of our own proxies saw; empty if unknown.

    An IPv6 network of 64 bits counts as one address; an IPv4 address counts the same when IPv6 carries it.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if count := settings.TRUSTED_PROXY_COUNT:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        address = forwarded[-count] if len(forwarded) >= count else address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def begin_sign_in(identifier: str, address: str) -> Attempt:
    """Record a sign-in, a failure until `succeed` says otherwise; TooManyAttempts past a limit.

    The row comes before the count, so that simultaneous tries all see each other.
    """
    subject = _subject(find_account(identifier), identifier)
    attempt = Attempt.objects.create(kind=Attempt.Kind.SIGN_IN, subject=subject, address=address)
    recent = _recent_failures(Attempt.Kind.SIGN_IN)
    limits = [(recent.filter(subject=subject, address=address), PER_ACCOUNT_AND_ADDRESS)]
    if not _is_known(subject, address):
        limits += [(recent.filter(subject=subject), PER_ACCOUNT), (recent.filter(address=address), PER_ADDRESS)]
    return _within(limits, attempt)


def begin_link_request(address: str) -> None:
    """Record that somebody asks for a link; TooManyAttempts past the limit of the address."""
    attempt = Attempt.objects.create(kind=Attempt.Kind.LINK, subject="", address=address)
    _within([(_recent_failures(Attempt.Kind.LINK).filter(address=address), LINKS_PER_ADDRESS)], attempt)


def begin_contact(address: str) -> None:
    """Record that somebody writes to the hotline; TooManyAttempts past the limit of the address."""
    attempt = Attempt.objects.create(kind=Attempt.Kind.CONTACT, subject="", address=address)
    _within([(_recent_failures(Attempt.Kind.CONTACT).filter(address=address), CONTACTS_PER_ADDRESS)], attempt)


def begin_proof(kind: Attempt.Kind, account: Account, address: str) -> Attempt:
    """Record that whoever is half in proves more, a failure until the row is deleted; TooManyAttempts past five.

    Only the account counts: nobody reaches this without its password, so nobody else can use it up.
    """
    subject = _subject(account, "")
    attempt = Attempt.objects.create(kind=kind, subject=subject, address=address)
    return _within([(_recent_failures(kind).filter(subject=subject), PER_ACCOUNT_AND_ADDRESS)], attempt)


def succeed(account: Account, address: str) -> None:
    """The account proved itself from `address`: its failures there are forgotten, the address is known from now on."""
    subject = _subject(account, "")
    Attempt.objects.filter(kind=Attempt.Kind.SIGN_IN, subject=subject, address=address).delete()
    Attempt.objects.create(kind=Attempt.Kind.SIGN_IN, subject=subject, address=address, succeeded=True)


def attempts_of(account: Account) -> QuerySet[Attempt]:
    """What is still kept of how the account was got into, or not."""
    return Attempt.objects.filter(subject=_subject(account, ""))


def failures_of(account: Account) -> int:
    """How many tries to get into the account failed lately, wherever they came from."""
    since = now() - WINDOW
    return Attempt.objects.filter(subject=_subject(account, ""), succeeded=False, at__gt=since).count()


def forgive(account: Account) -> None:
    """Its failures count no more: whoever was slowed down tries again at once."""
    Attempt.objects.filter(subject=_subject(account, ""), succeeded=False).delete()


def forget() -> None:
    """Delete what counts no more."""
    Attempt.objects.filter(succeeded=False, at__lt=now() - WINDOW).delete()
    Attempt.objects.filter(at__lt=now() - KNOWN_FOR).delete()


def _subject(account: Account | None, identifier: str) -> str:
    """One value an account, however it is named; blanks do not part unknown names either, or they would tell."""
    named = str(account.pk) if account else f"?{''.join(identifier.split()).lower()}"
    return hashlib.sha256(named.encode()).hexdigest()


def _is_known(subject: str, address: str) -> bool:
    since = now() - KNOWN_FOR
    return Attempt.objects.filter(subject=subject, address=address, succeeded=True, at__gte=since).exists()


def _recent_failures(kind: Attempt.Kind) -> QuerySet[Attempt]:
    return Attempt.objects.filter(kind=kind, succeeded=False, at__gt=now() - WINDOW)


def _within(limits: list[tuple[QuerySet[Attempt], int]], attempt: Attempt) -> Attempt:
    """The attempt, or TooManyAttempts until enough of the older ones have left the window."""
    times = [failures.order_by("-at").values_list("at", flat=True)[limit : limit + 1] for failures, limit in limits]
    over = [at for found in times for at in found]
    if not over:
        return attempt
    attempt.delete()
    wait = max(over) + WINDOW - now()
    raise TooManyAttempts(max(1, ceil(wait.total_seconds())))
