"""The life of a dossier: its states, and the tables of what may be done, from where, by whom (B02, B03).

One table a track: who reviews, and who decides, depends on it.
"""

from __future__ import annotations

from django.db import models

from forprev.accounts.models import Role
from forprev.core.workflow import Transition, Workflow, transition


class DossierState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Transmise"
    TO_COMPLETE = "to_complete", "À compléter"
    UNDER_REVIEW = "under_review", "En instruction"
    OPINION_GIVEN = "opinion_given", "Avis rendu"
    AWAITING_DECISION = "awaiting_decision", "En attente de décision"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    ADJOURNED = "adjourned", "Ajournée"
    CANCELLED = "cancelled", "Retirée"


State = DossierState

WITH_APPLICANT = (State.DRAFT, State.TO_COMPLETE, State.ADJOURNED)
"""The applicant has the next word: its content can be changed."""
UNDER_REVIEW = (State.SUBMITTED, State.UNDER_REVIEW, State.OPINION_GIVEN, State.AWAITING_DECISION, State.ADJOURNED)
"""The network has it, or has put it off."""
SENT_AND_OPEN = (*UNDER_REVIEW, State.TO_COMPLETE)
CLOSED = (State.ACCEPTED, State.REFUSED, State.CANCELLED)


class Track(models.TextChoices):
    """Which way a dossier goes (B03)."""

    GENERAL = "general", "Régime général"
    OTHER = "other", "Hors régime"
    DATA = "data", "Actualisation des informations"


class Action(models.TextChoices):
    """What can be done to a dossier; the label is the one of the screen and of the history."""

    CREATE = "create", "Nouvelle demande"
    EDIT = "edit", "Saisie de la demande"
    SUBMIT = "submit", "Transmettre la demande"
    COMPLETE = "complete", "Transmettre le complément"
    WITHDRAW = "withdraw", "Retirer la demande"
    DISCARD = "discard", "Supprimer le brouillon"
    WRITE = "write", "Écrire un message"
    NOTE = "note", "Écrire une note interne"
    TAKE = "take", "Prendre en charge"
    ASSIGN = "assign", "Confier la demande"
    EXAMINE = "examine", "Examiner les pièces"
    ASK_COMPLETION = "ask_completion", "Demander un complément"
    GIVE_OPINION = "give_opinion", "Rendre un avis"
    SEND_BACK = "send_back", "Renvoyer en instruction"
    SCHEDULE = "schedule", "Inscrire à l’ordre du jour"
    UNSCHEDULE = "unschedule", "Retirer de l’ordre du jour"
    ORDER = "order", "Changer l’ordre du jour"
    ACCEPT = "accept", "Accepter"
    REFUSE = "refuse", "Refuser"
    ADJOURN = "adjourn", "Ajourner"


APPLICANTS = (Role.APPLICANT, Role.MANAGER)
SECRETARIAT = (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR)
"""Who prepares the meetings of the national committee; it alone decides."""
NETWORK = (Role.FUND_OFFICER, *SECRETARIAT)


def _row(action: Action, sources: tuple[State, ...], target: State | None, roles: tuple[Role, ...]) -> Transition:
    return transition(action, sources, target, str(action.label), roles)


def _exchanges(
    applicants: tuple[Role, ...], reviewer: Role, readers: tuple[Role, ...], open_states: tuple[State, ...]
) -> tuple[Transition, ...]:
    """What an applicant and its reviewer do, whoever decides."""
    return (
        _row(Action.COMPLETE, (State.TO_COMPLETE,), State.UNDER_REVIEW, applicants),
        _row(Action.WITHDRAW, open_states, State.CANCELLED, applicants),
        _row(Action.WRITE, open_states, None, (*applicants, reviewer)),
        _row(Action.NOTE, open_states, None, readers),
        _row(Action.TAKE, (State.SUBMITTED,), State.UNDER_REVIEW, (reviewer,)),
        _row(Action.ASSIGN, (State.SUBMITTED, State.UNDER_REVIEW, State.TO_COMPLETE), None, (reviewer,)),
        _row(Action.EXAMINE, (State.UNDER_REVIEW,), None, (reviewer,)),
        _row(Action.ASK_COMPLETION, (State.UNDER_REVIEW,), State.TO_COMPLETE, (reviewer,)),
    )


def _before_the_committee(reviewer: Role) -> Workflow:
    """An opinion, then the decision of the national committee (B02)."""
    return Workflow(
        (
            _row(Action.EDIT, WITH_APPLICANT, None, APPLICANTS),
            _row(Action.DISCARD, (State.DRAFT,), None, APPLICANTS),
            _row(Action.SUBMIT, (State.DRAFT,), State.SUBMITTED, APPLICANTS),
            *_exchanges(APPLICANTS, reviewer, tuple(dict.fromkeys((reviewer, *SECRETARIAT))), SENT_AND_OPEN),
            _row(Action.COMPLETE, (State.ADJOURNED,), State.UNDER_REVIEW, APPLICANTS),
            _row(Action.GIVE_OPINION, (State.UNDER_REVIEW,), State.OPINION_GIVEN, (reviewer,)),
            _row(Action.SCHEDULE, (State.OPINION_GIVEN, State.ADJOURNED), State.AWAITING_DECISION, SECRETARIAT),
            _row(Action.UNSCHEDULE, (State.AWAITING_DECISION,), State.OPINION_GIVEN, SECRETARIAT),
            _row(Action.ORDER, (State.AWAITING_DECISION,), None, SECRETARIAT),
            _row(Action.SEND_BACK, (State.OPINION_GIVEN, State.AWAITING_DECISION), State.UNDER_REVIEW, SECRETARIAT),
            _row(Action.ACCEPT, (State.AWAITING_DECISION,), State.ACCEPTED, (Role.COMMITTEE,)),
            _row(Action.REFUSE, (State.AWAITING_DECISION,), State.REFUSED, (Role.COMMITTEE,)),
            _row(Action.ADJOURN, (State.AWAITING_DECISION,), State.ADJOURNED, (Role.COMMITTEE,)),
        )
    )


WORKFLOWS = {
    Track.GENERAL: _before_the_committee(Role.FUND_OFFICER),
    Track.OTHER: _before_the_committee(Role.NATIONAL_ADMINISTRATOR),
    Track.DATA: Workflow(
        (
            *_exchanges(
                (Role.MANAGER,),
                Role.FUND_OFFICER,
                (Role.FUND_OFFICER,),
                (State.SUBMITTED, State.TO_COMPLETE, State.UNDER_REVIEW),
            ),
            _row(Action.ACCEPT, (State.UNDER_REVIEW,), State.ACCEPTED, (Role.FUND_OFFICER,)),
            _row(Action.REFUSE, (State.UNDER_REVIEW,), State.REFUSED, (Role.FUND_OFFICER,)),
        )
    ),
}
