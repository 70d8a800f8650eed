"""Three years of sessions: who ran what, for whom, with which result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone

from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, Delegation
from forprev.catalogue.models import Qualification, QualificationRules
from forprev.certification.models import Certificate, Course, PlaceKind, Result, Trainee, TrainingSession
from forprev.certification.rules.trainees import group_findings
from forprev.certification.workflow import Action, State
from forprev.core.dates import add_months
from forprev.demo import chronicle
from forprev.demo.cast import DELEGATE, Cast
from forprev.demo.chronicle import PastSession, Step
from forprev.demo.names import Crowd
from forprev.organisations.models import Organisation, TrainingSite
from forprev.people.models import Person

SESSIONS = 112
"""Closed or left behind before the last weeks; the session that comes next is the presentation's n°113."""

OLDEST_DAYS, NEWEST_DAYS = 1090, 30
"""Between how many days ago these sessions ended."""

REFRESHER_AFTER_MONTHS = 16
_COMMENTS = (
    "Le prénom d’un stagiaire est mal orthographié.",
    "Un stagiaire a quitté la session le premier jour : merci de le retirer.",
    "La date de fin de session n’est pas la bonne.",
)


@dataclass(frozen=True)
class Offer:
    """What an entity runs, and how often beside the others."""

    entity: str
    code: str
    weight: int


OFFERS = (
    Offer("vanves", "SST-1", 9),
    Offer("vanves", "SST-2", 2),
    Offer("vanves", "Catec-1-I", 3),
    Offer("vanves", "Catec-1-S", 1),
    Offer("vanves", "Catec-1-M", 2),
    Offer("vanves", "PRAPIBC-1", 3),
    Offer("vanves", "AP-TRL-1", 1),
    Offer("vanves", "Amiante-1-OC", 1),
    Offer("vanves", "APS-ASD-2", 1),
    Offer("marose", "SST-1", 12),
    Offer("marose", "SST-2", 1),
    Offer("marose", "Amiante-1-OC", 4),
    Offer("marose", "Amiante-1-EC", 1),
    Offer("marose", "Amiante-1-ET", 1),
    Offer("marose", "PRAPIBC-1", 5),
    Offer("marose", "Catec-1-M", 2),
    Offer("marose", "Catec-1-I", 2),
    Offer("marose", "AP-TRL-1", 2),
    Offer("marose", "APS-ASD-1", 2),
    Offer("guy", "SST-1", 7),
    Offer("guy", "PRAPIBC-1", 2),
    Offer("armor", "SST-1", 5),
    Offer("saone", "SST-1", 3),
    Offer("saone", "PRAPIBC-1", 2),
    Offer("garonne", "AP-TRL-1", 3),
    Offer("garonne", "SST-1", 2),
    Offer("ried", "PRAP2S-1", 4),
    Offer("ried", "SST-1", 1),
    Offer("calanques", "APS-ASD-1", 4),
    Offer("orne", "SST-1", 3),
    Offer("alizes", "SST-1", 3),
    Offer("alizes", "PRAPIBC-1", 1),
)


@dataclass(frozen=True)
class Held:
    """A trainer's certificate, known while the past is made up."""

    person: Person
    issued_on: date
    expires_on: date


@dataclass(frozen=True)
class Attendee:
    """Somebody in a session; `person` once known to Forprev."""

    last_name: str
    first_name: str
    birth_date: date
    email: str = ""
    person: Person | None = None


def record_past(organisations: dict[str, Organisation], cast: Cast, crowd: Crowd, today: date) -> None:
    """Make up the sessions in the order of their dates, and write them."""
    history = _History(organisations, cast, crowd, today)
    chronicle.write(history.make_up(), cast.password)


class _History:
    """What was true at each moment: who could teach, who had been trained where."""

    def __init__(self, organisations: dict[str, Organisation], cast: Cast, crowd: Crowd, today: date) -> None:
        self.organisations, self.cast, self.crowd, self.today = organisations, cast, crowd, today
        self.random = crowd.random
        qualifications = Qualification.objects.select_related("level__scheme")
        self.qualifications = {q.code: q for q in qualifications}
        rules = QualificationRules.objects.in_force(today).prefetch_related("taught_by", "renews")
        self.rules = {each.qualification_id: each for each in rules}
        self.accreditations = list(Accreditation.objects.order_by("-starts_on", "-pk"))
        self.delegated = [d.accreditation.level for d in Delegation.objects.select_related("accreditation__level")]
        self.sites = list(TrainingSite.objects.select_related("scheme"))
        self.held: dict[str, list[Held]] = {code: [] for code in self.qualifications}
        for c in Certificate.objects.select_related("person", "qualification").order_by("pk"):
            self.held[c.qualification.code].append(Held(c.person, c.issued_on, c.expires_on))
        self.trained: dict[tuple[str, str], list[tuple[date, Person]]] = {}
        self.busy: set[tuple[str, date]] = set()

    def make_up(self) -> list[PastSession]:
        special = self._special_moments()
        ordinary = sorted(self._a_working_day() for _ in range(SESSIONS - len(special)))
        moments = sorted([*((day, None) for day in ordinary), *special], key=lambda moment: moment[0])
        past = [getattr(self, name)(day) if name else self._ordinary(day) for day, name in moments]
        return [*past, self._number_113(self.today - timedelta(days=6))]

    def _special_moments(self) -> list[tuple[date, str | None]]:
        return [
            (add_months(self.today, -30), "_trainers_of_trainers"),
            (add_months(self.today, -14), "_trainers_of_trainers_again"),
            (add_months(self.today, -23) - timedelta(days=7), "_stephanie_renewed"),
            (add_months(self.today, -4), "_left_too_long"),
            (self.today - timedelta(days=60), "_given_up"),
            (self.today - timedelta(days=45), "_waiting_for_trainer"),
            (self.today - timedelta(days=25), "_closed_download"),
        ]

    def _a_working_day(self) -> date:
        day = self.today - timedelta(days=self.random.randint(NEWEST_DAYS, OLDEST_DAYS))
        return day - timedelta(days=max(day.weekday() - 4, 0))

    def _ordinary(self, day: date) -> PastSession:
        """Somebody's session of that day: an offer whose accreditation served and for which trainers were free."""
        while True:
            offer = self.random.choices(OFFERS, [o.weight for o in OFFERS])[0]
            qualification = self.qualifications[offer.code]
            trainers = self._trainers(qualification, day)
            if trainers and self._accreditation(offer.entity, qualification, day):
                return self._session(offer.entity, qualification, day, trainers)

    def _trainers(self, qualification: Qualification, day: date) -> list[Person]:
        """As many as the qualification asks for, qualified that day and not elsewhere around it; else []."""
        able: dict[str, Person] = {}
        rules = self.rules[qualification.pk]
        for entitling in rules.taught_by.all():
            for held in self.held[entitling.code]:
                if held.issued_on < day <= held.expires_on and (held.person.number, day) not in self.busy:
                    able.setdefault(held.person.number, held.person)
        if len(able) < rules.trainers_required:
            return []
        found = self.random.sample(list(able.values()), rules.trainers_required)
        stephanie = able.get(self.cast.stephanie.number)
        if stephanie and stephanie not in found and self.random.random() < 0.35:
            found[0] = stephanie
        return found

    def _holders(self, code: str, day: date) -> list[Person]:
        """Everybody, once, who held this valid certificate that day."""
        return list({h.person.number: h.person for h in self.held[code] if h.issued_on < day <= h.expires_on}.values())

    def _accreditation(self, entity: str, qualification: Qualification, day: date) -> Accreditation | None:
        organisation = self.organisations[entity]
        fitting = (
            a
            for a in self.accreditations
            if (a.organisation_id, a.level_id) == (organisation.pk, qualification.level_id) and a.serves_on(day)
        )
        return next(fitting, None)

    def _session(
        self,
        entity: str,
        qualification: Qualification,
        day: date,
        trainers: list[Person],
        attendees: list[Attendee] | None = None,
        course: Course | None = None,
        final: State = State.ISSUED,
        delays: tuple[int, int, int] | None = None,
    ) -> PastSession:
        """One session from its creation to `final`; `delays`: days from the end to sending, results, generation."""
        chosen = attendees is not None
        if attendees is None:
            course, attendees = self._group(entity, qualification, day)
        session = TrainingSession(
            organisation=self.organisations[entity],
            accreditation=self._accreditation(entity, qualification, day),
            qualification=qualification,
            course=course or Course.INITIAL,
            end_date=day,
            creation_key=self.crowd.uuid(),
        )
        self._place(session, entity)
        steps = self._steps(entity, qualification, day, trainers[0], final, delays or self._delays())
        one = PastSession(session, trainers, steps)
        for attendee in attendees:
            self._attend(one, attendee, passes=chosen or self.random.random() < 0.93)
        session.warnings = [{"rule": f.rule, "message": f.message} for f in group_findings(session, one.trainees)]
        for trainer in trainers:
            self.busy.update((trainer.number, day + timedelta(days=shift)) for shift in range(-3, 4))
        self._remember(one, entity)
        return one

    def _place(self, session: TrainingSession, entity: str) -> None:
        """One of the entity's sites where the scheme asks for one, else its town."""
        facts = self.organisations[entity]
        if session.qualification is not None and session.qualification.level.scheme.site_required:
            scheme = session.qualification.level.scheme
            session.place_kind = PlaceKind.SITE
            session.site = self.random.choice(
                [s for s in self.sites if s.organisation_id == facts.pk and s.scheme_id == scheme.pk]
            )
        else:
            session.place_kind = PlaceKind.FRANCE
            session.postal_code, session.city = facts.postal_code, facts.city

    def _group(self, entity: str, qualification: Qualification, day: date) -> tuple[Course, list[Attendee]]:
        """A refresher for those trained here long enough ago, if there are enough of them; else newcomers."""
        rules = self.rules[qualification.pk]
        low, high = rules.group_min or 4, rules.group_max or 8
        size = self.random.randint(low, high)
        before = add_months(day, -REFRESHER_AFTER_MONTHS)
        waiting = self.trained.get((entity, qualification.code), [])
        due = [entry for entry in waiting if entry[0] <= before]
        if len(due) >= low and not qualification.makes_trainers:
            chosen = due[:size]
            self.trained[entity, qualification.code] = [entry for entry in waiting if entry not in chosen]
            return Course.REFRESHER, [_attendee(person) for _, person in chosen]
        return Course.INITIAL, [self._newcomer(qualification) for _ in range(size)]

    def _newcomer(self, qualification: Qualification) -> Attendee:
        who = self.crowd.identity()
        email = who.email if qualification.makes_trainers else ""
        return Attendee(who.last_name, who.first_name, who.birth_date, email)

    def _attend(self, one: PastSession, attendee: Attendee, *, passes: bool) -> None:
        """Add the trainee with its result; a success that is certified makes it a person (A44)."""
        qualification = one.session.qualification
        makes_trainers = qualification is not None and qualification.makes_trainers
        declared = makes_trainers and one.session.course == Course.INITIAL
        judged = any(step.action == Action.SEND_RESULTS for step in one.steps)
        certified = judged and passes and one.steps[-1].state == State.ISSUED
        person = attendee.person if certified or makes_trainers else None
        if certified and person is None:
            person = Person(
                number=self.crowd.number(),
                last_name=attendee.last_name,
                first_name=attendee.first_name,
                birth_date=attendee.birth_date,
            )
            one.newcomers.append((person, attendee.email))
        trainee = Trainee(
            session=one.session,
            person=person,
            last_name=attendee.last_name,
            first_name=attendee.first_name,
            birth_date=attendee.birth_date,
            email=attendee.email,
            prerequisite_declared=declared,
            bases_declared=declared,
            result=(Result.SUCCESS if passes else Result.FAILURE) if judged else "",
            creation_key=self.crowd.uuid(),
        )
        trainee.normalise_names()
        one.trainees.append(trainee)

    def _remember(self, one: PastSession, entity: str) -> None:
        """Who holds what from now on."""
        qualification, day = one.session.qualification, one.session.end_date
        if qualification is None or day is None or one.steps[-1].state != State.ISSUED:
            return
        renewed = self.rules[qualification.pk].renews.all() if one.session.course == Course.REFRESHER else ()
        for conferred in (qualification, *renewed):
            validity = self.rules[conferred.pk].validity_months
            for trainee in one.trainees:
                if trainee.result == Result.SUCCESS and trainee.person is not None:
                    expires_on = add_months(day, validity)
                    self.held[conferred.code].append(Held(trainee.person, day, expires_on))
        certified = [t.person for t in one.trainees if t.result == Result.SUCCESS and t.person is not None]
        self.trained.setdefault((entity, qualification.code), []).extend((day, person) for person in certified)

    def _delays(self) -> tuple[int, int, int]:
        return self.random.randint(0, 3), self.random.randint(0, 4), self.random.randint(0, 4)

    def _steps(
        self,
        entity: str,
        qualification: Qualification,
        day: date,
        trainer: Person,
        final: State,
        delays: tuple[int, int, int],
    ) -> list[Step]:
        actor, role = self._who_enters(entity, qualification)
        created = day - timedelta(days=self.random.randint(1, 9))
        sent = day + timedelta(days=delays[0])
        judged = sent + timedelta(days=delays[1])
        generated = judged + timedelta(days=delays[2])
        steps = [Step(Action.CREATE, State.DRAFT, actor, role, self._at(created, 9))]
        if final == State.DELETED:
            return [*steps, Step(Action.DELETE, State.DELETED, actor, role, self._at(sent, 10))]
        steps.append(Step(Action.SEND, State.TRAINER, actor, role, self._at(sent, 11)))
        if final == State.TRAINER:
            return steps
        if final == State.ISSUED and delays[1] and self.random.random() < 0.12:
            comment = self.random.choice(_COMMENTS)
            steps.append(Step(Action.RETURN, State.DRAFT, trainer, Role.TRAINER, self._at(sent, 14), comment))
            steps.append(Step(Action.SEND, State.TRAINER, actor, role, self._at(sent, 16)))
        steps.append(Step(Action.SEND_RESULTS, State.ENTITY, trainer, Role.TRAINER, self._at(judged, 17)))
        if final == State.ISSUED:
            steps.append(Step(Action.GENERATE, State.ISSUED, actor, role, self._at(generated, 18)))
        return steps

    def _who_enters(self, entity: str, qualification: Qualification) -> tuple[Person, Role]:
        """One of the managers, or the delegate for what is attached to it (A13)."""
        if entity == "vanves" and qualification.level in self.delegated and self.random.random() < 0.6:
            return self.cast.accounts[DELEGATE], Role.DELEGATE
        return self.random.choice(self.cast.managers[entity]), Role.MANAGER

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour, self.random.randrange(60)), get_current_timezone())

    def _trainers_of_trainers(self, day: date) -> PastSession:
        """Six SST trainers become trainers of trainers, at the INRS (B01)."""
        qualification = self.qualifications["SST-3"]
        trainers = self._trainers(qualification, day)
        teachers = [h.person for h in self.held["SST-3"]]
        chosen = [p for p in self._holders("SST-2", day) if p not in (self.cast.stephanie, *teachers)][:6]
        return self._session("inrs", qualification, day, trainers, [_attendee(p) for p in chosen], Course.INITIAL)

    def _trainers_of_trainers_again(self, day: date) -> PastSession:
        """Three of them keep their skills up to date, which renews their SST-2 too (B26)."""
        qualification = self.qualifications["SST-3"]
        trainers = self._trainers(qualification, day)
        chosen = [p for p in self._holders("SST-3", day) if p not in trainers][-3:]
        return self._session("inrs", qualification, day, trainers, [_attendee(p) for p in chosen], Course.REFRESHER)

    def _stephanie_renewed(self, day: date) -> PastSession:
        """The trainer of the demonstration keeps her SST certificate up to date."""
        qualification = self.qualifications["SST-2"]
        entity = "vanves" if self._accreditation("vanves", qualification, day) else "marose"
        trainers = self._trainers(qualification, day)
        others = [p for p in self._holders("SST-2", day) if p not in (self.cast.stephanie, *trainers)][:4]
        attendees = [_attendee(p) for p in (self.cast.stephanie, *others)]
        return self._session(entity, qualification, day, trainers, attendees, Course.REFRESHER)

    def _left_too_long(self, day: date) -> PastSession:
        """Results came, nobody generated in time (B40): only the regional fund can still open it."""
        qualification = self.qualifications["SST-1"]
        trainers = self._trainers(qualification, day)
        return self._session("vanves", qualification, day, trainers, final=State.ENTITY, delays=(2, 12, 0))

    def _given_up(self, day: date) -> PastSession:
        qualification = self.qualifications["PRAPIBC-1"]
        trainers = self._trainers(qualification, day)
        return self._session("marose", qualification, day, trainers, final=State.DELETED)

    def _waiting_for_trainer(self, day: date) -> PastSession:
        qualification = self.qualifications["SST-1"]
        trainers = self._trainers(qualification, day)
        return self._session("guy", qualification, day, trainers, final=State.TRAINER)

    def _closed_download(self, day: date) -> PastSession:
        """Generated 20 days ago: its certificates can no longer be fetched (A40)."""
        qualification = self.qualifications["SST-1"]
        trainers = self._trainers(qualification, day)
        return self._session("marose", qualification, day, trainers, delays=(1, 2, 2))

    def _number_113(self, day: date) -> PastSession:
        """The presentation's session n°113, generated three days ago: its certificates can be fetched (A40)."""
        attendees = [
            Attendee("Faucher", "Régine", date(1977, 4, 6)),
            Attendee("Fontanel", "Myriam", date(1978, 3, 15)),
            Attendee("Jégou", "Pierre", date(1964, 2, 18)),
        ]
        one = self._session(
            "marose", self.qualifications["Amiante-1-OC"], day, [self.cast.stephanie], attendees, delays=(0, 2, 1)
        )
        one.session.postal_code, one.session.city = "26800", "ETOILE SUR RHONE"
        return one


def _attendee(person: Person) -> Attendee:
    return Attendee(person.last_name, person.first_name, person.birth_date, person=person)
