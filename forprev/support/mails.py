"""What people are told of their requests."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.models import Account
from forprev.notices.models import Notice
from forprev.notices.services import tell
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
    tell(
        account,
        f"support/mails/{template}",
        {"correction": correction},
        kind=Notice.Kind.ACCOUNT,
        url=reverse("support:ask_correction"),
        key=f"{template}/{correction.pk}",
    )
