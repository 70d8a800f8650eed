"""What the network decides about reminders, on the screen of parameters."""

from __future__ import annotations

from collections.abc import Mapping

from forprev.core.parameters import Parameter, Problems, Subject, Unit, register
from forprev.notices.models import ReminderSettings

TOUCHES = "Compte aussitôt pour tout ce qui attend ; un rappel déjà envoyé n’est pas envoyé de nouveau."


def register_parameters() -> None:
    register(
        Subject(
            "rappels",
            "Rappels",
            ReminderSettings,
            (
                Parameter(
                    "first_days",
                    Unit.DAYS,
                    1,
                    89,
                    governs="Une session ou une demande qui attend est rappelée après tant de jours sans changement.",
                    touches=TOUCHES,
                ),
                Parameter(
                    "second_days",
                    Unit.DAYS,
                    2,
                    90,
                    governs="Elle l’est une seconde et dernière fois après tant de jours sans changement.",
                    touches=TOUCHES,
                ),
            ),
            order=40,
            check=_check,
        )
    )


def _check(values: Mapping[str, int]) -> Problems:
    if values["second_days"] <= values["first_days"]:
        yield "second_days", "Le second rappel doit venir après le premier."
