"""The last weeks, played with the application's own use cases: every state, and something waiting for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.timezone import get_current_timezone

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.accreditation.selectors import usable
from forprev.catalogue.models import Qualification
from forprev.certification.life.services import cancel
from forprev.certification.models import Certificate, Course, PlaceKind, Result, TrainingSession
from forprev.certification.services import entry, exchange, issuing
from forprev.demo import chronicle
from forprev.demo.cast import DELEGATE, HOTLINE, OFFICER, Cast
from forprev.demo.dossiers import play_requests
from forprev.demo.names import Crowd
from forprev.demo.updates import update_in_turn
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from forprev.people.services import correct_identity
from forprev.support.services import ask_correction


class Until(StrEnum):
    """How far a session went."""

    DRAFT = "draft"
    DELETED = "deleted"
    SENT = "sent"
    PARTLY_JUDGED = "partly judged"
    RETURNED = "returned"
    JUDGED = "judged"
    ISSUED = "issued"


@dataclass(frozen=True)
class Scene:
    """One session: who enters it for which entity, when it ended (days ago, negative to come), and how far it went.

    `since`: how many days ago the last step was done. `stephanie`: she runs it.
    """

    entity: str
    code: str
    ended: int
    until: Until
    since: int
    stephanie: bool = False
    size: int = 6
    delegate: bool = False
    course: Course = Course.INITIAL


SCENES = (
    # The entity's `À traiter`, seen by the manager of both.
    Scene("marose", "SST-1", 2, Until.DRAFT, 0, stephanie=True, size=8),
    Scene("marose", "PRAPIBC-1", -7, Until.DRAFT, 1, size=5),
    Scene("marose", "Amiante-1-EC", 9, Until.RETURNED, 1, stephanie=True, size=4),
    Scene("marose", "SST-1", 5, Until.JUDGED, 0, stephanie=True, size=7),
    Scene("marose", "Catec-1-M", 12, Until.JUDGED, 1, size=5),
    Scene("marose", "SST-1", 80, Until.JUDGED, 29, size=6),
    Scene("marose", "PRAPIBC-1", 4, Until.DELETED, 2, size=0),
    Scene("vanves", "SST-1", 8, Until.JUDGED, 2, stephanie=True, size=6),
    Scene("vanves", "PRAPIBC-1", -4, Until.DRAFT, 1, size=0),
    Scene("vanves", "SST-1", 15, Until.RETURNED, 4, size=9),
    # The trainer's `À traiter`, from both entities.
    Scene("marose", "Amiante-1-OC", 3, Until.SENT, 1, stephanie=True, size=5),
    Scene("marose", "SST-1", 1, Until.PARTLY_JUDGED, 0, stephanie=True, size=10),
    Scene("vanves", "SST-1", 4, Until.SENT, 2, stephanie=True, size=6),
    Scene("guy", "SST-1", 6, Until.SENT, 3, stephanie=True, size=8),
    # The delegate's.
    Scene("vanves", "Catec-1-I", 0, Until.DRAFT, 0, size=2, delegate=True),
    Scene("vanves", "SST-2", 7, Until.JUDGED, 1, size=6, delegate=True),
    Scene("vanves", "SST-2", 2, Until.SENT, 0, size=5, delegate=True),
    Scene("vanves", "Catec-1-M", 10, Until.ISSUED, 0, size=5, delegate=True),
    Scene("vanves", "SST-2", 16, Until.ISSUED, 6, size=6, delegate=True),
    # Certificates to fetch.
    Scene("marose", "SST-1", 11, Until.ISSUED, 0, stephanie=True, size=8),
    Scene("marose", "PRAPIBC-1", 13, Until.ISSUED, 7, size=7),
    # Elsewhere.
    Scene("guy", "SST-1", 3, Until.JUDGED, 1, size=6),
    Scene("armor", "SST-2", 9, Until.SENT, 3, size=5),
    Scene("saone", "PRAPIBC-1", 5, Until.ISSUED, 2, size=9),
    Scene("garonne", "AP-TRL-1", 14, Until.SENT, 5, size=5),
    Scene("ried", "PRAP2S-1", 1, Until.DRAFT, 0, size=6),
    Scene("calanques", "APS-ASD-1", 20, Until.JUDGED, 12, size=4),
    Scene("alizes", "SST-1", 2, Until.RETURNED, 1, size=11),
)
_COMMENT = "Le nom d’un stagiaire n’est pas celui de sa pièce d’identité : merci de vérifier la saisie."


def play_present(organisations: dict[str, Organisation], cast: Cast, crowd: Crowd, today: date) -> None:
    """Play the scenes, then set each back to its moment; the last thing done is a draft just begun."""
    stage = _Stage(organisations, cast, crowd, today)
    update_in_turn(stage.member("vanves"), *roles_of(cast.accounts[OFFICER]))
    played = [(scene, session_id) for scene in SCENES if (session_id := stage.play(scene)) is not None]
    entry.create_session(stage.member("marose"), crowd.uuid())
    for rank, (scene, session_id) in enumerate(played):
        office_hour = time(9 + rank % 9, 7 * rank % 60)
        moment = datetime.combine(today - timedelta(days=scene.since), office_hour, get_current_timezone())
        chronicle.set_back(session_id, moment)
    play_requests(organisations, cast, crowd)
    _end_certificates(organisations["vanves"], cast)
    _ask_for_a_correction(cast.trainers[0])


def _end_certificates(organisation: Organisation, cast: Cast) -> None:
    """One cancelled by the fund, one replaced since its holder's name was wrong."""
    (officer,), (agent,) = roles_of(cast.accounts[OFFICER]), roles_of(cast.accounts[HOTLINE])
    absent, misspelt = Certificate.objects.filter(session__organisation=organisation).order_by("-pk")[:2]
    cancel(absent.pk, officer, "Absence constatée le second jour, selon l’attestation de l’employeur.")
    identity = misspelt.person.identity
    correct_identity(
        misspelt.person_id, agent, before=identity, after=identity._replace(last_name=f"LE {identity.last_name}")
    )


def _ask_for_a_correction(person: Person) -> None:
    """What waits for the hotline (A04)."""
    wished = person.identity._replace(last_name=f"{person.last_name}-Vasseur")
    ask_correction(person, wished, message="J’ai changé de nom d’usage : ma nouvelle carte d’identité le porte.")


class _Stage:
    def __init__(self, organisations: dict[str, Organisation], cast: Cast, crowd: Crowd, today: date) -> None:
        self.organisations, self.cast, self.crowd, self.today = organisations, cast, crowd, today
        self.qualifications = Qualification.objects.select_related("level__scheme").in_bulk(field_name="code")

    def member(self, entity: str, *, delegate: bool = False) -> Acting:
        """The delegate of Vanves, or the entity's first manager, in that role."""
        person = self.cast.accounts[DELEGATE] if delegate else self.cast.managers[entity][0]
        role = Role.DELEGATE if delegate else Role.MANAGER
        organisation_id = self.organisations[entity].pk
        return next(a for a in roles_of(person) if (a.role, a.organisation_id) == (role, organisation_id))

    def play(self, scene: Scene) -> int | None:
        """The number of the session; None where no accreditation serves any more for such a session."""
        acting = self.member(scene.entity, delegate=scene.delegate)
        qualification = self.qualifications[scene.code]
        end_date = self.today - timedelta(days=scene.ended)
        if not usable(acting, end_date).filter(level=qualification.level).exists():
            return None
        session = entry.create_session(acting, self.crowd.uuid())
        session = entry.save_details(
            session.pk, acting, session.version, self._details(scene, qualification, end_date), complete=True
        )
        trainers = self._trainers(scene, qualification, end_date)
        entry.set_trainers(session.pk, acting, session.version, trainers)
        for _ in range(scene.size):
            entry.add_trainee(session.pk, acting, self._newcomer(qualification), self.crowd.uuid())
        self._go_on(scene, session.pk, acting, Acting(person=trainers[0], role=Role.TRAINER))
        return session.pk

    def _details(self, scene: Scene, qualification: Qualification, end_date: date) -> entry.Details:
        organisation = self.organisations[scene.entity]
        site = organisation.sites.filter(scheme=qualification.level.scheme).first()
        return entry.Details(
            level=qualification.level,
            qualification=qualification,
            course=scene.course,
            place_kind=PlaceKind.SITE if site else PlaceKind.FRANCE,
            postal_code=organisation.postal_code,
            city=organisation.city,
            site=site,
            end_date=end_date,
        )

    def _trainers(self, scene: Scene, qualification: Qualification, end_date: date) -> list[Person]:
        """Stéphanie if the scene is hers, else others who hold what it takes, today and on the end date."""
        if scene.stephanie:
            return [self.cast.stephanie]
        rules = qualification.rules_on(end_date)
        first, last = min(end_date, self.today), max(end_date, self.today)
        fitting = Certificate.objects.filter(
            qualification__in=rules.taught_by.all(), issued_on__lt=first, expires_on__gte=last
        )
        able = Person.objects.filter(pk__in=fitting.values("person")).exclude(pk=self.cast.stephanie.pk).order_by("pk")
        return self.crowd.random.sample(list(able), rules.trainers_required)

    def _newcomer(self, qualification: Qualification) -> entry.TraineeEntry:
        who = self.crowd.identity()
        email = who.email if qualification.makes_trainers else ""
        return entry.TraineeEntry(who.last_name, who.first_name, who.birth_date, email)

    def _go_on(self, scene: Scene, session_id: int, acting: Acting, trainer: Acting) -> None:
        if scene.until == Until.DELETED:
            exchange.delete_session(session_id, acting)
        if scene.until in (Until.DRAFT, Until.DELETED):
            return
        self._send(session_id, acting)
        if scene.until == Until.RETURNED:
            exchange.return_with_comment(session_id, trainer, self._version(session_id), _COMMENT)
        elif scene.until == Until.PARTLY_JUDGED:
            exchange.save_results(session_id, trainer, self._version(session_id), self._results(session_id, half=True))
        elif scene.until in (Until.JUDGED, Until.ISSUED):
            exchange.send_results(session_id, trainer, self._version(session_id), self._results(session_id))
        if scene.until == Until.ISSUED:
            issuing.generate_certificates(session_id, acting, self._version(session_id))

    def _send(self, session_id: int, acting: Acting) -> None:
        """To the trainer, with every declaration that level formateur asks for (B24)."""
        session = TrainingSession.objects.get(pk=session_id)
        declared = ("prerequisite_declared", "bases_declared")
        declarations = [(trainee.pk, name) for trainee in session.trainees.all() for name in declared]
        exchange.send_to_trainer(session_id, acting, session.version, declarations)

    def _version(self, session_id: int) -> int:
        return TrainingSession.objects.values_list("version", flat=True).get(pk=session_id)

    def _results(self, session_id: int, *, half: bool = False) -> dict[int, str]:
        """One failure where the group is large enough; with `half`, only the first results are given yet."""
        session = TrainingSession.objects.get(pk=session_id)
        trainees: Sequence[int] = list(session.trainees.values_list("pk", flat=True))
        results = {pk: str(Result.FAILURE if rank == 5 else Result.SUCCESS) for rank, pk in enumerate(trainees)}
        return dict(list(results.items())[: len(results) // 2]) if half else results
