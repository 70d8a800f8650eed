"""Dossiers in any state, without any rule: the ways that lead there are tested apart."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from forprev.accreditation.dossiers.numbers import next_number
from forprev.accreditation.dossiers.selectors import demands_of
from forprev.accreditation.models import (
    Candidate,
    CommitteeMeeting,
    Dossier,
    DossierLine,
    DossierState,
    LineKind,
    Opinion,
    Piece,
    Track,
)
from forprev.core.dates import now, today
from forprev.organisations.models import DataChange, Organisation, OrganisationKind, Regime, RegionalFund
from forprev.people.models import Person
from tests.factories.catalogue import level
from tests.factories.organisations import OrganisationFactory, fund
from tests.factories.people import PersonFactory

State = DossierState
CONTENT = b"%PDF-1.7 a piece"
LEVEL_1 = (("SST", 1),)
SIRET = "73282932000074"


def meeting(in_days: int = 14) -> CommitteeMeeting:
    return CommitteeMeeting.objects.get_or_create(held_on=today() + timedelta(days=in_days))[0]


def first_request(
    person: Person | None = None,
    state: str = State.DRAFT,
    *,
    levels: tuple[tuple[str, int], ...] = LEVEL_1,
    regime: str = Regime.GENERAL,
    name: str = "Atelier Roussel Formation",
    pieces: bool = True,
    **common: Any,
) -> Dossier:
    """Of a training body of Valence, complete with the pieces demanded unless `pieces` is False."""
    track = Track.GENERAL if regime == Regime.GENERAL else Track.OTHER
    of = fund() if track == Track.GENERAL else None
    dossier = _dossier(person or PersonFactory(), state, track, of, organisation_name=name)
    values = {
        "kind": OrganisationKind.TRAINING_BODY,
        "regime": regime,
        "siret": SIRET,
        "nda": "84260012326",
        "address": "14 rue des Tanneurs",
        "postal_code": "26000",
        "city": "VALENCE",
        "signatory_name": "ROUSSEL Karim",
        "signatory_title": "Gérant",
        "activities": "Formation aux premiers secours et à la prévention.",
        **common,
    }
    Candidate.objects.create(dossier=dossier, **values)
    _ask_for(dossier, levels, pieces)
    return dossier


def entity_dossier(
    organisation: Organisation | None = None,
    state: str = State.DRAFT,
    *,
    person: Person | None = None,
    levels: tuple[tuple[str, int], ...] = LEVEL_1,
    renewed: tuple[Any, ...] = (),
    pieces: bool = True,
) -> Dossier:
    """New levels for an entity, and renewals of these accreditations of its own."""
    place = organisation or OrganisationFactory()
    track = Track.GENERAL if place.regime == Regime.GENERAL else Track.OTHER
    of = place.department.fund if track == Track.GENERAL else None
    dossier = _dossier(person or PersonFactory(), state, track, of, organisation=place, organisation_name=place.name)
    for accreditation in renewed:
        DossierLine.objects.create(
            dossier=dossier, kind=LineKind.RENEWAL, level=accreditation.level, accreditation=accreditation
        )
    _ask_for(dossier, levels, pieces)
    return dossier


def data_dossier(change: DataChange, state: str = State.SUBMITTED) -> Dossier:
    """Of an open request for a change of data, as the entity sent it."""
    place = change.organisation
    existing = Dossier.objects.filter(data_change=change).first()
    return existing or _dossier(
        change.sent_by,
        state,
        Track.DATA,
        place.department.fund,
        organisation=place,
        organisation_name=place.name,
        data_change=change,
    )


def _dossier(person: Person, state: str, track: str, of: RegionalFund | None, **values: Any) -> Dossier:
    sent = state != State.DRAFT
    with transaction.atomic():
        number = next_number(today()) if sent else None
    judged = state in (State.OPINION_GIVEN, State.AWAITING_DECISION, State.ACCEPTED, State.ADJOURNED)
    return Dossier.objects.create(
        applicant=person,
        track=track,
        state=state,
        creation_key=uuid.uuid4(),
        modified_at=now(),
        number=number,
        submitted_on=today() if sent else None,
        due_on=today() + timedelta(days=60) if sent else None,
        fund=of if sent else None,
        completion="Joindre la page 2." if state == State.TO_COMPLETE else "",
        opinion=Opinion.FAVOURABLE if judged and track != Track.DATA else "",
        meeting=meeting() if state == State.AWAITING_DECISION else None,
        decided_on=today() if state in (State.ACCEPTED, State.REFUSED, State.ADJOURNED) else None,
        decision_reason="Le programme ne convient pas." if state in (State.REFUSED, State.ADJOURNED) else "",
        **values,
    )


def _ask_for(dossier: Dossier, levels: tuple[tuple[str, int], ...], pieces: bool) -> None:
    for code, number in levels:
        DossierLine.objects.create(dossier=dossier, kind=LineKind.NEW, level=level(code, number))
    for demand in demands_of(dossier) if pieces else ():
        if demand.rule.is_required:
            Piece.objects.create(
                dossier=dossier,
                rule=demand.rule,
                line=demand.line,
                document=default_storage.save(f"demandes/{demand.rule.code}.pdf", ContentFile(CONTENT)),
                name=f"{demand.rule.code}.pdf",
                content_type="application/pdf",
                size=1000,
                digest="0" * 64,
                sent_at=now(),
            )
