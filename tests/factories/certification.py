"""Trainers, and sessions in every state: played by the services, as the screens do it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count
from typing import Any
from uuid import uuid4

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.selectors import usable
from forprev.certification.checking.codes import new_qr_code, new_typed_code
from forprev.certification.models import Certificate, CertificateEnd, Course, PlaceKind, TrainingSession
from forprev.certification.services import entry, exchange, issuing
from forprev.certification.services.entry import Details, TraineeEntry
from forprev.core.dates import add_months, now, today
from forprev.organisations.models import Membership
from forprev.organisations.services import choose_fund
from forprev.people.models import Person
from tests.factories.accreditation import accredit
from tests.factories.catalogue import qualification
from tests.factories.organisations import TrainingSiteFactory, acting_as_member, acting_manager, fund
from tests.factories.people import PersonFactory

_people = count()
_certificates = count(1)

TRAINED_BY = {
    "SST-1": "SST-2",
    "SST-2": "SST-3",
    "SST-3": "SST-3",
    "APS-ASD-1": "APS-ASD-2",
    "PRAPIBC-1": "PRAPIBC-2",
    "PRAP2S-1": "PRAP2S-2",
    "Catec-1-S": "Catec-2",
    "Catec-1-I": "Catec-2",
    "Catec-1-M": "Catec-2",
    "Amiante-1-OC": "Amiante-2",
}


def _own_birth_date(n: int) -> date:
    """No two alike, nor alike with day and month inverted, so that nobody looks like somebody else."""
    return date(1960 + n // 192 % 40, 1 + n // 16 % 12, 13 + n % 16)


def taken_over(
    person: Person, code: str, *, issued_on: date | None = None, expires_on: date | None = None
) -> Certificate:
    """A certificate that the person holds from before; issued a year ago, for the time that the catalogue says."""
    held = qualification(code)
    validity = held.rules_on(today()).validity_months
    issued_on = issued_on or add_months(expires_on or today(), -validity if expires_on else -12)
    serial = next(_certificates)
    return Certificate.objects.create(
        number=f"REPRISE/{code}/{serial:06}",
        verification_code=new_qr_code(),
        typed_code=new_typed_code(),
        person=person,
        qualification=held,
        template_version=held.template.in_force(),
        scheme_name=held.level.scheme.name,
        title=held.title,
        course=Course.INITIAL,
        holder_last_name=person.last_name,
        holder_first_name=person.first_name,
        holder_birth_date=person.birth_date,
        holder_number=person.number,
        organisation_name="INRS",
        signatory_name=held.signatory.name,
        signatory_title=held.signatory.title,
        issued_on=issued_on,
        expires_on=expires_on or add_months(issued_on, validity),
        created_at=now(),
    )


def ended(certificate: Certificate, kind: str = "cancelled") -> CertificateEnd:
    """What it came to, without any rule: the ways that lead there are tested apart."""
    replacement = None
    if kind == CertificateEnd.Kind.REPLACED:
        dates = {"issued_on": certificate.issued_on, "expires_on": certificate.expires_on}
        replacement = taken_over(certificate.person, certificate.qualification.code, **dates)
    return CertificateEnd.objects.create(
        certificate=certificate,
        kind=kind,
        reason="Erreur de saisie",
        at=now(),
        by=certificate.person,
        replacement=replacement,
    )


def trainer(
    code: str = "SST-2", *, issued_on: date | None = None, expires_on: date | None = None, **person: Any
) -> Person:
    """A person who holds this certificate of a formateur."""
    who = PersonFactory(**{"birth_date": _own_birth_date(next(_people)), **person})
    taken_over(who, code, issued_on=issued_on, expires_on=expires_on)
    choose_fund(who, fund("bretagne"))
    return who


def acting_trainer(person: Person | None = None) -> Acting:
    return Acting(person=person or trainer(), role=Role.TRAINER)


_SYLLABLES = ("BAK", "CEL", "DIM", "FON", "GUR", "JAS", "LEV", "MIC", "NOP", "RUT")


def trainee_entry(**changes: Any) -> TraineeEntry:
    """Somebody whom nobody resembles."""
    n = next(_people)
    letters = "".join(_SYLLABLES[int(digit)] for digit in f"{n:04}")
    facts = {"last_name": f"STAGIAIRE {letters}", "first_name": "Dominique", "birth_date": _own_birth_date(n)}
    return TraineeEntry(**{**facts, **changes})


def trainer_to_be(**changes: Any) -> TraineeEntry:
    """A trainee of level formateur, with the address of the account to come."""
    return trainee_entry(**{"email": f"stagiaire{next(_people)}@exemple.test", **changes})


def details(code: str = "SST-1", **changes: Any) -> Details:
    """The tab `Session`, complete: an initial course that ended today at Valence."""
    wanted = qualification(code)
    facts = {
        "level": wanted.level,
        "qualification": wanted,
        "course": Course.INITIAL,
        "place_kind": PlaceKind.FRANCE,
        "postal_code": "26000",
        "city": "VALENCE",
        "end_date": today(),
    }
    return Details(**{**facts, **changes})


def empty_draft(acting: Acting | None = None) -> TrainingSession:
    return entry.create_session(acting or acting_manager(), uuid4())


def draft_session(
    acting: Acting | None = None,
    code: str = "SST-1",
    *,
    trainers: Sequence[Person] | None = None,
    trainees: int = 4,
    entries: Iterable[TraineeEntry] | None = None,
    **changes: Any,
) -> TrainingSession:
    """A draft ready to send; `changes` are those of `details`.

    An entity that cannot run such a session on that day gets the accreditation, and the site if one is required.
    """
    acting = acting or acting_manager()
    wanted = qualification(code)
    session = empty_draft(acting)
    end_date = changes.get("end_date") or today()
    if not usable(acting, end_date).filter(level=wanted.level).exists():
        accredit(
            session.organisation,
            wanted.level.scheme.code,
            wanted.level.number,
            starts_on=add_months(end_date, -12),
            ends_on=add_months(end_date, 48),
        )
    if wanted.level.scheme.site_required and "place_kind" not in changes:
        site = TrainingSiteFactory(organisation=session.organisation, scheme=wanted.level.scheme)
        changes |= {"place_kind": PlaceKind.SITE, "site": site}
    session = entry.save_details(session.pk, acting, session.version, details(code, **changes), complete=True)
    if trainers is None:
        trainers = [trainer(TRAINED_BY[code]) for _ in range(wanted.rules_on(end_date).trainers_required)]
    session = entry.set_trainers(session.pk, acting, session.version, trainers)
    if entries is None:
        entries = [trainer_to_be() if wanted.makes_trainers else trainee_entry() for _ in range(trainees)]
    for typed in entries:
        entry.add_trainee(session.pk, acting, typed, uuid4())
    session.refresh_from_db()
    return session


def all_declared(session: TrainingSession) -> list[tuple[int, str]]:
    """Every box of the check page ticked."""
    return [(trainee.pk, field) for trainee in session.trainees.all() for field in exchange.DECLARATIONS]


def results(session: TrainingSession, failures: int = 0) -> dict[int, str]:
    """A result for everybody, of which so many failures."""
    ids = list(session.trainees.order_by("pk").values_list("pk", flat=True))
    return {pk: "failure" if rank < failures else "success" for rank, pk in enumerate(ids)}


def entity_of(session: TrainingSession) -> Acting:
    """Who created the session, in the role that it has in the entity."""
    membership = Membership.objects.select_related("person", "organisation").get(
        person=session.created_by, organisation=session.organisation, ended_at=None
    )
    return acting_as_member(membership)


def trainer_of(session: TrainingSession) -> Acting:
    """The main trainer."""
    return acting_trainer(session.trainers.select_related("person").get(position=1).person)


def send(session: TrainingSession) -> TrainingSession:
    return exchange.send_to_trainer(session.pk, entity_of(session), session.version, all_declared(session))


def answer(session: TrainingSession, failures: int = 0) -> TrainingSession:
    return exchange.send_results(session.pk, trainer_of(session), session.version, results(session, failures))


def sent_session(acting: Acting | None = None, code: str = "SST-1", **options: Any) -> TrainingSession:
    """With the trainer; options are those of `draft_session`, here and below."""
    return send(draft_session(acting, code, **options))


def answered_session(
    acting: Acting | None = None, code: str = "SST-1", *, failures: int = 0, **options: Any
) -> TrainingSession:
    """Back with the entity, its results given."""
    return answer(sent_session(acting, code, **options), failures)


def issued_session(
    acting: Acting | None = None, code: str = "SST-1", *, failures: int = 0, **options: Any
) -> TrainingSession:
    """With its certificates."""
    session = answered_session(acting, code, failures=failures, **options)
    return issuing.generate_certificates(session.pk, entity_of(session))
