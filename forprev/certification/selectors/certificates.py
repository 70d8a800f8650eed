"""Which certificates an actor may fetch."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.catalogue.models import TraineeKind
from forprev.certification.life.selectors import replacements_open_on
from forprev.certification.models import Certificate
from forprev.certification.models.certificates import CertificateQuerySet
from forprev.certification.selectors.sessions import visible_to
from forprev.people.models import Person


def downloadable_by(acting: Acting, day: date) -> QuerySet[Certificate]:
    """Trainers: their own, as long as they are valid (A41). Managers and delegates: those of their sessions, for the
    fifteen days (A40), and fifteen more for what replaced one of them. Nobody else, and never one that has ended."""
    if acting.role == Role.TRAINER:
        return standing_trainer_certificates(acting.person).filter(expires_on__gte=day)
    if acting.role in (Role.MANAGER, Role.DELEGATE):
        sessions = visible_to(acting)
        generated = Q(session__in=sessions.filter(download_until__gte=day))
        replaced = Q(session__in=sessions, pk__in=replacements_open_on(day).values("pk"))
        return Certificate.objects.standing().filter(generated | replaced)
    return Certificate.objects.none()


def own_trainer_certificates(person: Person) -> CertificateQuerySet:
    """A person's certificates of level formateur, those ended too, the latest first; level acteur is not delivered
    again (A40)."""
    own = trainer_certificates().filter(person=person)
    return own.select_related("qualification__level__scheme", "check_count").order_by("-issued_on", "-pk")


def standing_trainer_certificates(person: Person) -> CertificateQuerySet:
    """Those among them that make it a trainer while they are valid."""
    return own_trainer_certificates(person).standing()


def trainer_certificates() -> CertificateQuerySet:
    """All those of level formateur."""
    of_trainers = Certificate.objects.filter(qualification__level__trainee_kind=TraineeKind.TRAINER)
    return of_trainers.select_related("qualification__level__scheme")
