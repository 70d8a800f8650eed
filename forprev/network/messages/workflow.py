"""The life of a targeted message: its states and the one table of what may be done to it, by whom."""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Workflow, transition

AUTHORS = (Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)
SYSTEM = "system"
"""As a role: the application itself, once the moment has come."""


class State(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    SCHEDULED = "scheduled", "Programmé"
    SENDING = "sending", "En cours d’envoi"
    SENT = "sent", "Envoyé"
    CANCELLED = "cancelled", "Annulé"


class Action(models.TextChoices):
    """What can be done; the label is the one of the screen and of the history."""

    WRITE = "write_message", "Modifier"
    SCHEDULE = "schedule_message", "Envoyer"
    CANCEL = "cancel_message", "Annuler l’envoi"
    START = "start_message", "Début de l’envoi"
    FINISH = "finish_message", "Fin de l’envoi"


MESSAGE_WORKFLOW = Workflow(
    (
        transition(Action.WRITE, [State.DRAFT], None, Action.WRITE.label, AUTHORS),
        transition(Action.SCHEDULE, [State.DRAFT], State.SCHEDULED, Action.SCHEDULE.label, AUTHORS),
        transition(Action.CANCEL, [State.DRAFT, State.SCHEDULED], State.CANCELLED, Action.CANCEL.label, AUTHORS),
        transition(Action.START, [State.SCHEDULED], State.SENDING, Action.START.label, [SYSTEM]),
        transition(Action.FINISH, [State.SENDING], State.SENT, Action.FINISH.label, [SYSTEM]),
    )
)
