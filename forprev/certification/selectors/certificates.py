"""Which certificates an actor may fetch."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.catalogue.models import TraineeKind
from forprev.certification.models import Certificate, TrainingSession
from forprev.certification.selectors.sessions import visible_to
from forprev.people.models import Person


def of_session(session: TrainingSession) -> QuerySet[Certificate]:
    return session.certificates.order_by("holder_last_name", "holder_first_name", "pk")


def downloadable_by(acting: Acting, day: date) -> QuerySet[Certificate]:
    """Trainers: their own, as long as they are valid (A41). Managers and delegates: those of their sessions, for the
    fifteen days (A40). Nobody else."""
    if acting.role == Role.TRAINER:
        return own_trainer_certificates(acting.person).filter(expires_on__gte=day)
    if acting.role in (Role.MANAGER, Role.DELEGATE):
        sessions = visible_to(acting).filter(download_until__gte=day)
        return Certificate.objects.filter(session__in=sessions)
    return Certificate.objects.none()


def own_trainer_certificates(person: Person) -> QuerySet[Certificate]:
    """A person's certificates of level formateur, the latest first; level acteur is not delivered again (A40)."""
    own = trainer_certificates().filter(person=person)
    return own.select_related("qualification__level__scheme", "check_count").order_by("-issued_on", "-pk")


def trainer_certificates() -> QuerySet[Certificate]:
    """All those of level formateur."""
    of_trainers = Certificate.objects.filter(qualification__level__trainee_kind=TraineeKind.TRAINER)
    return of_trainers.select_related("qualification__level__scheme")
