"""The life of a request for correction: its states and the one table of what may be done to it, by whom."""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Workflow, transition


class State(models.TextChoices):
    OPEN = "open", "En cours"
    APPLIED = "applied", "Appliquée"
    REFUSED = "refused", "Refusée"
    DROPPED = "dropped", "Annulée"


CLOSED = (State.APPLIED, State.REFUSED, State.DROPPED)
HOLDER = "holder"
"""As a role: the person that the request is about, whatever its roles."""


class Action(models.TextChoices):
    """What can be done; the label is the one of the screen and of the history.

    Applying bears the name that `people.services.correct_identity` gives it: one action, in the history of both rows.
    """

    ASK = "ask_correction", "Demander une correction"
    DROP = "drop_correction", "Annuler la demande"
    APPLY = "correct_identity", "Appliquer la correction"
    REFUSE = "refuse_correction", "Refuser"


CORRECTION_WORKFLOW = Workflow(
    (
        transition(Action.APPLY, [State.OPEN], State.APPLIED, Action.APPLY.label, [Role.SUPPORT_AGENT]),
        transition(Action.REFUSE, [State.OPEN], State.REFUSED, Action.REFUSE.label, [Role.SUPPORT_AGENT]),
        transition(Action.DROP, [State.OPEN], State.DROPPED, Action.DROP.label, [HOLDER]),
    )
)
