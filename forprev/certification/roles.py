"""The role that certificates give: whoever holds a valid one of level formateur is a trainer; and its end."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.absence import Absence, explains_absence
from forprev.accounts.acting import Acting, provides_roles
from forprev.accounts.models import Role
from forprev.certification.models import CertificateEnd, CertificationSettings
from forprev.certification.selectors.certificates import own_trainer_certificates, standing_trainer_certificates
from forprev.core.dates import add_months, day_of, today
from forprev.people.models import Person


@provides_roles
def trainer_role(person: Person) -> Iterator[Acting]:
    day = today()
    if own_trainer_certificates(person).valid_on(day).exists():
        yield Acting(person=person, role=Role.TRAINER)


@explains_absence
def expired_trainer(person: Person) -> Iterator[Absence]:
    """A07: the last certificate of a trainer expired; the account itself goes with the months that the settings say."""
    last = standing_trainer_certificates(person).order_by("-expires_on", "-pk").first()
    if last is None or last.expires_on >= today():
        return
    months = CertificationSettings.current().trainer_account_months
    closes_after = add_months(last.expires_on, months)
    yield Absence(
        "formateur-expire",
        "Votre certificat de formateur est arrivé à échéance",
        "certification/absence/expired_trainer.html",
        {"certificate": last, "closes_after": closes_after, "months": months},
        closes=today() > closes_after,
    )


@explains_absence
def cancelled_trainer(person: Person) -> Iterator[Absence]:
    """The certificate that made it a trainer was cancelled; the account goes as after a term (A07)."""
    cancelled = own_trainer_certificates(person).filter(end__kind=CertificateEnd.Kind.CANCELLED)
    last = cancelled.select_related("end").order_by("-end__at", "-pk").first()
    if last is None:
        return
    months = CertificationSettings.current().trainer_account_months
    closes_after = add_months(day_of(last.end.at), months)
    yield Absence(
        "formateur-annule",
        "Votre certificat de formateur a été annulé",
        "certification/absence/cancelled_trainer.html",
        {"certificate": last, "closes_after": closes_after, "months": months},
        closes=today() > closes_after,
    )
