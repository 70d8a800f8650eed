"""What the national committee decides of a dossier, and what follows: accreditations, an entity, mails (B02, B07)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from django.db import IntegrityError, transaction

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers import mails
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.dossiers.thread import checked_text
from forprev.accreditation.models import (
    Accreditation,
    AccreditationSettings,
    AccreditationStatus,
    Delegation,
    Dossier,
    DossierLine,
    LineKind,
    Outcome,
)
from forprev.accreditation.workflow import Action
from forprev.core.dates import add_months, french, today
from forprev.core.errors import DomainError
from forprev.core.models import Counter
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import Department, Membership, Organisation, held_now
from forprev.organisations.updating.communes import department_at

COUNTER = "accreditations"
URSSAF = "urssaf"
"""The code of the piece that becomes the entity's attestation."""
MAILS = {Action.ACCEPT: "accepted", Action.REFUSE: "refused", Action.ADJOURN: "adjourned"}

logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LineDecision:
    """What is decided of one line: `Outcome.GRANTED`, or `Outcome.REFUSED` with its reason."""

    outcome: str
    reason: str = ""


class Incomplete(DomainError):
    """Lines are not decided, or refused without a reason; `told` names each by `outcome_field` or `reason_field`."""

    def __init__(self, found: Sequence[tuple[str, str]]) -> None:
        self._found = list(found)
        super().__init__(" ".join(message for _, message in found), code="lines_incomplete")

    @property
    def told(self) -> list[tuple[str | None, str]]:
        return list(self._found)


def outcome_field(line_id: int) -> str:
    return f"line_{line_id}"


def reason_field(line_id: int) -> str:
    return f"line_{line_id}_reason"


def decide(
    dossier_id: int,
    acting: Acting,
    version: int,
    verdict: Action,
    *,
    lines: Mapping[int, LineDecision] | None = None,
    reason: str = "",
) -> Dossier:
    """Accept, refuse or adjourn a dossier that is before the committee, and tell its applicant.

    `lines` holds what is decided of each line of a dossier accepted, by id; `reason` is needed for the other verdicts.
    Raises Dossier.DoesNotExist, NotAllowed or Conflict as `acting_on`; DomainError for an acceptance that grants
    nothing, or that the accreditations, the SIRET or the address do not allow any more.
    """
    if acting.role != Role.COMMITTEE:
        raise NotAllowed("Seule la commission nationale décide d’une demande.")
    if verdict == Action.ACCEPT:
        reason = _optional(reason, "reason")
    else:
        reason = checked_text(reason, "reason", "Le motif, et ce que le demandeur peut faire, doivent être renseignés.")
    with acting_on(dossier_id, acting, verdict, version=version, comment=reason) as dossier:
        asked = list(dossier.lines.select_related("level__scheme").order_by("level__scheme__name", "level__number"))
        dossier.decided_on, dossier.decision_reason = today(), reason
        if verdict == Action.ACCEPT:
            _note(asked, lines or {})
            organisation = dossier.organisation or _enter(dossier)
            for line in asked:
                if line.outcome == Outcome.GRANTED:
                    line.accreditation = _grant(line, organisation, dossier.decided_on)
                line.save()
        elif verdict == Action.REFUSE:
            for line in asked:
                line.outcome, line.outcome_reason = Outcome.REFUSED, reason
                line.save()
        mails.to_applicants(dossier, MAILS[verdict], lines=asked, reason=reason)
        if verdict == Action.ACCEPT:
            # After the mail: a first request is answered to its applicant, whatever its preferences.
            dossier.organisation = organisation
        logger.info("dossier_decided", dossier=dossier.pk, verdict=verdict.value, by=acting.person_id)
    return dossier


def _note(lines: Sequence[DossierLine], decided: Mapping[int, LineDecision]) -> None:
    """Write the outcome of every line; Incomplete or DomainError if they do not make an acceptance."""
    missing: list[tuple[str, str]] = []
    for line in lines:
        of_line = decided.get(line.pk, LineDecision(""))
        line.outcome, line.outcome_reason = of_line.outcome, ""
        if line.outcome not in Outcome.values:
            missing.append((outcome_field(line.pk), f"{line.level} : choisissez « Accordée » ou « Refusée »."))
        elif line.outcome == Outcome.REFUSED:
            line.outcome_reason = _optional(of_line.reason, reason_field(line.pk))
            if not line.outcome_reason:
                missing.append((reason_field(line.pk), f"{line.level} : le motif du refus doit être renseigné."))
    if missing:
        raise Incomplete(missing)
    if all(line.outcome == Outcome.REFUSED for line in lines):
        raise DomainError(
            "Rien n’est accordé : une demande dont tout est refusé se refuse.", code="nothing_granted", field="verdict"
        )


def _optional(text: str, field: str) -> str:
    return checked_text(text, field, "") if text.strip() else ""


def _enter(dossier: Dossier) -> Organisation:
    """The entity that a first request asked to become, its applicant being the manager (A10)."""
    candidate = dossier.candidate
    department = Department.objects.filter(pk=department_at(candidate.postal_code, candidate.city)).first()
    if department is None:
        raise DomainError(
            f"Le code postal {candidate.postal_code} n’est du ressort d’aucune caisse : ajournez la demande pour que "
            "l’adresse soit corrigée.",
            code="no_fund",
            field="verdict",
        )
    piece = dossier.pieces.filter(rule__code=URSSAF, line=None).first()
    attestation = {}
    if piece is not None:
        attestation = {
            "urssaf": piece.document,
            "urssaf_name": piece.name,
            "urssaf_type": piece.content_type,
            "urssaf_digest": piece.digest,
        }
    same = ("kind", "regime", "nda", "address", "postal_code", "city", "signatory_name", "signatory_title")
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                **{name: getattr(candidate, name) for name in (*same, "siret", "activities")},
                **attestation,
                name=dossier.organisation_name,
                department=department,
            )
    except IntegrityError:
        other = Organisation.objects.filter(siret=candidate.siret).first()
        if other is None:
            raise
        raise DomainError(
            f"Le SIRET {candidate.siret} est entre-temps celui d’une autre entité, {other.name} : ajournez la demande, "
            "ou refusez-la et invitez le demandeur à rejoindre cette entité.",
            code="siret_taken",
            field="verdict",
        ) from None
    if piece is not None:
        # The document has one owner: the entity, which may replace it.
        piece.document = ""
        piece.save()
    organisation.memberships.create(person=dossier.applicant, role=Role.MANAGER)
    return organisation


def _grant(line: DossierLine, organisation: Organisation, day: date) -> Accreditation:
    """A new accreditation, or the one to renew: longer, or followed by another if it has ended (A23, A24)."""
    months = AccreditationSettings.current().accreditation_months
    if line.kind == LineKind.NEW:
        return _create(line, organisation, day, add_months(day, months))
    old = Accreditation.objects.select_for_update(no_key=True, of=("self",)).get(lines=line)
    if old.status != AccreditationStatus.ACTIVE:
        raise DomainError(
            f"{line.level} : l’habilitation {old.number} est {old.get_status_display().lower()} depuis le "
            f"{french(old.status_since or day)}, elle ne peut pas être renouvelée.",
            code="not_active",
            field=outcome_field(line.pk),
        )
    until = renewed_end(_original_end(old), old.ends_on, months)
    if old.ends_on >= day:
        old.ends_on = until
        old.save()
        return old
    new = _create(line, organisation, day, until if until >= day else add_months(day, months))
    still = Membership.objects.filter(held_now(), role=Role.DELEGATE, delegations__accreditation=old)
    Delegation.objects.bulk_create(Delegation(membership=each, accreditation=new) for each in still)
    return new


def renewed_end(original: date, end: date, months: int) -> date:
    """The end of what ends on `end`, `months` later, on the anniversary of its `original` end (A24).

    Counted from there: what ended on 29 February does again in leap years. An end that somebody moved since to another
    day of the month makes an anniversary of its own.
    """
    passed = (end.year - original.year) * 12 + end.month - original.month
    if add_months(original, passed) == end:
        return add_months(original, passed + months)
    return add_months(end, months)


def _original_end(accreditation: Accreditation) -> date:
    """When it was to end as it was granted."""
    first = accreditation.events.order_by("pgh_id").first()  # type: ignore[attr-defined]
    return first.ends_on if first else accreditation.ends_on


def _create(line: DossierLine, organisation: Organisation, starts_on: date, ends_on: date) -> Accreditation:
    return Accreditation.objects.create(
        organisation=organisation,
        level=line.level,
        number=_next_number(line, organisation, starts_on.year),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _next_number(line: DossierLine, organisation: Organisation, year: int) -> str:
    """B07: `H00123/2026/SST-1/O/00`. The sequence goes on from the highest number there is when it is first used."""
    if not Counter.objects.filter(key=COUNTER).exists():
        Counter.objects.get_or_create(key=COUNTER, defaults={"last": _highest_number()})
    (rank,) = Counter.take(COUNTER)
    level = line.level
    return f"H{rank:05}/{year}/{level.scheme.code}-{level.number}/{organisation.kind}/00"


def _highest_number() -> int:
    numbers = Accreditation.objects.filter(number__regex=r"^H\d+/").values_list("number", flat=True)
    return max((int(re.findall(r"\d+", number)[0]) for number in numbers), default=0)
