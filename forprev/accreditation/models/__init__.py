"""Who may train what, in the database: accreditations and their delegates; dossiers, their pieces, their decisions."""

from forprev.accreditation.life.workflow import AccreditationStatus
from forprev.accreditation.models.accreditations import Accreditation, Delegation
from forprev.accreditation.models.candidacies import Candidacy
from forprev.accreditation.models.dossiers import (
    Candidate,
    CommitteeMeeting,
    Dossier,
    DossierLine,
    DossierMessage,
    LineKind,
    MeetingState,
    Opinion,
    Outcome,
)
from forprev.accreditation.models.pieces import Piece, PieceRule, PieceState
from forprev.accreditation.models.settings import AccreditationSettings
from forprev.accreditation.workflow import UNDER_REVIEW, DossierState, Track

__all__ = [
    "UNDER_REVIEW",
    "Accreditation",
    "AccreditationSettings",
    "AccreditationStatus",
    "Candidacy",
    "Candidate",
    "CommitteeMeeting",
    "Delegation",
    "Dossier",
    "DossierLine",
    "DossierMessage",
    "DossierState",
    "LineKind",
    "MeetingState",
    "Opinion",
    "Outcome",
    "Piece",
    "PieceRule",
    "PieceState",
    "Track",
]
