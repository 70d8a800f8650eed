"""What may be done to an accreditation, from which status, by whom; a withdrawal is final (B09)."""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Workflow, transition


class AccreditationStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspendue"
    WITHDRAWN = "withdrawn", "Retirée"


Status = AccreditationStatus


class LifeAction(models.TextChoices):
    """What can be done to it; the label is the one of the screen and of the history."""

    SUSPEND = "suspend", "Suspendre"
    RESUME = "resume", "Lever la suspension"
    WITHDRAW = "withdraw", "Retirer l’habilitation"


GOVERNORS = (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR)

LIFE = Workflow(
    tuple(
        transition(action, sources, target, str(action.label), GOVERNORS)
        for action, sources, target in (
            (LifeAction.SUSPEND, [Status.ACTIVE], Status.SUSPENDED),
            (LifeAction.RESUME, [Status.SUSPENDED], Status.ACTIVE),
            (LifeAction.WITHDRAW, [Status.ACTIVE, Status.SUSPENDED], Status.WITHDRAWN),
        )
    )
)
