"""Whom the end of a certificate is told to: its holder if it has an account, and every manager of the entity.

Whatever their preferences: they cannot do without knowing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from forprev.accounts.models import Account, Role
from forprev.certification.life.selectors import fetched_until
from forprev.certification.models import Certificate, CertificationSettings, TrainingSession
from forprev.core.dates import french
from forprev.core.parameters import in_force
from forprev.notices.models import Notice
from forprev.notices.services import tell_many
from forprev.organisations.models import Membership, held_now


def cancelled(certificate: Certificate, reason: str) -> None:
    context = {"certificate": certificate, "reason": reason}
    _tell(_holders([certificate]), "certificate_cancelled", context, _own_page(certificate))
    _tell(_managers(certificate), "certificate_cancelled_entity", context, _session_page(certificate))


def session_cancelled(session: TrainingSession, certificates: Sequence[Certificate], reason: str) -> None:
    context = {"session": session, "count": len(certificates), "reason": reason}
    _tell(_holders(certificates), "session_cancelled", context, _own_page(certificates[0]))
    _tell(_managers(certificates[0]), "session_cancelled_entity", context, _session_page(certificates[0]))


def replaced(pairs: Sequence[tuple[Certificate, Certificate]]) -> None:
    """Of each pair the old certificate and the new one, all of one holder; each session's managers once."""
    delays = CertificationSettings.current()
    of_sessions = sorted(pairs, key=lambda pair: pair[0].session_id or 0)
    new = [now for _, now in pairs]
    fetched_for = in_force("certification.download_days")
    _tell(_holders(new), "certificates_replaced", {"pairs": pairs, "fetched_for": fetched_for}, _own_page(new[0]))
    for session_id, group in groupby(of_sessions, key=lambda pair: pair[0].session_id):
        if session_id is None:
            continue
        theirs = list(group)
        last = theirs[0][1]
        context = {"pairs": theirs, "session_id": session_id, "until": french(fetched_until(last, delays))}
        _tell(
            _managers(last),
            "certificates_replaced_entity",
            context,
            reverse("certification:downloads", args=[session_id]),
        )


def _holders(certificates: Sequence[Certificate]) -> QuerySet[Account]:
    return Account.objects.filter(person__in={certificate.person_id for certificate in certificates})


def _managers(certificate: Certificate) -> QuerySet[Account]:
    """Nobody for one taken over, which no entity of Forprev delivered."""
    if certificate.organisation_id is None:
        return Account.objects.none()
    managers = Membership.objects.filter(held_now(), organisation_id=certificate.organisation_id, role=Role.MANAGER)
    return Account.objects.filter(person_id__in=managers.values("person_id"))


def _own_page(certificate: Certificate) -> str:
    """Where its holder finds it: a trainer in its account; whoever else is told here all that there is to know."""
    return reverse(f"certification:{'own_certificates' if certificate.makes_trainers else 'check'}")


def _session_page(certificate: Certificate) -> str:
    return reverse("certification:session", args=[certificate.session_id]) if certificate.session_id else ""


def _tell(accounts: QuerySet[Account], template: str, context: dict[str, Any], url: str) -> None:
    tell_many(accounts, f"certification/mails/{template}", context, kind=Notice.Kind.ACCOUNT, url=url)
