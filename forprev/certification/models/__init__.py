"""The main job, in the database: sessions, their trainers and trainees, the certificates delivered."""

from forprev.certification.models.certificates import Certificate, CertificateState
from forprev.certification.models.checks import CertificateCheck, CheckAttempt, CheckCount, Way
from forprev.certification.models.ends import CertificateEnd
from forprev.certification.models.imports import ImportLine, TraineeImport, Verdict
from forprev.certification.models.sessions import Course, PlaceKind, SessionTrainer, TrainingSession
from forprev.certification.models.settings import CertificationSettings
from forprev.certification.models.trainees import Result, Trainee

__all__ = [
    "Certificate",
    "CertificateCheck",
    "CertificateEnd",
    "CertificateState",
    "CertificationSettings",
    "CheckAttempt",
    "CheckCount",
    "Course",
    "ImportLine",
    "PlaceKind",
    "Result",
    "SessionTrainer",
    "Trainee",
    "TraineeImport",
    "TrainingSession",
    "Verdict",
    "Way",
]
