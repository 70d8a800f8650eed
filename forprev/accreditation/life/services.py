"""Suspending an accreditation, ending the suspension, withdrawing it: sessions follow at once (B09)."""

from __future__ import annotations

from datetime import date

import structlog
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accreditation.dossiers.thread import checked_text
from forprev.accreditation.life.workflow import LIFE, AccreditationStatus, LifeAction
from forprev.accreditation.models import Accreditation
from forprev.accreditation.selectors import visible_to
from forprev.core import history
from forprev.core.dates import french, today
from forprev.core.errors import DomainError
from forprev.notices.models import Notice
from forprev.notices.services import tell_many
from forprev.organisations.models import Membership, held_now

MAILS = {LifeAction.SUSPEND: "suspended", LifeAction.RESUME: "resumed", LifeAction.WITHDRAW: "withdrawal"}

logger = structlog.get_logger(__name__)


def change_status(accreditation_id: int, acting: Acting, action: LifeAction, since: date, reason: str) -> Accreditation:
    """Suspend, resume or withdraw an accreditation as of `since`, and tell every manager of its entity.

    It stops or serves from now on, whatever `since` says: what was issued stays. Raises Accreditation.DoesNotExist for
    one that the actor does not see, NotAllowed where its status or the role does not allow it, DomainError for a reason
    that is missing or a day that is to come, before the beginning or before the last change.
    """
    reason = checked_text(reason, "reason", "Le motif doit être renseigné.")
    with history.action(acting, action.value, comment=reason):
        visible = visible_to(acting).filter(pk=accreditation_id).values("pk")
        accreditation = Accreditation.objects.select_for_update(no_key=True).get(pk__in=visible)
        transition = LIFE.check(action, accreditation.status, acting.role)
        _check_day(accreditation, since)
        accreditation.status = str(transition.target)
        accreditation.status_since = since
        accreditation.status_reason = "" if accreditation.status == AccreditationStatus.ACTIVE else reason
        accreditation.save()
        _tell_managers(accreditation, MAILS[action], reason)
        logger.info("accreditation_status_changed", accreditation=accreditation.pk, status=accreditation.status)
    return accreditation


def _check_day(accreditation: Accreditation, since: date) -> None:
    if since > today():
        raise DomainError("Cette date est à venir : l’effet est immédiat.", code="future", field="since")
    if since < accreditation.starts_on:
        message = f"L’habilitation n’a commencé que le {french(accreditation.starts_on)}."
        raise DomainError(message, code="before_start", field="since")
    if accreditation.status_since is not None and since < accreditation.status_since:
        message = f"Son statut a changé le {french(accreditation.status_since)} : pas de date antérieure."
        raise DomainError(message, code="before_change", field="since")


def _tell_managers(accreditation: Accreditation, template: str, reason: str) -> None:
    """Whatever their preferences: they cannot do without knowing."""
    managers = Membership.objects.filter(
        held_now(), organisation_id=accreditation.organisation_id, role=Role.MANAGER
    ).values("person_id")
    tell_many(
        Account.objects.filter(person_id__in=managers),
        f"accreditation/mails/{template}",
        {"accreditation": accreditation, "reason": reason},
        kind=Notice.Kind.ACCOUNT,
        url=reverse("accreditation:detail", args=[accreditation.pk]),
    )
