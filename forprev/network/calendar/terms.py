"""The terms that concern a person: of its accreditations, of its certificates, of its sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.accreditation.models import AccreditationSettings, AccreditationStatus
from forprev.accreditation.selectors import visible_to as accreditations_of
from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.rules.deadlines import generation_deadline
from forprev.certification.selectors.certificates import standing_trainer_certificates
from forprev.certification.selectors.sessions import visible_to as sessions_of
from forprev.certification.workflow import ENTITY_ROLES, OPEN, State
from forprev.core.dates import add_months, french
from forprev.network.calendar.ical import Event
from forprev.people.models import Person

KEPT_MONTHS = 3
"""How long a term that has passed stays in the calendar."""


def terms_of(person: Person, day: date) -> list[Event]:
    """Those of every role that the person holds, each once, by day; nobody else is named in them."""
    since = add_months(day, -KEPT_MONTHS)
    found = {event.uid: event for event in _terms(person, since) if event.day >= since}
    return sorted(found.values(), key=lambda event: (event.day, event.uid))


def _terms(person: Person, since: date) -> Iterator[Event]:
    for acting in roles_of(person):
        if acting.role in ENTITY_ROLES:
            yield from _accreditations(acting, since)
            yield from _downloads(acting, since)
        if acting.role in (*ENTITY_ROLES, Role.TRAINER):
            yield from _generations(acting)
    yield from _certificates(person, since)


def _accreditations(acting: Acting, since: date) -> Iterator[Event]:
    terms = AccreditationSettings.current().alert_months
    active = accreditations_of(acting).filter(status=AccreditationStatus.ACTIVE, ends_on__gte=since)
    for each in active:
        what = f"habilitation {each.level}, {each.organisation}"
        said = f"{each.number} : valide jusqu’au {french(each.ends_on)} inclus."
        path = reverse("accreditation:detail", args=[each.pk])
        yield _event(f"accreditation-{each.pk}-end", each.ends_on, f"Fin de l’{what}", said, path)
        for months in terms:
            before = add_months(each.ends_on, -months)
            yield _event(
                f"accreditation-{each.pk}-{months}", before, f"Dans {months} mois, fin de l’{what}", said, path
            )


def _generations(acting: Acting) -> Iterator[Event]:
    delays = CertificationSettings.current()
    for session in sessions_of(acting).filter(state__in=OPEN).select_related("qualification", "organisation"):
        deadline = generation_deadline(session, delays)
        if deadline is not None:
            said = "Dernier jour pour générer les certificats de la session."
            yield _of_session(session, "generation", deadline, "Certificats à générer", said)


def _downloads(acting: Acting, since: date) -> Iterator[Event]:
    issued = sessions_of(acting).filter(state=State.ISSUED, download_until__gte=since, certificates_cancelled_at=None)
    for session in issued.select_related("qualification", "organisation"):
        if session.download_until is not None:
            said = "Dernier jour pour télécharger les certificats de la session."
            yield _of_session(session, "download", session.download_until, "Certificats à télécharger", said)


def _of_session(session: TrainingSession, term: str, day: date, what: str, said: str) -> Event:
    of = f", {session.qualification}" if session.qualification else ""
    summary = f"{what} : session n°{session.pk}{of}, {session.organisation}"
    return _event(
        f"session-{session.pk}-{term}", day, summary, said, reverse("certification:session", args=[session.pk])
    )


def _certificates(person: Person, since: date) -> Iterator[Event]:
    """The last one of each qualification: those before were renewed."""
    last = standing_trainer_certificates(person).order_by().values("qualification", "qualification__short_label")
    for each in last.annotate(ends=Max("expires_on")).filter(ends__gte=since):
        label = each["qualification__short_label"]
        said = f"Votre certificat est valide jusqu’au {french(each['ends'])} inclus."
        path = reverse("certification:own_certificates")
        yield _event(f"certificate-{each['qualification']}-end", each["ends"], f"Fin du certificat {label}", said, path)


def _event(name: str, day: date, summary: str, said: str, path: str) -> Event:
    url = settings.PUBLIC_URL + path
    return Event(f"{name}@{urlsplit(settings.PUBLIC_URL).hostname}", day, summary, f"{said}\n{url}", url)
