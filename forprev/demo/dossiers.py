"""Requests in every state, so that each of those who handle one finds something to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pgtrigger
from django.db.models import F

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.accreditation.committee.services import plan, schedule
from forprev.accreditation.dossiers import services as applicants
from forprev.accreditation.dossiers.selectors import applicant, demands_of
from forprev.accreditation.dossiers.services import Common, Wish
from forprev.accreditation.dossiers.thread import write
from forprev.accreditation.models import Dossier, DossierState, Opinion, Piece, PieceState
from forprev.accreditation.review import services as reviewers
from forprev.accreditation.review.services import Mark
from forprev.catalogue.models import Level
from forprev.core.dates import today
from forprev.core.documents import compile_pdf
from forprev.core.uploads import PDF, Document
from forprev.demo.cast import ALICE, NATIONAL, OFFICER, Cast
from forprev.demo.names import Crowd
from forprev.organisations.models import Organisation, OrganisationKind, Regime
from forprev.people.models import Person

PIECE = Path(__file__).parent / "documents" / "piece.typ"
DOSSIER_EVENT = Dossier.pgh_event_model  # type: ignore[attr-defined]


DAYS_TO_THE_MEETING = timedelta(days=9)


class Until(StrEnum):
    """How far a request went."""

    DRAFT = "draft"
    SENT = "sent"
    TAKEN = "taken"
    TO_COMPLETE = "to complete"
    JUDGED = "judged"


@dataclass(frozen=True)
class Candidate:
    """An organisation that asks for its first accreditation; `since`: how many days ago it sent it."""

    name: str
    siret: str
    address: str
    postal_code: str
    city: str
    levels: tuple[tuple[str, int], ...]
    until: Until
    since: int
    opinion: Opinion = Opinion.FAVOURABLE


CANDIDATES = (
    Candidate(
        "Atelier Roussel Formation",
        "91264830500013",
        "27 rue des Boulets",
        "75011",
        "Paris",
        (("SST", 1), ("SST", 2)),
        Until.TAKEN,
        24,
    ),
    Candidate(
        "Secours du Canal",
        "91320475300018",
        "4 quai de Jemmapes",
        "75010",
        "Paris",
        (("SST", 1),),
        Until.SENT,
        6,
    ),
    Candidate(
        "Prévention Seine Ouest",
        "91407718000016",
        "61 avenue de la République",
        "92130",
        "Issy-les-Moulineaux",
        (("PRAPIBC", 1), ("SST", 1)),
        Until.TO_COMPLETE,
        41,
    ),
    Candidate(
        "Gestes & Postures de la Marne",
        "91518302900015",
        "12 boulevard Gallieni",
        "94360",
        "Bry-sur-Marne",
        (("PRAPIBC", 1),),
        Until.JUDGED,
        52,
    ),
    Candidate(
        "Chantiers Sûrs Île-de-France",
        "91629157100012",
        "8 rue du Landy",
        "93210",
        "Saint-Denis",
        (("Catec", 1), ("AP-TRL", 1)),
        Until.JUDGED,
        66,
        Opinion.RESERVED,
    ),
)


def play_requests(organisations: dict[str, Organisation], cast: Cast, crowd: Crowd) -> None:
    """Ask, review and set back; a draft and a request to complete wait for the manager of Vanves.

    The committee is to meet soon; one of the two requests on which an opinion was given is on its agenda.
    """
    (officer,) = roles_of(cast.accounts[OFFICER])
    (inrs,) = roles_of(cast.accounts[NATIONAL])
    for candidate, person in zip(CANDIDATES, cast.candidates, strict=True):
        dossier = _first_request(candidate, person, crowd)
        if candidate.until != Until.SENT:
            _review(dossier, officer, candidate.until, candidate.opinion)
        _set_back(dossier, candidate.since)
    meeting = plan(inrs, today() + DAYS_TO_THE_MEETING)
    judged = Dossier.objects.filter(state=DossierState.OPINION_GIVEN)
    schedule(meeting.pk, inrs, judged.values_list("pk", flat=True)[:1])
    place = organisations["vanves"].pk
    manager = next(
        acting
        for acting in roles_of(cast.accounts[ALICE])
        if (acting.role, acting.organisation_id) == (Role.MANAGER, place)
    )
    asked = applicants.start_dossier(manager, crowd.uuid(), Wish(levels=[_level("PRAP2S", 1)]))
    applicants.submit(asked.pk, manager, asked.version)
    _review(asked, inrs, Until.TO_COMPLETE)
    _set_back(asked, 18)
    applicants.start_dossier(manager, crowd.uuid(), Wish(levels=[_level("AP-TRL", 2)]))


def _first_request(candidate: Candidate, person: Person, crowd: Crowd) -> Dossier:
    acting = applicant(person)
    pk = applicants.start_first_request(person, candidate.name).pk
    common = Common(
        organisation_name=candidate.name,
        kind=OrganisationKind.TRAINING_BODY,
        regime=Regime.GENERAL,
        siret=candidate.siret,
        nda=f"117{candidate.siret[:8]}",
        address=candidate.address,
        postal_code=candidate.postal_code,
        city=candidate.city,
        signatory_name=person.display_name,
        signatory_title="Gérance",
        activities="Formation à la prévention des risques professionnels et aux premiers secours.",
    )
    applicants.save_common(pk, acting, _version(pk), common)
    applicants.save_lines(pk, acting, _version(pk), Wish(levels=[_level(*level) for level in candidate.levels]))
    for demand in demands_of(Dossier.objects.get(pk=pk)):
        if demand.rule.is_required:
            about = {"title": demand.rule.label, "name": candidate.name, "siret": candidate.siret}
            document = Document(f"{demand.rule.label}.pdf", PDF.content_type, compile_pdf(PIECE, about))
            applicants.attach_piece(pk, acting, _version(pk), demand.key, document)
    return applicants.submit(pk, acting, _version(pk))


def _review(dossier: Dossier, reviewer: Acting, until: Until, opinion: Opinion = Opinion.FAVOURABLE) -> None:
    """Take it, look at its pieces, then ask for a completion or give an opinion."""
    pk = dossier.pk
    reviewers.take(pk, reviewer, _version(pk))
    pieces = list(Piece.objects.filter(dossier=dossier).order_by("pk"))
    if until == Until.JUDGED:
        marks = {piece.pk: Mark(PieceState.CONFORMING) for piece in pieces}
        reviewers.examine(pk, reviewer, _version(pk), marks)
        reason = "" if opinion == Opinion.FAVOURABLE else "Une seule formatrice : à suivre la première année."
        reviewers.give_opinion(pk, reviewer, _version(pk), opinion, reason)
    elif until == Until.TO_COMPLETE:
        remark = "L’attestation a plus de six mois : joignez celle de ce trimestre."
        marks = {piece.pk: Mark(PieceState.TO_CORRECT, remark) for piece in pieces[:1]}
        reviewers.examine(pk, reviewer, _version(pk), marks)
        reviewers.ask_completion(pk, reviewer, _version(pk), _COMPLETION)
    else:
        marks = {piece.pk: Mark(PieceState.CONFORMING) for piece in pieces[:2]}
        reviewers.examine(pk, reviewer, _version(pk), marks)
        write(pk, reviewer, "Bonjour, votre dossier est en cours de lecture. Je reviens vers vous sous quinzaine.")
        write(pk, reviewer, "Vu au salon Préventica : équipe sérieuse, à visiter.", internal=True)


_COMPLETION = "Précisez le lieu et le calendrier de la première session, et joignez une attestation de ce trimestre."


def _version(pk: int) -> int:
    return Dossier.objects.values_list("version", flat=True).get(pk=pk)


def _level(code: str, number: int) -> int:
    return Level.objects.get(scheme__code=code, number=number).pk


def _set_back(dossier: Dossier, days: int) -> None:
    """Have everything that was done happen that many days ago, half an hour apart."""
    ago = timedelta(days=days)
    with pgtrigger.ignore("accreditation.Dossier:update_update"):
        Dossier.objects.filter(pk=dossier.pk).update(
            submitted_on=F("submitted_on") - ago,
            due_on=F("due_on") - ago,
            created_at=F("created_at") - ago,
            modified_at=F("modified_at") - ago,
        )
    with pgtrigger.ignore("accreditation.Piece:update_update"):
        dossier.pieces.update(sent_at=F("sent_at") - ago)
    dossier.messages.update(written_at=F("written_at") - ago)
    events = list(DOSSIER_EVENT.objects.filter(pgh_obj_id=dossier.pk).order_by("-pgh_id"))
    for rank, event in enumerate(events):
        event.pgh_created_at -= ago + rank * timedelta(minutes=30)
    DOSSIER_EVENT.objects.bulk_update(events, ["pgh_created_at"])
