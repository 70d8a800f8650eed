"""The role that certificates give: whoever holds a valid one of level formateur is a trainer; and its end."""

from __future__ import annotations

from collections.abc import Iterator

from forprev.accounts.absence import Absence, explains_absence
from forprev.accounts.acting import Acting, provides_roles
from forprev.accounts.models import Role
from forprev.certification.models import CertificationSettings
from forprev.certification.selectors.certificates import own_trainer_certificates
from forprev.core.dates import add_months, today
from forprev.people.models import Person


@provides_roles
def trainer_role(person: Person) -> Iterator[Acting]:
    day = today()
    if own_trainer_certificates(person).filter(issued_on__lte=day, expires_on__gte=day).exists():
        yield Acting(person=person, role=Role.TRAINER)


@explains_absence
def expired_trainer(person: Person) -> Iterator[Absence]:
    """A07: the last certificate of a trainer expired; the account itself goes with the months that the settings say."""
    last = own_trainer_certificates(person).order_by("-expires_on", "-pk").first()
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
