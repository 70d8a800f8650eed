"""Which certificates an actor sees and may cancel; which carry an identity; what happened to one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, QuerySet, Value, When

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.certification.models import (
    Certificate,
    CertificateEnd,
    CertificateState,
    CertificationSettings,
    TrainingSession,
)
from forprev.certification.rules.deadlines import last_download_day
from forprev.certification.workflow import OPEN
from forprev.core.dates import day_of, today
from forprev.core.text import normalise
from forprev.people.models import Identity, Person

CANCELLERS = (Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)
READERS = (*CANCELLERS, Role.SUPPORT_AGENT)


def visible_to(acting: Acting) -> QuerySet[Certificate]:
    """The certificates that the network follows; everything else answers 404.

    Funds: those of the sessions of their region. National administrators and the hotline: all, those taken over too.
    """
    match acting.role:
        case Role.FUND_OFFICER:
            return Certificate.objects.filter(session__organisation__department__fund_id=acting.fund_id)
        case Role.NATIONAL_ADMINISTRATOR | Role.SUPPORT_AGENT:
            return Certificate.objects.all()
        case _:
            return Certificate.objects.none()


def cancellable_by(acting: Acting) -> QuerySet[Certificate]:
    """Those that the actor may put an end to, ended or not."""
    return visible_to(acting) if acting.role in CANCELLERS else Certificate.objects.none()


def for_list(certificates: QuerySet[Certificate], day: date) -> QuerySet[Certificate]:
    """With all that a list shows, and `state_now`, the `CertificateState` on `day`, to search by; in one query."""
    state = Case(
        When(end__kind=CertificateEnd.Kind.CANCELLED, then=Value(CertificateState.CANCELLED.value)),
        When(end__kind=CertificateEnd.Kind.REPLACED, then=Value(CertificateState.REPLACED.value)),
        When(expires_on__lt=day, then=Value(CertificateState.EXPIRED.value)),
        default=Value(CertificateState.VALID.value),
        output_field=CharField(),
    )
    return certificates.select_related("qualification__level__scheme", "end").annotate(state_now=state)


def for_page(certificates: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """With all that a certificate's own page shows."""
    return certificates.select_related(
        "person",
        "qualification__level__scheme",
        "session__qualification",
        "organisation",
        "end__by",
        "end__replacement",
    )


def of_session(session: TrainingSession, day: date) -> QuerySet[Certificate]:
    """All of them, those ended too, each holder's together."""
    return for_list(session.certificates.order_by("holder_last_name", "holder_first_name", "pk"), day)


def wrongly_named(person: Person, before: Identity, after: Identity, day: date) -> list[Certificate]:
    """What a correction replaces: the certificates that stand, are valid, and carry the identity `before`.

    They carry it whatever the case and the accents that they were typed with; one that says `after` to the letter is
    right already. One that has expired stays: nobody presents it any more.
    """
    carried = _compared(before)
    held = Certificate.objects.valid_on(day).filter(person=person, holder_birth_date=before.birth_date)
    return [c for c in held.order_by("pk") if _compared(c.holder_identity) == carried and c.holder_identity != after]


def _compared(identity: Identity) -> tuple[str, str, date]:
    return normalise(identity.last_name), normalise(identity.first_name), identity.birth_date


def replacements_open_on(day: date) -> QuerySet[Certificate]:
    """What replaced another and can be fetched by the entity on `day`: so many days from its making (A40)."""
    first = day - timedelta(days=CertificationSettings.current().download_days)
    return Certificate.objects.standing().filter(edition__gt=1, created_at__date__gte=first)


def fetched_until(replacement: Certificate, settings: CertificationSettings) -> date:
    """The last day on which the entity fetches what replaced another."""
    return last_download_day(day_of(replacement.created_at), settings)


@dataclass(frozen=True)
class Consequences:
    """What cancelling does to its holder: whether it trains no more, and how many of its sessions that stops."""

    ends_role: bool = False
    sessions: int = 0


def consequences(certificate: Certificate) -> Consequences:
    """Of a trainer's certificate, without which its sessions under way may be left without a trainer (B28)."""
    held = Certificate.objects.valid_on(today()).filter(
        person=certificate.person_id, qualification__level__trainee_kind="trainer"
    )
    if not held.filter(pk=certificate.pk).exists() or held.exclude(pk=certificate.pk).exists():
        return Consequences()
    under_way = TrainingSession.objects.filter(state__in=OPEN, trainers__person=certificate.person_id)
    return Consequences(ends_role=True, sessions=under_way.count())


@dataclass(frozen=True)
class Event:
    """One thing that happened; in the shape that `core/parts/timeline.html` tells."""

    at: datetime
    actor: str
    role: str
    action: str
    comment: str = ""
    before: str = ""
    after: str = ""


def history_of(certificate: Certificate) -> list[Event]:
    """What happened to it, the latest first, in one query."""
    made = "Délivrance" if certificate.edition == 1 else "Délivrance en remplacement d’un autre"
    events = [Event(certificate.created_at, "", "", made)]
    if hasattr(certificate, "end"):
        end = certificate.end
        noted = end.events.select_related("pgh_context").first()  # type: ignore[attr-defined]
        context = noted.pgh_context.metadata if noted and noted.pgh_context else {}
        action = "Annulation" if end.kind == CertificateEnd.Kind.CANCELLED else "Remplacement"
        events.append(
            Event(
                end.at, end.by.display_name, context.get("role", ""), action, end.reason, after=end.get_kind_display()
            )
        )
    return events[::-1]


def ended_among(certificates: Collection[int]) -> set[int]:
    """Which of these certificates, by id, have ended."""
    return set(CertificateEnd.objects.filter(certificate__in=certificates).values_list("certificate_id", flat=True))
