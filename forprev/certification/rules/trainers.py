"""The verification of a trainer: four questions, four answers (A34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from forprev.catalogue.models import Qualification
from forprev.certification.models import Certificate, TrainingSession
from forprev.certification.rules.findings import Finding
from forprev.core.dates import french, today
from forprev.organisations.models import Membership, held_now
from forprev.people.models import Person


@dataclass(frozen=True)
class Answer:
    """One line of the verification; `holds` is None where an earlier answer leaves nothing to check."""

    label: str
    holds: bool | None
    reason: str = ""


@dataclass(frozen=True)
class Verification:
    person: Person | None
    answers: tuple[Answer, Answer, Answer, Answer]

    @property
    def holds(self) -> bool:
        return all(answer.holds for answer in self.answers)

    @property
    def reason(self) -> str:
        """Why it fails; empty if it holds."""
        return next((answer.reason for answer in self.answers if answer.holds is False), "")


EXISTS = "La personne existe dans Forprev"
IS_TRAINER = "Elle a un rôle de formateur"
IS_QUALIFIED = "Elle possède la qualification requise"
IS_VALID = "Cette qualification est valide à la date de fin de session"


def verify_trainer(person: Person | None, qualification: Qualification, end_date: date) -> Verification:
    """Answer for a session that confers `qualification` and ends on `end_date` (A34, B22, B28).

    The role is that of today: whoever no longer has it could not give the results. The qualification must be valid
    on the end date, both bounds included. The reasons disclose no date of the trainer's.
    """
    if person is None:
        return Verification(
            None,
            (
                Answer(EXISTS, False, "Aucune personne ne correspond aux informations saisies."),
                Answer(IS_TRAINER, None),
                Answer(IS_QUALIFIED, None),
                Answer(IS_VALID, None),
            ),
        )
    held = list(
        Certificate.objects.standing()
        .filter(person=person, qualification__level__trainee_kind="trainer")
        .select_related("qualification")
    )
    taught_by = qualification.rules_on(end_date).taught_by.order_by("code").values_list("pk", "short_label")
    required = dict(taught_by)
    fitting = [c for c in held if c.qualification_id in required]
    is_trainer = any(c.is_valid_on(today()) for c in held)
    is_valid = any(c.is_valid_on(end_date) for c in fitting)
    wanted = " ou ".join(required.values())
    return Verification(
        person,
        (
            Answer(EXISTS, True),
            Answer(
                IS_TRAINER, is_trainer, "" if is_trainer else "Cette personne n’a pas de rôle de formateur en cours."
            ),
            Answer(IS_QUALIFIED, bool(fitting), "" if fitting else f"La qualification requise est {wanted}."),
            Answer(
                IS_VALID,
                is_valid if fitting else None,
                "" if is_valid or not fitting else f"La qualification requise n’est pas valide au {french(end_date)}.",
            ),
        ),
    )


def trainer_findings(session: TrainingSession, trainers: Sequence[Person]) -> list[Finding]:
    """B30: as many verified trainers as the qualification asks for; each passes the verification (A34)."""
    if session.qualification is None or session.end_date is None:
        return []
    required = session.qualification.rules_on(session.end_date).trainers_required
    if len(trainers) < required:
        message = (
            "Le formateur doit être vérifié."
            if required == 1
            else f"Cette session demande {required} formateurs vérifiés."
        )
        return [Finding("B30" if required > 1 else "A34", message, field="trainers")]
    found = []
    for trainer in trainers:
        verification = verify_trainer(trainer, session.qualification, session.end_date)
        if not verification.holds:
            found.append(Finding("A34", f"{trainer} : {verification.reason}", field="trainers"))
    return found


def trainers_of_the_entity(session: TrainingSession, trainers: Sequence[Person]) -> list[Finding]:
    """A trainer who also has a role in the entity may run the session; it is recorded, for the fund to see."""
    members = set(
        Membership.objects.filter(held_now(), organisation_id=session.organisation_id, person__in=trainers).values_list(
            "person_id", flat=True
        )
    )
    return [
        Finding("A34", f"{trainer} est à la fois formateur de la session et membre de l’entité.", blocking=False)
        for trainer in trainers
        if trainer.pk in members
    ]


def lapsed_trainers(session: TrainingSession, trainers: Sequence[Person]) -> list[Finding]:
    """B28, asked again at generation: the qualification, on the end date; the role may have ended since."""
    found: list[Finding] = []
    if session.qualification is None or session.end_date is None:
        return found
    for trainer in trainers:
        answers = verify_trainer(trainer, session.qualification, session.end_date).answers
        if not (answers[2].holds and answers[3].holds):
            found.append(Finding("B28", f"{trainer} : {answers[2].reason or answers[3].reason}", field="trainers"))
    return found
