"""The life of a request for a change of an entity's data: its states and who may do what to it."""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Workflow, transition


class State(models.TextChoices):
    OPEN = "open", "En attente de la caisse"
    APPLIED = "applied", "Acceptée"
    REFUSED = "refused", "Refusée"
    DROPPED = "dropped", "Retirée"


CLOSED = (State.APPLIED, State.REFUSED, State.DROPPED)


class Action(models.TextChoices):
    """What happens to an entity's data; the label is the one of the history."""

    UPDATE = "update_entity", "Informations actualisées"
    DROP = "drop_data_change", "Demande d’actualisation retirée"
    APPLY = "apply_data_change", "Demande d’actualisation acceptée"
    REFUSE = "refuse_data_change", "Demande d’actualisation refusée"


DATA_CHANGE_WORKFLOW = Workflow(
    (
        transition(Action.APPLY, [State.OPEN], State.APPLIED, "Accepter", [Role.FUND_OFFICER]),
        transition(Action.REFUSE, [State.OPEN], State.REFUSED, "Refuser", [Role.FUND_OFFICER]),
        transition(Action.DROP, [State.OPEN], State.DROPPED, "Retirer ma demande", [Role.MANAGER]),
    )
)
