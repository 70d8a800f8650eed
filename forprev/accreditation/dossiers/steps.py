"""The task list of a dossier, and what its check page sums up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from forprev.accreditation.dossiers.rules import COMMON, LINES, Finding
from forprev.accreditation.dossiers.selectors import Demand
from forprev.accreditation.models import Dossier, DossierLine, DossierState
from forprev.organisations.models import OrganisationKind


@dataclass(frozen=True)
class Step:
    """One row of the task list; `hint` says what is missing, or what is there."""

    label: str
    url: str
    state: str
    hint: str


def steps_of(
    dossier: Dossier, lines: Iterable[DossierLine], demands: list[Demand], findings: list[Finding]
) -> list[Step]:
    missing: dict[str, list[str]] = {}
    for finding in findings:
        missing.setdefault(finding.step, []).append(finding.message)

    def step(key: str, label: str, url: str, there: str = "") -> Step:
        lacking = missing.get(key, [])
        return Step(label, url, "todo" if lacking else "done", " ".join(lacking) or there)

    steps = []
    if dossier.is_first:
        steps.append(step(COMMON, "Votre organisme", reverse("accreditation:dossier_common", args=[dossier.pk])))
    if dossier.state == DossierState.DRAFT:
        asked = ", ".join(str(line.level) for line in lines)
        steps.append(
            step(LINES, "Habilitations demandées", reverse("accreditation:dossier_lines", args=[dossier.pk]), asked)
        )
    for demand in demands:
        url = reverse("accreditation:dossier_piece", args=[dossier.pk, demand.key])
        label = f"{demand.rule.label} – {demand.line.level}" if demand.line else demand.rule.label
        there = demand.piece.name if demand.piece else "Facultative, non jointe."
        steps.append(step(demand.key, label, url, there))
    return steps


def common_rows(dossier: Dossier) -> list[dict[str, Any]]:
    """What the dossier says of the organisation, for `core/parts/summary_list.html`."""
    known: Any = getattr(dossier, "candidate", None) or dossier.organisation
    rows = [
        ("Raison sociale", dossier.organisation_name),
        ("Type", known.get_kind_display()),
        ("Régime", known.get_regime_display()),
        ("SIRET", known.siret),
    ]
    if known.kind == OrganisationKind.TRAINING_BODY and dossier.is_first:
        rows.append(("Numéro de déclaration d’activité", known.nda))
    town = f"{known.postal_code} {known.city}".strip()
    rows += [
        ("Adresse", ", ".join(part for part in (known.address, town) if part)),
        ("Signataire", ", ".join(part for part in (known.signatory_name, known.signatory_title) if part)),
    ]
    if dossier.is_first:
        rows.append(("Activités", known.activities))
    return [{"label": label, "value": value} for label, value in rows]
