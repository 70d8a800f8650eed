"""Entering a session: its details, its trainers, its trainees; an entity's work, until it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account, Role
from forprev.accreditation.models import Accreditation
from forprev.accreditation.selectors import usable
from forprev.catalogue.models import Level, Qualification
from forprev.certification.models import CertificationSettings, PlaceKind, SessionTrainer, Trainee, TrainingSession
from forprev.certification.rules.findings import Finding, Refused, refuse_if_blocking
from forprev.certification.rules.session import missing_details, unusable_accreditation, wrong_details
from forprev.certification.rules.trainees import identity_findings, trainers_among_trainees
from forprev.certification.rules.trainers import verify_trainer
from forprev.certification.services.common import acting_on
from forprev.certification.workflow import ENTITY_ROLES, Action
from forprev.core import dates, history
from forprev.core.errors import DomainError
from forprev.core.text import clean, plural
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import TrainingSite
from forprev.people.matching import Match, find
from forprev.people.models import Identity, Person
from forprev.people.selectors import same_identity

MOST_TRAINEES = 10_000
"""As many as one spreadsheet brings at the most; a group beyond the catalogue's is told of before it is sent (B23)."""


class FormUsedElsewhere(DomainError):
    """The key of a form names something of somebody else."""

    def __init__(self) -> None:
        super().__init__("Ce formulaire a déjà servi. Rouvrez la page et recommencez.", code="form_used")


@dataclass(frozen=True)
class Details:
    """The tab `Session`; None and "" where nothing was chosen."""

    level: Level | None = None
    qualification: Qualification | None = None
    course: str = ""
    place_kind: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    site: TrainingSite | None = None
    end_date: date | None = None


def create_session(acting: Acting, key: UUID) -> TrainingSession:
    """A new draft of the actor's entity (A30). The same `key` again gives the same session."""
    if acting.role not in ENTITY_ROLES:
        raise NotAllowed("Seuls les gestionnaires et les délégataires créent des sessions.")
    with history.action(acting, Action.CREATE.value):
        session, _ = TrainingSession.objects.get_or_create(
            creation_key=key,
            defaults={
                "organisation_id": acting.organisation_id,
                "created_by": acting.person,
                "last_actor": acting.person,
                "modified_at": dates.now(),
            },
        )
    if (session.organisation_id, session.created_by_id) != (acting.organisation_id, acting.person_id):
        raise FormUsedElsewhere()
    return session


def save_details(session_id: int, acting: Acting, version: int, details: Details, *, complete: bool) -> TrainingSession:
    """Keep the tab `Session`; `complete` also demands everything that is compulsory (A31).

    Raises Refused with each finding beside its field; then nothing is kept.
    """
    with acting_on(session_id, acting, Action.EDIT, version=version) as session:
        answered = _answered_for(session)
        found = _apply(session, acting, details)
        if _answered_for(session) != answered:
            session.trainees.exclude(result="").update(result="")
        found += wrong_details(session, CertificationSettings.current(), dates.today())
        if complete:
            found += [f for f in missing_details(session) if f.field not in {other.field for other in found}]
        refuse_if_blocking(found)
    return session


def _answered_for(session: TrainingSession) -> tuple[object, ...]:
    """What a result is given for: another certificate, course or date, and the earlier results say nothing."""
    return (session.qualification_id, session.course, session.end_date)


def _apply(session: TrainingSession, acting: Acting, details: Details) -> list[Finding]:
    """Put the details on the session, and find the accreditation that they rely on (A30, B42)."""
    session.qualification = details.qualification
    session.course = details.course
    session.end_date = details.end_date
    session.place_kind = details.place_kind
    in_france, abroad = details.place_kind == PlaceKind.FRANCE, details.place_kind == PlaceKind.ABROAD
    session.postal_code = details.postal_code if in_france else ""
    session.city = clean(details.city) if in_france or abroad else ""
    session.country = clean(details.country) if abroad else ""
    session.site = details.site if details.place_kind == PlaceKind.SITE else None
    session.accreditation = None
    level = details.level or (details.qualification.level if details.qualification else None)
    if level is None:
        return _kept_from_view(session, acting)
    day = details.end_date or dates.today()
    session.accreditation = usable(acting, day).filter(level=level).first()
    if session.accreditation is not None:
        return []
    held = Accreditation.objects.filter(organisation_id=session.organisation_id, level=level).first()
    return unusable_accreditation(held, details.end_date) or [
        Finding("A30", f"Vous n’avez pas d’habilitation {level} en cours.", field="level")
    ]


def _kept_from_view(session: TrainingSession, acting: Acting) -> list[Finding]:
    """A delegate does not take the level off a session of somebody else: it would vanish from its own sight (A30)."""
    if acting.role == Role.MANAGER or session.created_by_id == acting.person_id:
        return []
    return [Finding("A30", "Le dispositif et le niveau doivent être renseignés.", field="level")]


def set_trainers(session_id: int, acting: Acting, version: int, persons: Sequence[Person]) -> TrainingSession:
    """Name the session's trainers, each of whom must pass the verification (A34); the first is the main one."""
    with acting_on(session_id, acting, Action.EDIT, version=version) as session:
        qualification, end_date = session.qualification, session.end_date
        if qualification is None or end_date is None:
            raise DomainError(
                "Le certificat et la date de fin de session doivent être renseignés avant le formateur.",
                code="A34",
                field="trainers",
            )
        most = qualification.rules_on(end_date).trainers_required
        if len(persons) > most:
            message = f"Cette session compte au plus {plural(most, 'formateur')}."
            raise DomainError(message, code="B30", field="trainers")
        if len({p.pk for p in persons}) < len(persons):
            raise DomainError(
                "Les deux formateurs doivent être deux personnes différentes.", code="B30", field="trainers"
            )
        refuse_if_blocking(
            Finding("A34", verification.reason, field="trainers")
            for verification in (verify_trainer(person, qualification, end_date) for person in persons)
            if not verification.holds
        )
        refuse_if_blocking(trainers_among_trainees(persons, list(session.trainees.all())))
        before = set(session.trainers.values_list("person_id", flat=True))
        if before and before != {p.pk for p in persons}:
            session.trainees.exclude(result="").update(result="")
        session.trainers.all().delete()
        SessionTrainer.objects.bulk_create(
            SessionTrainer(session=session, person=person, position=position)
            for position, person in enumerate(persons, start=1)
        )
    return session


@dataclass(frozen=True)
class TraineeEntry:
    """What was typed of one trainee. `person` is the one that a n° Forprev or a proposal led to."""

    last_name: str
    first_name: str
    birth_date: date
    email: str = ""
    person: Person | None = None
    somebody_else: bool = False

    @property
    def identity(self) -> Identity:
        return Identity(self.last_name, self.first_name, self.birth_date)


class LikelyDuplicates(DomainError):
    """Somebody has to say whether the trainee is one of those whom `matches` gives (A12, A35)."""

    def __init__(self, matches: list[Match]) -> None:
        super().__init__("Une personne proche existe déjà dans Forprev.", code="likely_duplicates")
        self.matches = matches


def add_trainee(session_id: int, acting: Acting, entry: TraineeEntry, key: UUID) -> Trainee:
    """Add a trainee to a draft (A35). The same entry with the same `key` again gives the same trainee.

    Raises LikelyDuplicates while nobody has decided, Refused or DomainError with the field concerned.
    """
    with acting_on(session_id, acting, Action.EDIT) as session:
        made = Trainee.objects.filter(creation_key=key).first()
        if made is None:
            return _write(Trainee(session=session, creation_key=key), entry, session)
        if made.session_id == session.pk and _same_entry(made, entry):
            return made
        # The form came back from the browser's history and was filled in for somebody else.
        return _write(Trainee(session=session, creation_key=uuid4()), entry, session)


def _same_entry(made: Trainee, entry: TraineeEntry) -> bool:
    if entry.person is not None:
        return made.person_id == entry.person.pk
    typed = Trainee(last_name=entry.last_name, first_name=entry.first_name, birth_date=entry.birth_date)
    typed.normalise_names()
    return typed.identity == made.identity


def change_trainee(
    session_id: int, trainee_id: int, acting: Acting, entry: TraineeEntry, version: int | None = None
) -> Trainee:
    """Correct a trainee; another identity takes its result back, since that was somebody else's."""
    with acting_on(session_id, acting, Action.EDIT, version=version) as session:
        trainee = session.trainees.get(pk=trainee_id)
        before = (trainee.identity, trainee.person_id)
        trainee = _write(trainee, entry, session)
        if (trainee.identity, trainee.person_id) != before:
            trainee.result = ""
            trainee.prerequisite_declared = trainee.bases_declared = trainee.earlier_declared = False
            trainee.save()
        return trainee


def remove_trainee(session_id: int, trainee_id: int, acting: Acting) -> None:
    """Take a trainee off a draft; removing it twice is no error."""
    with acting_on(session_id, acting, Action.EDIT) as session:
        session.trainees.filter(pk=trainee_id).delete()


def _write(trainee: Trainee, entry: TraineeEntry, session: TrainingSession) -> Trainee:
    refuse_if_blocking(identity_findings(entry.last_name, entry.first_name, entry.birth_date, dates.today()))
    makes_trainers = session.qualification is not None and session.qualification.makes_trainers
    person = _person_meant(entry, makes_trainers=makes_trainers)
    if person is not None:
        trainee.person = person
        trainee.last_name, trainee.first_name = person.last_name, person.first_name
        trainee.birth_date = person.birth_date
    else:
        trainee.person = None
        trainee.last_name, trainee.first_name, trainee.birth_date = entry.last_name, entry.first_name, entry.birth_date
    needs_account = makes_trainers and not (person and Account.objects.filter(person=person).exists())
    trainee.email = entry.email if needs_account else ""
    if needs_account:
        _check_email(trainee.email)
    trainee.somebody_else = entry.somebody_else and person is None
    trainee.normalise_names()
    if trainee.pk is None and session.trainees.count() >= MOST_TRAINEES:
        message = f"Une session compte au plus {MOST_TRAINEES} stagiaires : répartissez-les en plusieurs sessions."
        raise DomainError(message, code="B23", field="last_name")
    _check_once(trainee, session, homonyms=makes_trainers and trainee.somebody_else)
    trainee.save()
    trainers = [t.person for t in session.trainers.select_related("person")]
    refuse_if_blocking(trainers_among_trainees(trainers, [trainee]))
    return trainee


def _person_meant(entry: TraineeEntry, *, makes_trainers: bool) -> Person | None:
    """Who the entry is, as far as that is sure; LikelyDuplicates if somebody has to say.

    At level acteur the exact identity is the same person, and found again at generation (A44), and only a likely match
    is worth stopping for; at level formateur nobody is reused without a word, and whoever is possible is asked about.
    """
    if entry.person is not None or entry.somebody_else:
        return entry.person
    if not makes_trainers and same_identity(entry.last_name, entry.first_name, entry.birth_date).exists():
        return None
    matches = find(entry.identity)
    if any(match.likely for match in matches) or (makes_trainers and matches):
        raise LikelyDuplicates(matches)
    return None


def _check_email(email: str) -> None:
    if not email:
        raise DomainError(
            "L’e-mail doit être renseigné : il servira à créer le compte en cas de réussite.", code="A35", field="email"
        )
    if Account.objects.filter(email__iexact=email).exists():
        raise DomainError(
            "Cet e-mail est celui d’un compte existant : saisissez le n° Forprev de la personne.",
            code="A35",
            field="email",
        )


def _check_once(trainee: Trainee, session: TrainingSession, *, homonyms: bool) -> None:
    """One person, one line. The names decide, unless `homonyms` says that this is somebody else of the same name.

    At level acteur they always do, since generation gives one identity one person (A44).
    """
    others = list(session.trainees.exclude(pk=trainee.pk))
    same_person = any(o.person_id and o.person_id == trainee.person_id for o in others)
    same_names = not homonyms and any(o.identity == trainee.identity for o in others)
    same_email = bool(trainee.email) and any(o.email.lower() == trainee.email.lower() for o in others)
    if same_person or same_names:
        raise Refused([Finding("A35", "Ce stagiaire figure déjà dans la session.", field="last_name")])
    if same_email:
        raise Refused([Finding("A35", "Cet e-mail est déjà celui d’un autre stagiaire de la session.", field="email")])
