"""The pieces demanded as the sources give them (domain.md, section 1.5); what is not sourced is marked unconfirmed."""

from __future__ import annotations

from dataclasses import dataclass

from forprev.organisations.models import OrganisationKind


@dataclass(frozen=True)
class PieceFacts:
    """`scheme` is a code, empty for the pieces of the organisation itself."""

    code: str
    label: str
    help_text: str
    scheme: str = ""
    level_number: int | None = None
    kind: str = ""
    is_required: bool = True
    unconfirmed: tuple[str, ...] = ()


PROGRAMME = (
    "Titre exact, public, prérequis, objectifs, contenu, durée minimale, effectifs, méthodes, qualification du "
    "formateur, épreuves de certification, validité et obligation de MAC."
)
SEQUENCES = (
    "Pour chaque séquence : compétences, objectifs, contenu, situations d’apprentissage, moyens, évaluations, durée ; "
    "les épreuves de certification à part."
)

PIECES = (
    PieceFacts("urssaf", "Attestation URSSAF", "Attestation de vigilance en cours de validité."),
    PieceFacts(
        "qualiopi",
        "Certificat Qualiopi",
        "S’il vous a été délivré.",
        kind=OrganisationKind.TRAINING_BODY,
        is_required=False,
        unconfirmed=("is_required", "kind"),
    ),
    PieceFacts("sst-2-programme-initial", "Programme du stage initial", PROGRAMME, "SST", 2),
    PieceFacts("sst-2-programme-mac", "Programme de la mise à jour des compétences", PROGRAMME, "SST", 2),
    PieceFacts("sst-2-deroule-initial", "Déroulé pédagogique du stage initial", SEQUENCES, "SST", 2),
    PieceFacts("sst-2-deroule-mac", "Déroulé pédagogique de la mise à jour des compétences", SEQUENCES, "SST", 2),
)
