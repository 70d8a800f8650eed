"""Dossiers under review, and those who review them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from forprev.accounts.acting import Acting
from forprev.accreditation.models import Dossier, DossierState, Piece, PieceState
from forprev.accreditation.review.services import Mark, examine
from forprev.notices.models import OutgoingMail
from forprev.organisations.models import DataChange
from tests.factories.accounts import AccountFactory
from tests.factories.dossiers import first_request
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_officer
from tests.factories.updating import asked_of_the_fund

State = DossierState


def applicant_with_a_request(state: str = State.UNDER_REVIEW, **fields: Any) -> Dossier:
    """Of somebody who has an account."""
    with transaction.atomic():
        return first_request(AccountFactory().person, state, **fields)


def officer() -> Acting:
    """Of the region of the requests, with an account."""
    return acting_officer(person=AccountFactory().person)


def marked(dossier: Dossier, state: str = PieceState.CONFORMING, remark: str = "") -> dict[int, Mark]:
    """The same mark for every piece."""
    return {piece.pk: Mark(state, remark) for piece in dossier.pieces.all()}


def conforming(dossier: Dossier, acting: Acting) -> Dossier:
    return examine(dossier.pk, acting, dossier.version, marked(dossier))


def a_piece(dossier: Dossier) -> Piece:
    found = dossier.pieces.order_by("pk").first()
    assert found is not None
    return found


def mails() -> list[tuple[str, str]]:
    """Who was written to, under which subject."""
    return list(OutgoingMail.objects.order_by("created_at", "recipient").values_list("recipient", "subject"))


def data_request(**changes: Any) -> tuple[Acting, DataChange, Dossier]:
    """Its manager, what an entity of the region asks to change, and the dossier that follows it."""
    manager = acting_manager(OrganisationFactory(), person=AccountFactory().person)
    request = asked_of_the_fund(manager, **(changes or {"address": "2 rue Neuve"}))
    return manager, request, Dossier.objects.get(data_change=request)
