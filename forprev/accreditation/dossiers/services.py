"""The applicant's use cases: beginning a dossier, entering it, sending it, completing it, taking it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accreditation.dossiers import mails
from forprev.accreditation.dossiers.common import acting_on, workflow_of
from forprev.accreditation.dossiers.data_changes import drop_with
from forprev.accreditation.dossiers.numbers import next_number
from forprev.accreditation.dossiers.rules import (
    SIRET_KNOWN,
    NotReady,
    department_of,
    findings_of,
    in_force,
    is_known,
    why_not_renewable,
)
from forprev.accreditation.dossiers.selectors import applicant, demands_of, visible_to
from forprev.accreditation.models import (
    Accreditation,
    AccreditationSettings,
    Candidate,
    Dossier,
    DossierLine,
    LineKind,
    Piece,
    PieceState,
    Track,
)
from forprev.accreditation.workflow import CLOSED, Action, DossierState
from forprev.catalogue.models import Level
from forprev.core import dates, history, uploads
from forprev.core.errors import Conflict, DomainError
from forprev.core.uploads import Document
from forprev.core.workflow import NotAllowed
from forprev.notices.models import Notice
from forprev.notices.services import tell_many
from forprev.organisations.funds.services import hold_departments
from forprev.organisations.models import (
    Department,
    Membership,
    Organisation,
    OrganisationKind,
    Regime,
    RegionalFund,
    held_now,
)
from forprev.people.models import Person

FOLDER = "demandes"
"""Where the storage keeps the pieces."""
DECLARATION = (
    "Je certifie l’exactitude des informations et des pièces de cette demande, et j’ai qualité pour la présenter au "
    "nom de l’organisme."
)
"""What the applicant declares when it sends; the history keeps it."""
WORDS_LENGTH = 2000
"""Characters that may go with a completion or a withdrawal."""


# Beginning


def open_first_request(person: Person) -> Dossier | None:
    """The one that the person has begun or sent, and that is not closed."""
    return visible_to(applicant(person)).exclude(state__in=CLOSED).order_by("-created_at", "-pk").first()


def manages_something(person: Person) -> bool:
    return Membership.objects.filter(held_now(), person=person, role=Role.MANAGER).exists()


def start_first_request(person: Person, organisation_name: str) -> Dossier:
    """The draft of an organisation that is not in Forprev yet; the one that is open, if the person has one already.

    NotAllowed for a manager, who asks for its entity.
    """
    with history.action(applicant(person), Action.CREATE.value):
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if manages_something(person):
            raise NotAllowed("Vous êtes gestionnaire : présentez la demande depuis « Mes demandes ».")
        found = open_first_request(person)
        if found is None:
            found = _begin(person, uuid4(), organisation_name=organisation_name)
            Candidate.objects.create(dossier=found)
    return found


@dataclass(frozen=True)
class Wish:
    """What is asked for: ids of levels as new, ids of accreditations of the entity as renewals."""

    levels: Collection[int] = ()
    renewals: Collection[int] = ()


def start_dossier(acting: Acting, key: UUID, wish: Wish) -> Dossier:
    """The draft of an entity that asks for more, or for longer; the same `key` again gives the same draft.

    NotAllowed but for a manager; DomainError for what its entity cannot ask for.
    """
    if acting.role != Role.MANAGER:
        raise NotAllowed("Seul un gestionnaire présente une demande pour son entité.")
    with history.action(acting, Action.CREATE.value):
        organisation = Organisation.objects.select_for_update(no_key=True).get(pk=acting.organisation_id)
        found = Dossier.objects.filter(creation_key=key).first()
        if found is None:
            found = _begin(acting.person, key, organisation=organisation, organisation_name=organisation.name)
            found.track = _track(organisation.regime)
            found.save()
            _set_lines(found, wish)
    if found.organisation_id != acting.organisation_id:
        raise DomainError("Ce formulaire a déjà servi. Rouvrez la page et recommencez.", code="form_used")
    return found


def _begin(person: Person, key: UUID, **values: object) -> Dossier:
    return Dossier.objects.create(
        applicant=person, creation_key=key, track=Track.GENERAL, modified_at=dates.now(), **values
    )


def _track(regime: str) -> Track:
    return Track.OTHER if regime == Regime.OTHER else Track.GENERAL


# Entering


@dataclass(frozen=True)
class Common:
    """The organisation of a first request; an empty string for what is not known yet."""

    organisation_name: str = ""
    kind: str = ""
    regime: str = ""
    siret: str = ""
    nda: str = ""
    address: str = ""
    postal_code: str = ""
    city: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    activities: str = ""


def save_common(dossier_id: int, acting: Acting, version: int, common: Common) -> Dossier:
    """Keep what is known of the organisation; DomainError for the SIRET of one that is in Forprev.

    Only training bodies have a declaration number (B11).
    """
    with acting_on(dossier_id, acting, Action.EDIT, version=version) as dossier:
        candidate = Candidate.objects.filter(dossier=dossier).first()
        if candidate is None:
            raise NotAllowed("Les informations d’une entité se modifient par « Actualiser les informations ».")
        if common.siret and is_known(common.siret):
            raise DomainError(SIRET_KNOWN, code="siret_known", field="siret")
        for name in Common.__dataclass_fields__:
            if name != "organisation_name":
                setattr(candidate, name, getattr(common, name))
        if candidate.kind != OrganisationKind.TRAINING_BODY:
            candidate.nda = ""
        candidate.save()
        dossier.organisation_name = common.organisation_name
        dossier.track = _track(common.regime)
    return dossier


def contact_managers(dossier_id: int, acting: Acting, siret: str) -> None:
    """Tell the managers of the entity of this SIRET who would make its first request: once a dossier and SIRET.

    Whoever asks learns nothing of them, not even whether there are any.
    """
    with history.action(acting, Action.EDIT.value):
        dossier = visible_to(acting).get(pk=dossier_id)
        workflow_of(dossier).check(Action.EDIT, dossier.state, acting.role)
        managers = Membership.objects.filter(held_now(), organisation__siret=siret, role=Role.MANAGER)
        accounts = Account.objects.filter(person_id__in=managers.values("person_id"), is_active=True)
        asking = Account.objects.filter(person=acting.person).first()
        tell_many(
            accounts,
            "accreditation/mails/siret_known",
            {"asking": asking, "siret": siret, "person": acting.person},
            kind=Notice.Kind.TASK,
            url=reverse("organisations:users"),
            key=f"siret_known/{dossier.pk}/{siret}",
        )


def save_lines(dossier_id: int, acting: Acting, version: int, wish: Wish) -> Dossier:
    """Ask for these levels and no others; the pieces of what is asked for no more go.

    What was sent stays asked for: NotAllowed but for a draft. DomainError for what the applicant cannot ask for.
    """
    with acting_on(dossier_id, acting, Action.EDIT, version=version) as dossier:
        if dossier.state != DossierState.DRAFT:
            raise NotAllowed("Les habilitations d’une demande transmise ne changent plus : présentez-en une autre.")
        _set_lines(dossier, wish)
    return dossier


def _set_lines(dossier: Dossier, wish: Wish) -> None:
    wanted = _wanted(dossier, wish)
    for line in dossier.lines.all():
        if wanted.get(line.level_id) == (line.kind, line.accreditation_id):
            del wanted[line.level_id]
        else:
            _forget_documents(line.pieces.all())
            line.delete()
    for level_id, (kind, accreditation_id) in wanted.items():
        DossierLine.objects.create(dossier=dossier, kind=kind, level_id=level_id, accreditation_id=accreditation_id)


def _wanted(dossier: Dossier, wish: Wish) -> dict[int, tuple[str, int | None]]:
    """By level, what is asked for; DomainError for nothing, or for what cannot be asked for (A24, B01)."""
    day, settings = dates.today(), AccreditationSettings.current()
    levels = set(Level.objects.filter(pk__in=wish.levels, inrs_only=False, scheme__is_active=True))
    held = {accreditation.level_id: accreditation for accreditation in in_force(dossier.organisation, day)}
    renewed = Accreditation.objects.filter(pk__in=wish.renewals, organisation_id=dossier.organisation_id or 0)
    if len(levels) < len(set(wish.levels)) or len(renewed) < len(set(wish.renewals)):
        raise DomainError("Choisissez parmi les habilitations proposées.", code="B01")
    for level in levels:
        if level.pk in held:
            raise DomainError(
                f"Vous détenez déjà l’habilitation {held[level.pk].number} pour le niveau {level}.",
                code="held",
                field="levels",
            )
    for accreditation in renewed:
        if reason := why_not_renewable(accreditation, day, settings):
            raise DomainError(reason, code="A24", field="renewals")
    if not levels and not renewed:
        raise DomainError("Choisissez au moins une habilitation.", code="nothing_asked")
    asked: dict[int, tuple[str, int | None]] = {level.pk: (LineKind.NEW, None) for level in levels}
    return asked | {each.level_id: (LineKind.RENEWAL, each.pk) for each in renewed}


def attach_piece(dossier_id: int, acting: Acting, version: int, key: str, document: Document) -> Piece:
    """Send a piece, or send it anew: it takes its own place, and is to be examined again.

    `key` is that of a `Demand`; raises DomainError for a piece that the dossier does not owe. The same document
    again is no change.
    """
    with uploads.keeping() as keep, acting_on(dossier_id, acting, Action.EDIT, version=version) as dossier:
        demand = next((each for each in demands_of(dossier) if each.key == key), None)
        if demand is None:
            raise DomainError("Cette pièce n’est plus demandée.", code="piece_unknown")
        piece = demand.piece or Piece(dossier=dossier, rule=demand.rule, line=demand.line)
        uploads.discard(piece.document)
        piece.document = keep(document, FOLDER)
        piece.name, piece.content_type = document.name, document.content_type
        piece.size, piece.digest = len(document.content), document.digest
        piece.sent_at, piece.state, piece.remark = dates.now(), PieceState.RECEIVED, ""
        piece.save()
    return piece


def remove_piece(dossier_id: int, acting: Acting, version: int, piece_id: int) -> None:
    """Take a piece out of the dossier, with its document; Piece.DoesNotExist for one that is not in it."""
    with acting_on(dossier_id, acting, Action.EDIT, version=version) as dossier:
        piece = dossier.pieces.get(pk=piece_id)
        uploads.discard(piece.document)
        piece.delete()


def _forget_documents(pieces: Collection[Piece]) -> None:
    for piece in pieces:
        uploads.discard(piece.document)


# Sending


def submit(dossier_id: int, acting: Acting, version: int) -> Dossier:
    """Send the dossier under the next number of the year, to whoever reviews it (B03), and acknowledge receipt.

    The applicant has ticked `DECLARATION`. NotReady with everything that is in the way (B04).
    """
    with acting_on(dossier_id, acting, Action.SUBMIT, version=version, comment=DECLARATION) as dossier:
        _ready(dossier)
        day = dates.today()
        dossier.number = next_number(day)
        dossier.submitted_on = day
        dossier.due_on = day + timedelta(days=AccreditationSettings.current().review_days)
        mails.to_applicants(dossier, "receipt")
        mails.to_reviewers(dossier, "submitted")
    return dossier


def complete(dossier_id: int, acting: Acting, version: int, comment: str = "") -> Dossier:
    """Send what was asked for, to whoever has the dossier; its review has all of its time again. Raises as `submit`."""
    with acting_on(dossier_id, acting, Action.COMPLETE, version=version, comment=comment) as dossier:
        _ready(dossier)
        dossier.completion = ""
        dossier.due_on = dates.today() + timedelta(days=AccreditationSettings.current().review_days)
        mails.to_reviewers(dossier, "completed", text=comment)
    return dossier


def withdraw(dossier_id: int, acting: Acting, version: int, reason: str = "") -> Dossier:
    """Take the dossier back for good, with the change of data that it is about; whoever reviews it is told."""
    with acting_on(dossier_id, acting, Action.WITHDRAW, version=version, comment=reason) as dossier:
        drop_with(dossier, acting)
        dossier.due_on = None
        dossier.completion = ""
        mails.to_reviewers(dossier, "withdrawn", text=reason)
    return dossier


def _ready(dossier: Dossier) -> None:
    """Route the dossier, and refuse it if anything is missing (B04); whatever else asks for the same comes after."""
    if dossier.track == Track.DATA:
        return
    candidate = Candidate.objects.filter(dossier=dossier).first()
    if candidate is not None:
        _hold_siret(candidate.siret)
    elif dossier.organisation_id:
        Organisation.objects.select_for_update(no_key=True).get(pk=dossier.organisation_id)
    if findings := findings_of(dossier):
        raise NotReady(findings)
    _route(dossier, candidate)


def _route(dossier: Dossier, candidate: Candidate | None) -> None:
    """To the fund of its department, or to the INRS outside the general regime (B03).

    Whoever had it keeps it only where it stays.
    """
    hold_departments()
    before = (dossier.track, dossier.fund_id)
    fund: RegionalFund | None = None
    if candidate is not None:
        dossier.track = _track(candidate.regime)
        department = department_of(candidate)
        fund = department.fund if department else None
    elif dossier.organisation is not None:
        dossier.track = _track(dossier.organisation.regime)
        fund = Department.objects.select_related("fund").get(pk=dossier.organisation.department_id).fund
    dossier.fund = fund if dossier.track == Track.GENERAL else None
    if (dossier.track, dossier.fund_id) != before:
        dossier.assigned_to = None


def _hold_siret(siret: str) -> None:
    """Until the transaction ends, so that two first requests of one organisation are not both sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"siret|{siret}"])


# Giving up


def discard(dossier_id: int, acting: Acting, version: int) -> None:
    """Delete a draft with its documents. Raises as `common.acting_on`."""
    with history.action(acting, Action.DISCARD.value):
        visible = visible_to(acting).filter(pk=dossier_id).values("pk")
        dossier = Dossier.objects.select_for_update().get(pk__in=visible)
        workflow_of(dossier).check(Action.DISCARD, dossier.state, acting.role)
        if version != dossier.version:
            raise Conflict()
        delete_draft(dossier)


def delete_draft(dossier: Dossier) -> None:
    """With all that belongs to it, in the transaction under way."""
    _forget_documents(dossier.pieces.all())
    dossier.delete()
