"""The time line of a renewal: when it can be asked for, today, and the end that no request puts off (A23, A24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.rules import in_force, renewable_from, under_review, why_not_renewable
from forprev.accreditation.models import Accreditation, AccreditationSettings, DossierLine, LineKind
from forprev.core.dates import today
from forprev.organisations.models import Organisation


@dataclass(frozen=True)
class Term:
    """One accreditation on its way to its end."""

    accreditation: Accreditation
    opens_on: date
    today: date

    @property
    def days_left(self) -> int:
        return (self.accreditation.ends_on - self.today).days


def _terms(accreditations: Iterable[Accreditation]) -> list[Term]:
    wanted = list(accreditations)
    if not wanted:
        return []
    settings, day = AccreditationSettings.current(), today()
    return [Term(each, renewable_from(each, settings), day) for each in wanted]


def terms_of(organisation: Organisation) -> list[Term]:
    """Of what an entity can renew today, in two queries."""
    settings, day = AccreditationSettings.current(), today()
    held = in_force(organisation, day).order_by("ends_on", "pk")
    last = {each.level_id: each for each in held}
    return _terms(each for each in last.values() if not why_not_renewable(each, day, settings))


def terms_asked(lines: Iterable[DossierLine]) -> list[Term]:
    """Of what the lines of a dossier ask to renew."""
    return _terms(line.accreditation for line in lines if line.kind == LineKind.RENEWAL and line.accreditation)


@dataclass(frozen=True)
class Renewal:
    """What a manager may do about the renewal of an accreditation: ask for it, or read why not."""

    possible: bool
    sentence: str = ""


def renewal_of(accreditation: Accreditation, acting: Acting) -> Renewal | None:
    """None for anybody but a manager of its entity."""
    if acting.role != Role.MANAGER:
        return None
    if reason := why_not_renewable(accreditation, today(), AccreditationSettings.current()):
        return Renewal(False, reason)
    if number := under_review(accreditation.organisation).get(accreditation.level_id):
        return Renewal(False, f"Le renouvellement est demandé : demande {number}, en cours.")
    last = in_force(accreditation.organisation, today()).filter(level_id=accreditation.level_id)
    if last.filter(ends_on__gt=accreditation.ends_on).exists():
        return Renewal(False, "Cette habilitation est déjà renouvelée.")
    return Renewal(True)
