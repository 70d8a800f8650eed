"""Certificates: made once and only once, all or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from forprev.accounts.acting import Acting
from forprev.accounts.models import Account
from forprev.accounts.services import opening, passwords
from forprev.catalogue.models import Qualification, TemplateVersion
from forprev.certification.checking.codes import new_qr_code
from forprev.certification.checking.services import draw_typed_codes
from forprev.certification.models import (
    Certificate,
    CertificationSettings,
    Course,
    Result,
    Trainee,
    TrainingSession,
)
from forprev.certification.rules.deadlines import last_download_day, past_deadline
from forprev.certification.rules.findings import refuse_if_blocking
from forprev.certification.rules.session import unusable_accreditation
from forprev.certification.rules.trainers import lapsed_trainers
from forprev.certification.selectors.sessions import visible_to
from forprev.certification.services.common import acting_on
from forprev.certification.workflow import ENTITY_ROLES, Action, State
from forprev.core import dates, history
from forprev.core.errors import Conflict, DomainError
from forprev.core.models import Counter
from forprev.core.workflow import NotAllowed
from forprev.people.models import Identity
from forprev.people.services import create_people, find_or_create


def generate_certificates(session_id: int, acting: Acting, version: int | None = None) -> TrainingSession:
    """Certify everybody who succeeded (A38): numbers, persons, accounts and certificates in one transaction.

    Asked again, by a second click or a colleague, it answers with the session as generated and makes nothing.
    Raises Refused past the delay (B40), or if accreditation (B42) or trainer (B28) no longer fit the end date.
    """
    try:
        return _generate(session_id, acting, version)
    except (NotAllowed, Conflict):
        done = visible_to(acting).filter(pk=session_id, state=State.ISSUED).first()
        if done is None or acting.role not in ENTITY_ROLES:
            raise
        return done


def _generate(session_id: int, acting: Acting, version: int | None) -> TrainingSession:
    with acting_on(session_id, acting, Action.GENERATE, version=version) as session:
        settings, today = CertificationSettings.current(), dates.today()
        refuse_if_blocking(
            [
                *past_deadline(session, settings, today),
                *unusable_accreditation(session.accreditation, session.end_date),
                *lapsed_trainers(session, [t.person for t in session.trainers.select_related("person")]),
            ]
        )
        successes = list(session.trainees.filter(result=Result.SUCCESS).select_related("person"))
        _settle_people(session, sorted(successes, key=lambda t: t.identity))
        Certificate.objects.bulk_create(certificates_of(session, successes, dates.now()))
        session.generated_at = dates.now()
        session.download_until = last_download_day(today, settings)
    return session


def _settle_people(session: TrainingSession, trainees: Sequence[Trainee]) -> None:
    """Who they are, for good: chosen, recognised (A44), or new, with an account if they train (A35)."""
    makes_trainers = session.qualification is not None and session.qualification.makes_trainers
    chosen = [trainee for trainee in trainees if trainee.person is not None]
    unknown = [trainee for trainee in trainees if trainee.person is None]
    identities = [Identity(trainee.last_name, trainee.first_name, trainee.birth_date) for trainee in unknown]
    people = create_people(identities) if makes_trainers else find_or_create(identities)
    for trainee, person in zip(unknown, people, strict=True):
        trainee.person = person
    Trainee.objects.bulk_update(unknown, ["person"])
    for trainee in trainees if makes_trainers else chosen:
        _open_account(trainee)


def _open_account(trainee: Trainee) -> None:
    person = trainee.person
    if not trainee.email or person is None or Account.objects.filter(person=person).exists():
        return
    try:
        account = opening.create_account(person, trainee.email)
    except DomainError as error:
        raise DomainError(f"{trainee} : {error.message}", code="A35", field="trainees") from error
    passwords.invite(account)


def certificates_of(session: TrainingSession, successes: Sequence[Trainee], made_at: datetime) -> Iterator[Certificate]:
    """The rows, with gapless numbers a qualification and year of issue; a refresher also renews what it says (B26).

    Not written yet; inside a transaction, since it takes the numbers.
    """
    qualification = session.qualification
    if qualification is None or session.end_date is None:
        return
    related = ("level__scheme", "signatory", "template")
    conferred = [qualification]
    if session.course == Course.REFRESHER:
        conferred += qualification.rules_on(session.end_date).renews.select_related(*related)
    typed_codes = iter(draw_typed_codes(len(conferred) * len(successes)))
    for conferred_one in conferred:
        series = f"{conferred_one.code}/{session.end_date.year}"
        numbers = Counter.take(series, len(successes)) if successes else range(0)
        paper = conferred_one.template.in_force()
        for number, trainee in zip(numbers, successes, strict=True):
            yield _certificate(
                session, trainee, conferred_one, paper, f"{series}/{number:06}", next(typed_codes), made_at
            )


def _certificate(
    session: TrainingSession,
    trainee: Trainee,
    qualification: Qualification,
    paper: TemplateVersion,
    number: str,
    typed_code: str,
    made_at: datetime,
) -> Certificate:
    """Title, signatory and paper are those of today, the validity that of the session's last day (B20)."""
    if trainee.person is None or session.end_date is None:
        raise ValueError("a certificate needs a holder and a date")
    validity = qualification.rules_on(session.end_date).validity_months
    return Certificate(
        number=number,
        verification_code=new_qr_code(),
        typed_code=typed_code,
        person=trainee.person,
        qualification=qualification,
        organisation_id=session.organisation_id,
        session=session,
        trainee=trainee,
        template_version=paper,
        scheme_name=qualification.level.scheme.name,
        title=qualification.title,
        course=session.course,
        holder_last_name=trainee.last_name,
        holder_first_name=trainee.first_name,
        holder_birth_date=trainee.birth_date,
        holder_number=trainee.person.number,
        organisation_name=session.organisation.name,
        signatory_name=qualification.signatory.name,
        signatory_title=qualification.signatory.title,
        issued_on=session.end_date,
        expires_on=dates.add_months(session.end_date, validity),
        created_at=made_at,
    )


def record_download(session: TrainingSession, acting: Acting) -> None:
    """Note that the entity fetched its certificates, so that it is not reminded of them (B45)."""
    if session.first_downloaded_at is None:
        with history.action(acting, Action.DOWNLOAD.value):
            TrainingSession.objects.filter(pk=session.pk, first_downloaded_at=None).update(
                first_downloaded_at=dates.now()
            )
