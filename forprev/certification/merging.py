"""What moves when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.certification.models import (
    Certificate,
    CertificateEnd,
    SessionTrainer,
    Trainee,
    TraineeImport,
    TrainingSession,
)
from forprev.certification.selectors.certificates import standing_trainer_certificates
from forprev.core.errors import DomainError
from forprev.people.journal import Journal
from forprev.people.merging import on_merge
from forprev.people.models import Person


@on_merge
def move_certification(duplicate: Person, kept: Person, journal: Journal) -> None:
    """Certificates, enrolments and sessions follow; the papers keep saying what they said."""
    _refuse_trainer_and_trainee(duplicate, kept)
    shared = Trainee.objects.filter(person=kept).values("session_id")
    if Trainee.objects.filter(person=duplicate, session_id__in=shared).exists():
        raise DomainError(
            "Ces deux personnes sont stagiaires d’une même session : elles ne peuvent pas être fusionnées.", code="B44"
        )
    _warn_of_two_trainers(duplicate, kept, journal)
    both = SessionTrainer.objects.filter(person=kept).values("session_id")
    run = SessionTrainer.objects.filter(person=duplicate).select_related("session").order_by("pk")
    for doubled in run.filter(session_id__in=both):
        journal.drop(doubled, "Sessions que les deux animent", named=_session)
    journal.move(run.exclude(session_id__in=both), "person", "Sessions animées", named=_session)
    enrolled = Trainee.objects.filter(person=duplicate).select_related("session").order_by("pk")
    journal.move(enrolled, "person", "Inscriptions comme stagiaire", named=_session)
    certificates = Certificate.objects.filter(person=duplicate).order_by("pk")
    journal.move(certificates, "person", "Certificats", named=str)
    journal.move(CertificateEnd.objects.filter(by=duplicate).order_by("pk"), "by")
    journal.move(TraineeImport.objects.filter(by=duplicate).order_by("pk"), "by")
    for field, label, guard in (
        ("created_by", "Sessions créées", ""),
        ("last_actor", "", "modified_at"),
        ("results_by", "Sessions dont les résultats ont été saisis", "results_at"),
    ):
        sessions = TrainingSession.objects.filter(**{field: duplicate}).order_by("pk")
        journal.move(sessions, field, label, named=str, unless_changed=guard)


def _session(row: SessionTrainer | Trainee) -> str:
    return str(row.session)


def _warn_of_two_trainers(duplicate: Person, kept: Person, journal: Journal) -> None:
    if all(standing_trainer_certificates(person).exists() for person in (duplicate, kept)):
        journal.warn(
            "Les deux personnes ont des certificats de formateur : tous mèneront à la fiche gardée, chacun au nom et "
            "au n° sous lesquels il a été établi."
        )


def _refuse_trainer_and_trainee(duplicate: Person, kept: Person) -> None:
    """Nobody gives a result to oneself: two people who met as trainer and trainee are two (A34)."""
    for run_by, trained in ((duplicate, kept), (kept, duplicate)):
        run = SessionTrainer.objects.filter(person=run_by).values("session_id")
        if Trainee.objects.filter(person=trained, session_id__in=run).exists():
            raise DomainError(
                "Ces deux personnes sont formateur et stagiaire d’une même session : elles ne peuvent être fusionnées.",
                code="B44",
            )
