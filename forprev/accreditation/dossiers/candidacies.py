"""From the home page to a first request: whoever has no account confirms its address, and gets a provisional one.

What the home page answers is the same for an address that has an account and for one that has none: only the mailbox
learns which (security.md, item 6).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django import app

from forprev.accounts import throttling
from forprev.accounts.absence import closing_reasons
from forprev.accounts.acting import System
from forprev.accounts.models import Account
from forprev.accounts.selectors import find_account, oldest_link, token_hash
from forprev.accounts.services.opening import create_account
from forprev.accounts.services.passwords import make_link
from forprev.accreditation.dossiers.services import start_first_request
from forprev.accreditation.models import Candidacy, Dossier
from forprev.core import history
from forprev.core.dates import now
from forprev.core.errors import DomainError
from forprev.core.parameters import in_force
from forprev.notices.services import send_mail
from forprev.people.services import create_person

MAILS_PER_ADDRESS = 3
"""To one mailbox in a quarter of an hour; further demands are passed over."""


@dataclass(frozen=True)
class Who:
    last_name: str
    first_name: str
    birth_date: date
    email: str
    organisation_name: str


def ask(who: Who, address: str) -> None:
    """Have the mailbox told how to go on: a job does it all, so that nothing here depends on who is known.

    TooManyAttempts past the limit of the address.
    """
    throttling.begin_link_request(address)
    with transaction.atomic():
        candidacy = Candidacy.objects.create(
            last_name=who.last_name,
            first_name=who.first_name,
            birth_date=who.birth_date,
            email=who.email,
            organisation_name=who.organisation_name,
            created_at=now(),
        )
        app.configure_task("forprev.accreditation.jobs.answer_candidacy").defer(candidacy_id=candidacy.pk)


def answer(candidacy_id: int) -> None:
    """Mail the link, or to an account that opens something, that it is to sign in; a second run writes no second mail.

    The account of a first request that failed opens nothing any more: its owner begins anew by a link, too.
    """
    with transaction.atomic():
        candidacy = Candidacy.objects.select_for_update().filter(pk=candidacy_id, token_hash=None).first()
        if candidacy is None or _is_pestered(candidacy):
            return
        account = find_account(candidacy.email)
        token = secrets.token_urlsafe(32)
        candidacy.token_hash = token_hash(token)
        candidacy.save()
        if account is None or (account.is_active and closing_reasons(account.person)):
            url = settings.PUBLIC_URL + reverse("accreditation:candidacy", args=[token])
            _mail(candidacy, "candidacy", url, confidential=True)
        elif account.is_active:
            _mail(candidacy, "candidacy_known", settings.PUBLIC_URL + reverse("accounts:sign_in"))


def _is_pestered(candidacy: Candidacy) -> bool:
    recent = Candidacy.objects.filter(email__iexact=candidacy.email, created_at__gt=now() - throttling.WINDOW)
    return recent.filter(pk__lt=candidacy.pk).count() >= MAILS_PER_ADDRESS


def _mail(candidacy: Candidacy, template: str, url: str, *, confidential: bool = False) -> None:
    send_mail(
        candidacy.email,
        f"accreditation/mails/{template}",
        {"candidacy": candidacy, "url": url, "valid_for": in_force("accounts.link_hours")},
        confidential=confidential,
    )


def usable(token: str) -> Candidacy | None:
    """The one of this link, unless it was used, or made too long ago."""
    return Candidacy.objects.filter(token_hash=token_hash(token), created_at__gt=oldest_link()).first()


@dataclass(frozen=True)
class Opened:
    """`password_token` lets a new account choose its password; empty for one that has one."""

    dossier: Dossier
    password_token: str


def confirm(token: str) -> Opened:
    """Use the link, once: a person, its account and its draft, together or not at all.

    The person is always new, even if the register has its like: nobody takes over a record by typing a name, and the
    hotline brings duplicates together (B44). DomainError if the link cannot be used (any more), NotAllowed where the
    mailbox is by now that of a manager.
    """
    with history.action(System(), "confirm_candidacy"):
        candidacy = usable(token)
        if candidacy is not None:
            candidacy = Candidacy.objects.select_for_update().filter(pk=candidacy.pk).first()
        if candidacy is None:
            raise DomainError("Ce lien n’est plus valable.", code="link_ended")
        account = find_account(candidacy.email) or _open_account(candidacy)
        dossier = start_first_request(account.person, candidacy.organisation_name)
        password_token = "" if account.has_usable_password() else make_link(account)
        Candidacy.objects.filter(email__iexact=candidacy.email).delete()
    return Opened(dossier, password_token)


def _open_account(candidacy: Candidacy) -> Account:
    person = create_person(
        last_name=candidacy.last_name, first_name=candidacy.first_name, birth_date=candidacy.birth_date
    )
    return create_account(person, candidacy.email)


def forget_old() -> None:
    """Delete those whose link has ended."""
    Candidacy.objects.filter(created_at__lt=oldest_link()).delete()
