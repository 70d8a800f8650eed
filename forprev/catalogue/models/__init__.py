"""What can be taught, by which rules, and on which paper it is certified."""

from forprev.catalogue.models.papers import CertificateTemplate, PaperState, Signatory, TemplateVersion
from forprev.catalogue.models.qualifications import (
    ORIGIN,
    Level,
    Qualification,
    QualificationRules,
    QualificationState,
    Scheme,
    TraineeKind,
    Unconfirmed,
)

__all__ = [
    "ORIGIN",
    "CertificateTemplate",
    "Level",
    "PaperState",
    "Qualification",
    "QualificationRules",
    "QualificationState",
    "Scheme",
    "Signatory",
    "TemplateVersion",
    "TraineeKind",
    "Unconfirmed",
]
