"""What a dossier still lacks (B04): shown step by step while it is entered, and refused when it is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from forprev.accreditation.dossiers.selectors import Demand, demands_of, lines_of
from forprev.accreditation.models import (
    Accreditation,
    AccreditationSettings,
    AccreditationStatus,
    Candidate,
    Dossier,
    DossierLine,
    LineKind,
    PieceState,
)
from forprev.accreditation.workflow import SENT_AND_OPEN, DossierState
from forprev.core.dates import add_months, french, today
from forprev.core.errors import DomainError
from forprev.organisations.models import Department, Organisation, OrganisationKind
from forprev.organisations.updating.communes import department_at

COMMON, LINES = "common", "lines"
"""The steps of a dossier, beside its pieces, each of which is one under its own key."""

SIRET_KNOWN = (
    "Un organisme de ce SIRET est déjà dans Forprev : c’est à ses gestionnaires de présenter la demande. "
    "Vous pouvez leur faire parvenir un message."
)
SIRET_UNDER_REVIEW = (
    "Une première demande est déjà en cours d’instruction pour ce SIRET. Rapprochez-vous de votre organisme, ou de "
    "l’assistance."
)
NO_FUND = "Ce code postal n’est du ressort d’aucune caisse : prenez contact avec l’assistance."


@dataclass(frozen=True)
class Finding:
    """One thing to put right before the dossier can be sent; `step` says where."""

    step: str
    message: str


class NotReady(DomainError):
    """The dossier cannot be sent as it is."""

    def __init__(self, findings: Collection[Finding]) -> None:
        super().__init__("La demande n’est pas complète.", code="B04")
        self.findings = findings

    @property
    def told(self) -> list[tuple[str | None, str]]:
        return [(None, finding.message) for finding in self.findings]


def findings_of(
    dossier: Dossier, lines: Collection[DossierLine] | None = None, demands: Collection[Demand] | None = None
) -> list[Finding]:
    """Everything that stands between the dossier and its sending, in the order of the steps; a constant of queries.

    `lines` and `demands` are all those of the dossier, from whoever has read them already.
    """
    lines = lines_of(dossier) if lines is None else lines
    demands = demands_of(dossier) if demands is None else demands
    return [*_common(dossier), *_lines(dossier, lines), *_pieces(demands)]


# The organisation

_REQUIRED = {
    "kind": "Le type doit être renseigné.",
    "regime": "Le régime doit être renseigné.",
    "siret": "Le SIRET doit être renseigné.",
    "address": "L’adresse doit être renseignée.",
    "postal_code": "Le code postal doit être renseigné.",
    "city": "La commune doit être renseignée.",
    "signatory_name": "Le nom du signataire doit être renseigné.",
    "signatory_title": "La fonction du signataire doit être renseignée.",
    "activities": "Les activités doivent être renseignées.",
}


def _common(dossier: Dossier) -> Iterator[Finding]:
    """Of a first request; an entity's data are in Forprev already."""
    candidate = getattr(dossier, "candidate", None)
    if candidate is None:
        return
    if not dossier.organisation_name:
        yield Finding(COMMON, "La raison sociale doit être renseignée.")
    for name, message in _REQUIRED.items():
        if not getattr(candidate, name):
            yield Finding(COMMON, message)
    if candidate.kind == OrganisationKind.TRAINING_BODY and not candidate.nda:
        yield Finding(COMMON, "Le numéro de déclaration d’activité d’un organisme de formation doit être renseigné.")
    if candidate.siret and is_known(candidate.siret):
        yield Finding(COMMON, SIRET_KNOWN)
    elif candidate.siret and _under_review(dossier, candidate.siret):
        yield Finding(COMMON, SIRET_UNDER_REVIEW)
    if candidate.postal_code and candidate.city and department_of(candidate) is None:
        yield Finding(COMMON, NO_FUND)


def is_known(siret: str) -> bool:
    return Organisation.objects.filter(siret=siret).exists()


def _under_review(dossier: Dossier, siret: str) -> bool:
    others = Dossier.objects.filter(state__in=SENT_AND_OPEN, candidate__siret=siret)
    return others.exclude(pk=dossier.pk).exists()


def department_of(candidate: Candidate) -> Department | None:
    """The department of its commune, which says whose regional fund is to review it (B03)."""
    code = department_at(candidate.postal_code, candidate.city)
    return Department.objects.select_related("fund").filter(pk=code).first()


# The levels


def in_force(organisation: Organisation | None, day: date) -> QuerySet[Accreditation]:
    """Those that an entity holds on `day` or is to hold, suspended or not: no new one can be asked for beside them."""
    if organisation is None:
        return Accreditation.objects.none()
    kept = Accreditation.objects.filter(organisation=organisation, ends_on__gte=day)
    return kept.exclude(status=AccreditationStatus.WITHDRAWN).select_related("level__scheme")


def renewable_from(accreditation: Accreditation, settings: AccreditationSettings) -> date:
    """The first day on which its renewal can be asked for (A24)."""
    return add_months(accreditation.ends_on, -settings.renewal_months)


def why_not_renewable(accreditation: Accreditation, day: date, settings: AccreditationSettings) -> str:
    """A sentence where its renewal cannot be asked for on `day` (A24), by what it is alone; empty where it can."""
    if accreditation.status == AccreditationStatus.SUSPENDED:
        return f"L’habilitation {accreditation.number} est suspendue : elle ne peut pas être renouvelée."
    if accreditation.status == AccreditationStatus.WITHDRAWN:
        return f"L’habilitation {accreditation.number} est retirée : elle ne peut pas être renouvelée."
    if day > accreditation.ends_on:
        return (
            f"L’habilitation {accreditation.number} a pris fin le {french(accreditation.ends_on)} : "
            "demandez une nouvelle habilitation."
        )
    first_day = renewable_from(accreditation, settings)
    if day < first_day:
        return (
            f"L’habilitation {accreditation.number} prend fin le {french(accreditation.ends_on)} : son renouvellement "
            f"peut être demandé à partir du {french(first_day)}."
        )
    return ""


def under_review(organisation: Organisation | None, *, but: Dossier | None = None) -> dict[int, str]:
    """The levels that other dossiers of the entity ask for, sent and not closed, with the number of each dossier."""
    if organisation is None:
        return {}
    lines = DossierLine.objects.filter(dossier__organisation=organisation, dossier__state__in=SENT_AND_OPEN)
    if but is not None:
        lines = lines.exclude(dossier=but)
    return {level: number or "" for level, number in lines.values_list("level_id", "dossier__number")}


def _lines(dossier: Dossier, lines: Collection[DossierLine]) -> Iterator[Finding]:
    """Of a draft: what was sent in time is not late because its review lasted."""
    if dossier.state != DossierState.DRAFT:
        return
    if not lines:
        yield Finding(LINES, "Choisissez au moins une habilitation.")
        return
    day, settings = today(), AccreditationSettings.current()
    held = list(in_force(dossier.organisation, day))
    elsewhere = under_review(dossier.organisation, but=dossier)
    for line in lines:
        if line.level.inrs_only:
            yield Finding(LINES, f"Le niveau {line.level} est réservé à l’INRS.")
        elif line.level_id in elsewhere:
            number = elsewhere[line.level_id]
            yield Finding(LINES, f"Le niveau {line.level} fait déjà l’objet de la demande {number}, en cours.")
        elif line.kind == LineKind.NEW:
            yield from _of_a_new_one(line, held)
        elif line.accreditation is not None:
            yield from _of_a_renewal(line.accreditation, held, day, settings)


def _of_a_new_one(line: DossierLine, held: list[Accreditation]) -> Iterator[Finding]:
    for accreditation in held:
        if accreditation.level_id == line.level_id:
            yield Finding(
                LINES,
                f"Vous détenez déjà l’habilitation {accreditation.number} pour le niveau {line.level}, jusqu’au "
                f"{french(accreditation.ends_on)}.",
            )
            return


def _of_a_renewal(
    accreditation: Accreditation, held: list[Accreditation], day: date, settings: AccreditationSettings
) -> Iterator[Finding]:
    if reason := why_not_renewable(accreditation, day, settings):
        yield Finding(LINES, reason)
    elif any(other.level_id == accreditation.level_id and other.ends_on > accreditation.ends_on for other in held):
        yield Finding(LINES, f"L’habilitation {accreditation.number} est déjà renouvelée.")


# The pieces


def _pieces(demands: Collection[Demand]) -> Iterator[Finding]:
    for demand in demands:
        if message := what_it_lacks(demand):
            yield Finding(demand.key, message)


def what_it_lacks(demand: Demand) -> str:
    """A sentence where the piece stands between the dossier and its sending; else empty."""
    named = f"« {demand.rule.label} »" + (f" ({demand.line.level})" if demand.line else "")
    if demand.is_missing:
        return f"La pièce {named} doit être jointe."
    if demand.piece is not None and demand.piece.state == PieceState.TO_CORRECT:
        return f"La pièce {named} est à corriger : envoyez-la de nouveau."
    return ""
