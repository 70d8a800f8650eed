"""What the network decides about sessions and certificates, on the screen of parameters."""

from __future__ import annotations

from collections.abc import Mapping

from forprev.certification.models import CertificationSettings
from forprev.core.parameters import Parameter, Problems, Subject, Unit, register

SHORTEST_MONTH = 28
ALERTS = (
    "Compte dès la nuit suivante pour tous les certificats de formateur ; ceux qui ont été prévenus à l’ancien terme "
    "le sont encore au nouveau."
)


def register_parameters() -> None:
    register(
        Subject(
            "certification",
            "Sessions et certificats",
            CertificationSettings,
            (
                Parameter(
                    "generation_months",
                    Unit.MONTHS,
                    1,
                    24,
                    governs="Les certificats peuvent être générés jusqu’à tant de mois après la fin de la session.",
                    touches="Compte aussitôt, aussi pour les sessions en cours ; une réouverture par la caisse reste.",
                ),
                Parameter(
                    "generation_reminder_days",
                    Unit.DAYS,
                    1,
                    90,
                    governs="L’entité est prévenue tant de jours avant la fin de ce délai.",
                    touches="Compte dès la nuit suivante ; un rappel déjà envoyé n’est pas envoyé de nouveau.",
                ),
                Parameter(
                    "reopening_months",
                    Unit.MONTHS,
                    1,
                    60,
                    governs="Une caisse rouvre une session hors délai pour tant de mois au plus.",
                    touches="Vaut pour les réouvertures à venir.",
                ),
                Parameter(
                    "download_days",
                    Unit.DAYS,
                    1,
                    366,
                    governs="L’entité télécharge les certificats pendant tant de jours après leur génération.",
                    touches=(
                        "Vaut pour les certificats générés ensuite, et aussitôt pour ceux qui en remplacent d’autres ; "
                        "les dates déjà annoncées aux sessions ne changent pas."
                    ),
                ),
                Parameter(
                    "download_reminder_days",
                    Unit.DAYS,
                    1,
                    90,
                    governs="L’entité qui n’a rien téléchargé est prévenue tant de jours avant la fin.",
                    touches="Compte dès la nuit suivante ; un rappel déjà envoyé n’est pas envoyé de nouveau.",
                ),
                Parameter(
                    "retry_months",
                    Unit.MONTHS,
                    1,
                    24,
                    governs="Après un échec, il est conseillé de se représenter dans ce délai.",
                    touches="Compte aussitôt pour les stagiaires des sessions en cours ; ce n’est qu’un conseil.",
                ),
                Parameter(
                    "first_alert_months",
                    Unit.MONTHS,
                    3,
                    36,
                    governs="Un formateur est prévenu tant de mois avant la fin de son certificat.",
                    touches=ALERTS,
                ),
                Parameter(
                    "second_alert_months",
                    Unit.MONTHS,
                    2,
                    35,
                    governs="Il l’est une deuxième fois tant de mois avant la fin.",
                    touches=ALERTS,
                ),
                Parameter(
                    "third_alert_months",
                    Unit.MONTHS,
                    1,
                    34,
                    governs="Il l’est une troisième fois tant de mois avant la fin.",
                    touches=ALERTS,
                ),
                Parameter(
                    "trainer_account_months",
                    Unit.MONTHS,
                    1,
                    120,
                    governs="Le compte d’un formateur reste ouvert tant de mois après son dernier certificat.",
                    touches="Compte aussitôt : raccourci, il ferme des comptes ; allongé, il en rouvre.",
                ),
            ),
            order=30,
            check=_check,
        )
    )


def _check(values: Mapping[str, int]) -> Problems:
    if values["generation_reminder_days"] >= values["generation_months"] * SHORTEST_MONTH:
        yield "generation_reminder_days", "Le rappel doit être plus court que le délai de génération."
    if values["download_reminder_days"] >= values["download_days"]:
        yield "download_reminder_days", "Le rappel doit être plus court que la durée de téléchargement."
    if values["second_alert_months"] >= values["first_alert_months"]:
        yield "second_alert_months", "La deuxième alerte doit être plus près de la fin que la première."
    if values["third_alert_months"] >= values["second_alert_months"]:
        yield "third_alert_months", "La troisième alerte doit être plus près de la fin que la deuxième."
