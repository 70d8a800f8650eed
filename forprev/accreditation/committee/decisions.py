"""The decision of the committee on a dossier (B02), and what it makes of accreditations (docs/decisions/0010)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.files.storage import default_storage

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.dossiers.mails import to_applicants
from forprev.accreditation.dossiers.rules import in_force
from forprev.accreditation.dossiers.thread import checked_text
from forprev.accreditation.models import (
    Accreditation,
    AccreditationSettings,
    AccreditationStatus,
    Candidate,
    Delegation,
    Dossier,
    DossierLine,
    LineKind,
    Outcome,
    Piece,
)
from forprev.accreditation.workflow import Action, State
from forprev.core import uploads
from forprev.core.dates import add_months, french, today
from forprev.core.errors import DomainError
from forprev.core.models import Counter
from forprev.core.uploads import Document, Keep
from forprev.organisations.models import Organisation, held_now
from forprev.organisations.services import create_entity
from forprev.organisations.updating.services import FOLDER as URSSAF_FOLDER
from forprev.people.models import Person

URSSAF_RULE = "urssaf"
"""The piece of a first request that becomes the entity's attestation."""
REASON_MISSING = "Le motif doit être renseigné : le demandeur le reçoit."
VERDICTS = {
    Action.ACCEPT: (State.ACCEPTED, "accepted"),
    Action.REFUSE: (State.REFUSED, "refused"),
    Action.ADJOURN: (State.ADJOURNED, "adjourned"),
}


@dataclass(frozen=True)
class Verdict:
    """`action` is ACCEPT, REFUSE or ADJOURN; `refused` holds, by id, the lines not granted of a dossier accepted."""

    action: Action
    reason: str = ""
    refused: Mapping[int, str] = field(default_factory=dict)


def decide(dossier_id: int, acting: Acting, version: int, verdict: Verdict) -> Dossier:
    """Decide, and give effect to it: entity, manager, accreditations, mail; all of it or nothing.

    Raises as `acting_on`; DomainError for a reason that is missing, or an effect that is not possible any more.
    """
    reason = verdict.reason
    if verdict.action != Action.ACCEPT or reason:
        reason = checked_text(reason, "reason", REASON_MISSING)
    state, mail = VERDICTS[verdict.action]
    action = verdict.action
    with uploads.keeping() as keep, acting_on(dossier_id, acting, action, version=version, comment=reason) as of:
        if of.meeting is None:
            raise DomainError("Cette demande n’est pas à l’ordre du jour d’une commission.", code="no_meeting")
        day = today()
        if action == Action.ACCEPT:
            _accept(of, verdict.refused, day, keep)
        told = [_told(line) for line in _lines(of)]
        of.meeting.decisions.create(
            dossier=of,
            verdict=state,
            reason=reason,
            opinion=of.opinion,
            opinion_reason=of.opinion_reason,
            lines=told,
            rank=of.agenda_rank,
            decided_on=day,
        )
        of.decided_on, of.decision_reason, of.due_on = day, reason, None
        if action == Action.ADJOURN:
            of.due_on = day + timedelta(days=AccreditationSettings.current().completion_days)
            of.meeting, of.agenda_rank = None, 0
        to_applicants(of, mail, reason=reason, lines=told, is_first=_candidate(of) is not None)
    return of


def _lines(dossier: Dossier) -> list[DossierLine]:
    lines = dossier.lines.select_related("level__scheme", "accreditation")
    return list(lines.order_by("level__scheme__name", "level__number"))


def _told(line: DossierLine) -> str:
    """`SST / 1 : accordée, H40001/2026/SST-1/O/00, du 23/11/2026 au 23/11/2031`."""
    named = f"{line.level}{' (renouvellement)' if line.kind == LineKind.RENEWAL else ''}"
    if line.outcome == Outcome.GRANTED and line.accreditation is not None:
        granted = line.accreditation
        until = f"du {french(granted.starts_on)} au {french(granted.ends_on)}"
        return f"{named}\N{NO-BREAK SPACE}: accordée, {granted.number}, {until}"
    if line.outcome == Outcome.REFUSED:
        return f"{named}\N{NO-BREAK SPACE}: refusée. {line.outcome_reason}"
    return named


def _candidate(dossier: Dossier) -> Candidate | None:
    return Candidate.objects.filter(dossier=dossier).first()


def _accept(dossier: Dossier, refused: Mapping[int, str], day: date, keep: Keep) -> None:
    lines = _lines(dossier)
    if all(line.pk in refused for line in lines):
        raise DomainError("Aucune habilitation n’est accordée : refusez la demande.", code="nothing_granted")
    organisation = dossier.organisation or _found(dossier, keep)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    dossier.organisation = organisation
    settings = AccreditationSettings.current()
    for line in lines:
        if line.pk in refused:
            line.outcome = Outcome.REFUSED
            line.outcome_reason = checked_text(refused[line.pk], f"reason-{line.pk}", REASON_MISSING)
        else:
            line.outcome = Outcome.GRANTED
            line.accreditation = _grant(line, organisation, day, settings)
        line.save()


def _found(dossier: Dossier, keep: Keep) -> Organisation:
    """The entity of a first request, whose applicant becomes its manager, with the attestation that it sent."""
    candidate = Candidate.objects.get(dossier=dossier)
    names = (
        "kind regime siret nda address postal_code city signatory_name signatory_title activities".split()  # noqa: SIM905
    )
    data = {name: getattr(candidate, name) for name in names}
    applicant = Person.objects.get(pk=dossier.applicant_id)
    organisation = create_entity(applicant, name=dossier.organisation_name, **data)
    piece = Piece.objects.filter(dossier=dossier, rule__code=URSSAF_RULE).first()
    if piece is not None:
        content = default_storage.open(piece.document).read()
        organisation.urssaf = keep(Document(piece.name, piece.content_type, content), URSSAF_FOLDER)
        organisation.urssaf_name, organisation.urssaf_type = piece.name, piece.content_type
        organisation.urssaf_digest = piece.digest
        organisation.save()
    return organisation


def _grant(line: DossierLine, organisation: Organisation, day: date, settings: AccreditationSettings) -> Accreditation:
    if line.accreditation is None:
        held = in_force(organisation, day).filter(level=line.level).first()
        if held is not None:
            raise DomainError(
                f"L’entité détient déjà l’habilitation {held.number} pour le niveau {line.level}.", code="held"
            )
        return _new(line, organisation, day, add_months(day, settings.accreditation_months))
    return _renewed(line, line.accreditation, organisation, day, settings)


def _renewed(
    line: DossierLine, held: Accreditation, organisation: Organisation, day: date, settings: AccreditationSettings
) -> Accreditation:
    """The same accreditation for longer, from its end on (A24); past its end another one, to the same day (A23)."""
    old = Accreditation.objects.select_for_update(no_key=True).get(pk=held.pk)
    if old.status != AccreditationStatus.ACTIVE:
        raise DomainError(
            f"L’habilitation {old.number} est {old.get_status_display().lower()} : elle ne peut pas être renouvelée.",
            code="not_active",
        )
    until = add_months(old.ends_on, settings.accreditation_months)
    if day <= old.ends_on:
        old.ends_on = until
        old.save(update_fields=["ends_on"])
        return old
    new = _new(line, organisation, day, until)
    still = Delegation.objects.filter(held_now("membership__"), accreditation=old)
    Delegation.objects.bulk_create(
        Delegation(membership_id=membership, accreditation=new)
        for membership in still.values_list("membership_id", flat=True)
    )
    return new


def _new(line: DossierLine, organisation: Organisation, starts_on: date, ends_on: date) -> Accreditation:
    return Accreditation.objects.create(
        organisation=organisation,
        level=line.level,
        number=next_accreditation_number(line, organisation, starts_on),
        starts_on=starts_on,
        ends_on=ends_on,
    )


def next_accreditation_number(line: DossierLine, organisation: Organisation, day: date) -> str:
    """`H40001/2026/SST-1/O/00` (B07), in the transaction under way; the sequence skips what is taken already."""
    taken = True
    while taken:
        (sequence,) = Counter.take("accreditations")
        head = f"H{sequence:05}/"
        taken = Accreditation.objects.filter(number__startswith=head).exists()
    return f"{head}{day.year}/{line.level.scheme.code}-{line.level.number}/{organisation.kind}/00"
