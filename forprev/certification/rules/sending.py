"""Everything that a session is asked before it goes to the trainer: the check page and the service share it."""

from __future__ import annotations

from datetime import date

from django.db.models import Prefetch, prefetch_related_objects

from forprev.certification.models import CertificationSettings, SessionTrainer, Trainee, TrainingSession
from forprev.certification.rules import session as session_rules
from forprev.certification.rules import trainees as trainee_rules
from forprev.certification.rules.findings import Finding
from forprev.certification.rules.trainers import trainer_findings, trainers_of_the_entity

TRAINERS = Prefetch("trainers", SessionTrainer.objects.select_related("person"))
TRAINEES = Prefetch("trainees", Trainee.objects.select_related("person"))


def findings_before_sending(session: TrainingSession, settings: CertificationSettings, today: date) -> list[Finding]:
    """Blocking and warning findings, in the order of the tabs; a constant number of queries.

    The session keeps its `TRAINERS` and `TRAINEES`: the page that shows the findings shows them too.
    """
    missing = session_rules.missing_details(session)
    prefetch_related_objects([session], TRAINERS, TRAINEES)
    trainers = [t.person for t in session.trainers.all()]
    trainees = list(session.trainees.all())
    return [
        *missing,
        *session_rules.wrong_details(session, settings, today),
        *session_rules.unusable_accreditation(session.accreditation, session.end_date),
        *session_rules.not_ended_yet(session, today),
        *trainer_findings(session, trainers),
        *trainers_of_the_entity(session, trainers),
        *trainee_rules.group_findings(session, trainees),
        *trainee_rules.trainers_among_trainees(trainers, trainees),
        *trainee_rules.trainee_findings(session, trainees),
        *trainee_rules.experience_findings(session, trainees),
        *trainee_rules.retry_advice(session, trainees, settings.retry_months),
    ]
