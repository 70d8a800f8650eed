"""What people are told of requests: their own, and the hotline of those that wait."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.models import Account, Role
from forprev.notices.models import Notice
from forprev.notices.services import Reminders, tell, tell_many
from forprev.organisations.models import NetworkRole, held_now
from forprev.support.models import CorrectionRequest


def received(correction: CorrectionRequest) -> None:
    _send(correction, "correction_received")


def applied(correction: CorrectionRequest) -> None:
    _send(correction, "correction_applied")


def refused(correction: CorrectionRequest) -> None:
    _send(correction, "correction_refused")


def asked(correction: CorrectionRequest) -> None:
    _tell_hotline(correction, "correction_asked", f"correction_asked/{correction.pk}")


def waits(correction: CorrectionRequest, reminders: Reminders) -> None:
    _tell_hotline(correction, "correction_waits", reminders.key(f"correction/{correction.pk}", correction.created_at))


def _tell_hotline(correction: CorrectionRequest, template: str, key: str) -> None:
    """All its agents, but for one who asks for itself."""
    agents = NetworkRole.objects.filter(held_now(), role=Role.SUPPORT_AGENT).exclude(person=correction.person_id)
    tell_many(
        Account.objects.filter(person__in=agents.values("person")),
        f"support/mails/{template}",
        {"correction": correction},
        kind=Notice.Kind.TASK,
        url=reverse("support:correction", args=[correction.pk]),
        key=key,
    )


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
