"""What moves when two records of one person are brought together (B44)."""

from __future__ import annotations

from forprev.certification.models import Certificate, SessionTrainer, Trainee, TrainingSession
from forprev.core.errors import DomainError
from forprev.people.models import Person
from forprev.people.services import on_merge


@on_merge
def move_certification(duplicate: Person, kept: Person) -> None:
    """Certificates, enrolments and sessions follow; the papers keep saying what they said."""
    _refuse_trainer_and_trainee(duplicate, kept)
    shared = Trainee.objects.filter(person=kept).values("session_id")
    if Trainee.objects.filter(person=duplicate, session_id__in=shared).exists():
        raise DomainError(
            "Ces deux personnes sont stagiaires d’une même session : elles ne peuvent pas être fusionnées.", code="B44"
        )
    both = SessionTrainer.objects.filter(person=kept).values("session_id")
    SessionTrainer.objects.filter(person=duplicate, session_id__in=both).delete()
    SessionTrainer.objects.filter(person=duplicate).update(person=kept)
    Trainee.objects.filter(person=duplicate).update(person=kept)
    Certificate.objects.filter(person=duplicate).update(person=kept)
    for field in ("created_by", "last_actor", "results_by"):
        TrainingSession.objects.filter(**{field: duplicate}).update(**{field: kept})


def _refuse_trainer_and_trainee(duplicate: Person, kept: Person) -> None:
    """Nobody gives a result to oneself: two people who met as trainer and trainee are two (A34)."""
    for run_by, trained in ((duplicate, kept), (kept, duplicate)):
        run = SessionTrainer.objects.filter(person=run_by).values("session_id")
        if Trainee.objects.filter(person=trained, session_id__in=run).exists():
            raise DomainError(
                "Ces deux personnes sont formateur et stagiaire d’une même session : elles ne peuvent être fusionnées.",
                code="B44",
            )
