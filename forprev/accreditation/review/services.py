"""What the network does with a dossier before it is decided, and the answers of the funds to changes of data.

Each takes the version of the form; the same form sent twice, as by a double click, is once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from forprev.accounts.acting import Acting
from forprev.accreditation.dossiers.common import acting_on
from forprev.accreditation.dossiers.mails import to_applicants, to_reviewers
from forprev.accreditation.dossiers.selectors import visible_to
from forprev.accreditation.dossiers.thread import checked_text
from forprev.accreditation.models import AccreditationSettings, Dossier, Opinion, Piece, PieceState
from forprev.accreditation.review.selectors import not_conforming, reviewers_of
from forprev.accreditation.workflow import Action
from forprev.core import dates
from forprev.core.errors import Conflict, DomainError
from forprev.core.text import clean_lines
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import DataChange
from forprev.organisations.updating.services import apply_data_change, refuse_data_change
from forprev.organisations.updating.workflow import Action as DataAction

REASON_MISSING = "Le motif doit être renseigné."


class Mark(NamedTuple):
    """What a reviewer thinks of a piece."""

    state: str
    remark: str = ""


def take(dossier_id: int, acting: Acting, version: int) -> Dossier:
    """The actor reviews it from now on."""

    def assign_to_oneself(dossier: Dossier) -> None:
        dossier.assigned_to = acting.person

    return _once(dossier_id, acting, Action.TAKE, version, assign_to_oneself)


def assign(dossier_id: int, acting: Acting, version: int, person_id: int | None) -> Dossier:
    """Entrust it to a colleague of the same fund, or of the INRS, or to nobody; DomainError for anybody else."""
    person = None
    if person_id is not None:
        person = reviewers_of(visible_to(acting).get(pk=dossier_id)).filter(pk=person_id).first()
        if person is None:
            raise DomainError(
                "Cette personne n’instruit pas les demandes ici : choisissez de nouveau.",
                code="not_a_reviewer",
                field="person",
            )

    def entrust(dossier: Dossier) -> None:
        dossier.assigned_to = person

    told = f"À {person.display_name}" if person else "À personne"
    return _once(dossier_id, acting, Action.ASSIGN, version, entrust, comment=told)


def examine(dossier_id: int, acting: Acting, version: int, marks: Mapping[int, Mark]) -> Dossier:
    """Give these pieces, by their ids, their state and remark; the others stay as they are.

    DomainError (`remark-<id>`) for one to correct that does not say what.
    """
    cleaned = {pk: Mark(mark.state, clean_lines(mark.remark)) for pk, mark in marks.items()}
    for pk, mark in cleaned.items():
        if mark.state == PieceState.TO_CORRECT:
            checked_text(mark.remark, f"remark-{pk}", "Dites ce qui est à corriger.")
    with acting_on(dossier_id, acting, Action.EXAMINE, version=version) as dossier:
        for piece in dossier.pieces.filter(pk__in=cleaned):
            _mark(piece, cleaned[piece.pk])
    return dossier


def _mark(piece: Piece, mark: Mark) -> None:
    if (piece.state, piece.remark) != mark:
        piece.state, piece.remark = mark
        piece.save(update_fields=["state", "remark"])


def ask_completion(dossier_id: int, acting: Acting, version: int, text: str) -> Dossier:
    """Send the dossier back to its applicant, who is told what to complete and until when."""
    text = checked_text(text, "text", "Dites ce que le demandeur doit compléter.")

    def give_back(dossier: Dossier) -> None:
        dossier.completion = text
        dossier.due_on = dates.today() + timedelta(days=AccreditationSettings.current().completion_days)
        to_applicants(dossier, "completion_asked", text=text)

    return _once(dossier_id, acting, Action.ASK_COMPLETION, version, give_back, comment=text)


def give_opinion(dossier_id: int, acting: Acting, version: int, opinion: Opinion, reason: str = "") -> Dossier:
    """Tell the committee what to think of it (B02); the applicant is told that the review is over, and no more.

    A reason goes with any opinion but a favourable one, which wants all the pieces required to be conforming:
    DomainError otherwise.
    """
    reason = clean_lines(reason)
    if reason or opinion != Opinion.FAVOURABLE:
        reason = checked_text(reason, "reason", REASON_MISSING)

    def judge(dossier: Dossier) -> None:
        if opinion == Opinion.FAVOURABLE and (lacking := not_conforming(dossier)):
            raise pieces_in_the_way(lacking)
        dossier.opinion, dossier.opinion_reason = opinion, reason
        to_applicants(dossier, "opinion_given")

    told = str(opinion.label) + (f"\n{reason}" if reason else "")
    return _once(dossier_id, acting, Action.GIVE_OPINION, version, judge, comment=told)


def pieces_in_the_way(lacking: list[str]) -> DomainError:
    """Why an opinion cannot be favourable; `lacking` as `not_conforming` gives it."""
    names = "\N{NO-BREAK SPACE}; ".join(lacking)
    return DomainError(
        f"L’avis ne peut pas être favorable tant que ces pièces ne sont pas conformes : {names}.",
        code="pieces_not_conforming",
        field="opinion",
    )


def send_back(dossier_id: int, acting: Acting, version: int, reason: str) -> Dossier:
    """The committee wants another opinion: it leaves the agenda, and whoever reviewed it is told why."""
    reason = checked_text(reason, "reason", REASON_MISSING)

    def reopen(dossier: Dossier) -> None:
        dossier.meeting, dossier.agenda_rank = None, 0
        dossier.opinion, dossier.opinion_reason = "", ""
        to_reviewers(dossier, "sent_back", reason=reason)

    return _once(dossier_id, acting, Action.SEND_BACK, version, reopen, comment=reason)


def accept_data(dossier_id: int, acting: Acting, version: int) -> Dossier:
    """Give the entity what it asked for (A21); raises DomainError where it cannot have it any more."""

    def apply(dossier: Dossier) -> None:
        dossier.decided_on = dates.today()
        apply_data_change(_request(dossier).pk, acting)
        to_applicants(dossier, "data_accepted")

    return _once(dossier_id, acting, Action.ACCEPT, version, apply)


def refuse_data(dossier_id: int, acting: Acting, version: int, reason: str) -> Dossier:
    """Answer no, with the reason and the way out that the managers are told."""
    reason = checked_text(reason, "reason", REASON_MISSING)

    def refuse(dossier: Dossier) -> None:
        dossier.decided_on, dossier.decision_reason = dates.today(), reason
        refuse_data_change(_request(dossier).pk, acting, reason)
        to_applicants(dossier, "data_refused", reason=reason)

    return _once(dossier_id, acting, Action.REFUSE, version, refuse, comment=reason)


def _request(dossier: Dossier) -> DataChange:
    """What a dossier of data is about; NotAllowed for another one, which the committee decides."""
    if dossier.data_change is None:
        raise NotAllowed("Cette demande est décidée par la commission nationale.")
    return dossier.data_change


def _once(
    dossier_id: int, acting: Acting, action: Action, version: int, change: Callable[[Dossier], None], comment: str = ""
) -> Dossier:
    """Do it, or find it done by the same form; raises as `acting_on`."""
    try:
        with acting_on(dossier_id, acting, action, version=version, comment=comment) as dossier:
            change(dossier)
    except (Conflict, NotAllowed):
        dossier = visible_to(acting).get(pk=dossier_id)
        if not _done_by_this_form(dossier, acting, action, version, comment):
            raise
    return dossier


IN_HISTORY = {Action.ACCEPT: DataAction.APPLY.value, Action.REFUSE: DataAction.REFUSE.value}
"""Answers to a change of data bear in the history the name of what they do to the entity."""


def _done_by_this_form(dossier: Dossier, acting: Acting, action: Action, version: int, comment: str) -> bool:
    """Whether the last thing that happened is this action, of this actor, with these words, on this version."""
    last = dossier.events.select_related("pgh_context").order_by("pgh_id").last()  # type: ignore[attr-defined]
    context = last.pgh_context.metadata if last and last.pgh_context else {}
    done = (context.get("action"), context.get("actor_id"), context.get("comment", ""))
    return dossier.version == version + 1 and done == (IN_HISTORY.get(action, action.value), acting.person_id, comment)
