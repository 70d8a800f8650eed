"""What people are told of their requests."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from forprev.accounts.models import Account
from forprev.notices.services import send_mail
from forprev.support.models import CorrectionRequest


def received(correction: CorrectionRequest) -> None:
    _send(correction, "correction_received")


def applied(correction: CorrectionRequest) -> None:
    _send(correction, "correction_applied")


def refused(correction: CorrectionRequest) -> None:
    _send(correction, "correction_refused")


def _send(correction: CorrectionRequest, template: str) -> None:
    """To the person's account, if it still has one; what the mail says is of no use to whoever else reads it."""
    account = Account.objects.filter(person=correction.person_id).select_related("person").first()
    if account is None:
        return
    url = f"{settings.PUBLIC_URL}{reverse('support:ask_correction')}"
    context = {"correction": correction, "account": account, "url": url}
    key = f"{template}/{correction.pk}"
    send_mail(account.email, f"support/mails/{template}", context, person=account.person, key=key)
