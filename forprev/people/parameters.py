"""What the network decides about people, on the screen of parameters."""

from __future__ import annotations

from forprev.core.parameters import Parameter, Subject, Unit, register
from forprev.people.models import PeopleSettings


def register_parameters() -> None:
    register(
        Subject(
            "personnes",
            "Personnes",
            PeopleSettings,
            (
                Parameter(
                    "undo_days",
                    Unit.DAYS,
                    1,
                    365,
                    governs="Pendant ce délai, l’assistance peut annuler la fusion de deux fiches d’une même personne.",
                    touches="Vaut pour les fusions à venir ; celles déjà faites gardent le délai annoncé.",
                ),
            ),
            order=60,
        )
    )
