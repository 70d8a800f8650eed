"""Putting an end to certificates: one, all those of a session, those that carry a wrong identity.

Nothing is ever taken back from an issued row: its end is a row beside it. Whoever writes locks people first, then the
session, then certificates in the order of their ids, as merging does, so that nobody waits for somebody who waits.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.db.models import QuerySet

from forprev.accounts.acting import Acting
from forprev.certification.checking.codes import new_qr_code
from forprev.certification.checking.services import draw_typed_codes
from forprev.certification.life import mails
from forprev.certification.life.selectors import cancellable_by, ended_among, wrongly_named
from forprev.certification.models import Certificate, CertificateEnd
from forprev.certification.services.common import acting_on
from forprev.certification.workflow import Action
from forprev.core import dates, history
from forprev.core.errors import DomainError
from forprev.core.models import Counter
from forprev.core.text import clean_lines, plural
from forprev.people.correcting import on_correction
from forprev.people.models import Identity, Person

REASON_MIN, REASON_MAX = 10, 2000
"""Characters of a reason: enough to say something."""
CANCEL = "cancel_certificate"
CORRECTED = "Correction de l’identité du titulaire"

Kind = CertificateEnd.Kind
logger = structlog.get_logger(__name__)


def cancel(certificate_id: int, acting: Acting, reason: str) -> CertificateEnd:
    """Cancel one certificate at once and for good, and tell its holder and the managers of the entity.

    Asked again by the same actor, it answers with what it did. Raises Certificate.DoesNotExist for one that the actor
    may not cancel, DomainError for a reason too short or a certificate that ended already.
    """
    reason = checked_reason(reason)
    with history.action(acting, CANCEL, comment=reason):
        found = cancellable_by(acting).get(pk=certificate_id)
        _hold_people([found.person_id])
        (certificate,) = _hold(Certificate.objects.filter(pk=found.pk).select_related("qualification__level"))
        end = CertificateEnd.objects.filter(certificate=certificate).select_related("by").first()
        if end is not None:
            if end.kind == Kind.CANCELLED and end.by_id == acting.person_id:
                return end
            raise DomainError(_ended_already(end), code="ended")
        end = CertificateEnd.objects.create(
            certificate=certificate, kind=Kind.CANCELLED, reason=reason, at=dates.now(), by=acting.person
        )
        mails.cancelled(certificate, reason)
        logger.info("certificate_cancelled", certificate=certificate.pk, session=certificate.session_id)
    return end


def _ended_already(end: CertificateEnd) -> str:
    word = "annulé" if end.kind == Kind.CANCELLED else "remplacé"
    return f"Ce certificat a déjà été {word} le {dates.french(dates.day_of(end.at))} par {end.by.display_name}."


def cancel_session(session_id: int, acting: Acting, reason: str) -> int:
    """Cancel every certificate of a session found fraudulent, at once; gives how many it was.

    So many queries whatever their number. The session itself counts no more, for nobody. Raises
    TrainingSession.DoesNotExist for one that the actor does not see, NotAllowed for a role that may not, DomainError
    for a reason too short or where none is left to cancel.
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        _hold_people(Certificate.objects.filter(session=session_id).values_list("person_id", flat=True))
        with acting_on(session_id, acting, Action.CANCEL_CERTIFICATES, comment=reason) as session:
            locked = _hold(Certificate.objects.filter(session=session))
            ended = ended_among([certificate.pk for certificate in locked])
            standing = [certificate for certificate in locked if certificate.pk not in ended]
            if not standing:
                raise DomainError("Les certificats de cette session ont déjà tous été annulés.", code="ended")
            session.certificates_cancelled_at = at = dates.now()
            CertificateEnd.objects.bulk_create(
                CertificateEnd(certificate=each, kind=Kind.CANCELLED, reason=reason, at=at, by=acting.person)
                for each in standing
            )
            mails.session_cancelled(session, standing, reason)
            logger.info("session_certificates_cancelled", session=session.pk, certificates=len(standing))
    return len(standing)


@on_correction
def replace(person: Person, before: Identity, actor: history.Actor) -> list[Certificate]:
    """Replace the valid certificates that carry the identity corrected, in the transaction of the correction.

    Each gets a new one: the next number of its series, the identity and the n° Forprev of today, all the rest as it
    was. The person is locked by the caller. Gives the new ones.
    """
    wrong = [c.pk for c in wrongly_named(person, before, person.identity, dates.today())]
    locked = _hold(Certificate.objects.filter(pk__in=wrong).select_related("qualification__level"))
    ended = ended_among(wrong)  # read after the lock: somebody may have cancelled one meanwhile
    old = [certificate for certificate in locked if certificate.pk not in ended]
    if not old:
        return []
    if actor.person_id is None:
        raise ValueError("a certificate is replaced by somebody, never by the system itself")
    # As generation takes numbers: those of a qualification before those of the ones that it renews (B26).
    old.sort(key=lambda certificate: certificate.qualification.code, reverse=True)
    codes = draw_typed_codes(len(old))
    new = Certificate.objects.bulk_create(
        [_corrected(certificate, person, code) for certificate, code in zip(old, codes, strict=True)]
    )
    CertificateEnd.objects.bulk_create(
        CertificateEnd(
            certificate=was,
            kind=Kind.REPLACED,
            reason=CORRECTED,
            at=dates.now(),
            by_id=actor.person_id,
            replacement=now,
        )
        for was, now in zip(old, new, strict=True)
    )
    mails.replaced(list(zip(old, new, strict=True)))
    logger.info("certificates_replaced", person=person.pk, certificates=[certificate.pk for certificate in old])
    return new


def _corrected(certificate: Certificate, person: Person, typed_code: str) -> Certificate:
    """The same paper under another number and other codes, in the name that the person has now."""
    series = f"{certificate.qualification.code}/{certificate.issued_on.year}"
    (number,) = Counter.take(series)
    copied = {
        field.attname: getattr(certificate, field.attname)
        for field in Certificate._meta.concrete_fields
        if not field.primary_key and not field.generated
    }
    corrected = {
        "number": f"{series}/{number:06}",
        "verification_code": new_qr_code(),
        "typed_code": typed_code,
        "edition": certificate.edition + 1,
        "person_id": person.pk,
        "holder_last_name": person.last_name,
        "holder_first_name": person.first_name,
        "holder_birth_date": person.birth_date,
        "holder_number": person.number,
        "created_at": dates.now(),
    }
    return Certificate(**{**copied, **corrected})


def checked_reason(reason: str) -> str:
    reason = clean_lines(reason)
    if not reason:
        raise DomainError("Le motif doit être renseigné.", code="reason_missing", field="reason")
    if len(reason) < REASON_MIN:
        message = f"Le motif doit compter au moins {plural(REASON_MIN, 'caractère')} : dites ce qui a été constaté."
        raise DomainError(message, code="reason_too_short", field="reason")
    if len(reason) > REASON_MAX:
        message = f"Le motif ne peut pas dépasser {REASON_MAX} caractères."
        raise DomainError(message, code="too_long", field="reason")
    return reason


def _hold_people(people: Iterable[int]) -> None:
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=set(people)).order_by("pk").values_list("pk"))


def _hold(certificates: QuerySet[Certificate]) -> list[Certificate]:
    return list(certificates.select_for_update(no_key=True, of=("self",)).order_by("pk"))
