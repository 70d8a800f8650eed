"""What the network decides about accreditations and requests, on the screen of parameters."""

from __future__ import annotations

from collections.abc import Mapping

from forprev.accreditation.models import AccreditationSettings
from forprev.core.parameters import Parameter, Problems, Subject, Unit, register

ALERTS = (
    "Compte dès la nuit suivante pour toutes les habilitations ; ceux qui ont été prévenus à l’ancien terme le sont "
    "encore au nouveau."
)
REVIEW = "Vaut pour les demandes transmises ensuite ; les échéances déjà données ne changent pas."


def register_parameters() -> None:
    register(
        Subject(
            "habilitations",
            "Habilitations et demandes",
            AccreditationSettings,
            (
                Parameter(
                    "accreditation_months",
                    Unit.MONTHS,
                    1,
                    240,
                    governs="Une habilitation accordée ou renouvelée dure tant de mois.",
                    touches="Vaut pour les décisions à venir ; la fin des habilitations accordées ne change pas.",
                ),
                Parameter(
                    "renewal_months",
                    Unit.MONTHS,
                    1,
                    60,
                    governs="Le renouvellement peut être demandé à partir de tant de mois avant la fin.",
                    touches="Compte aussitôt pour toutes les habilitations ; les demandes commencées continuent.",
                ),
                Parameter(
                    "first_alert_months",
                    Unit.MONTHS,
                    2,
                    60,
                    governs="Les gestionnaires sont prévenus tant de mois avant la fin, alors dite proche.",
                    touches=ALERTS,
                ),
                Parameter(
                    "second_alert_months",
                    Unit.MONTHS,
                    1,
                    59,
                    governs="Ils sont prévenus une seconde fois tant de mois avant la fin.",
                    touches=ALERTS,
                ),
                Parameter(
                    "review_days",
                    Unit.DAYS,
                    1,
                    365,
                    governs="Une demande transmise est en retard quand elle n’est pas instruite dans ce délai.",
                    touches=REVIEW,
                ),
                Parameter(
                    "completion_days",
                    Unit.DAYS,
                    1,
                    365,
                    governs="Un complément demandé à l’entité est à envoyer dans ce délai.",
                    touches="Vaut pour les compléments demandés ensuite ; les échéances déjà données ne changent pas.",
                ),
                Parameter(
                    "draft_months",
                    Unit.MONTHS,
                    2,
                    60,
                    governs="Un brouillon de demande que personne ne modifie est supprimé après tant de mois.",
                    touches=(
                        "Compte dès la nuit suivante pour tous les brouillons : raccourci, il supprime aussi ceux qui "
                        "n’ont pas été annoncés."
                    ),
                ),
                Parameter(
                    "draft_warning_months",
                    Unit.MONTHS,
                    1,
                    12,
                    governs="La suppression d’un brouillon est annoncée tant de mois avant.",
                    touches="Compte dès la nuit suivante ; chaque brouillon n’est annoncé qu’une fois.",
                ),
            ),
            order=20,
            check=_check,
        )
    )


def _check(values: Mapping[str, int]) -> Problems:
    if values["renewal_months"] > values["accreditation_months"]:
        yield "renewal_months", "Le renouvellement ne peut pas précéder le début de l’habilitation."
    if values["first_alert_months"] > values["accreditation_months"]:
        yield "first_alert_months", "L’alerte ne peut pas précéder le début de l’habilitation."
    if values["second_alert_months"] >= values["first_alert_months"]:
        yield "second_alert_months", "La seconde alerte doit être plus près de la fin que la première."
    if values["draft_warning_months"] >= values["draft_months"]:
        yield "draft_warning_months", "L’annonce doit être plus courte que la conservation du brouillon."
