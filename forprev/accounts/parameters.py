"""What the network decides about accounts, on the screen of parameters."""

from __future__ import annotations

from forprev.accounts.models import AccountSettings
from forprev.core.parameters import Parameter, Subject, Unit, register


def register_parameters() -> None:
    register(
        Subject(
            "comptes",
            "Comptes",
            AccountSettings,
            (
                Parameter(
                    "link_hours",
                    Unit.HOURS,
                    1,
                    168,
                    governs=(
                        "Un lien de première connexion, de mot de passe, de nouvelle adresse ou de première demande "
                        "sert une fois, pendant cette durée."
                    ),
                    touches="Compte aussitôt, aussi pour les liens déjà envoyés : plus anciens, ils ne servent plus.",
                ),
            ),
            order=10,
        )
    )
