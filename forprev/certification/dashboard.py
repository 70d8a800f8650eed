"""What the dashboard says of sessions and certificates."""

from __future__ import annotations

from django.urls import reverse

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.certification.models import Certificate, CertificationSettings, TrainingSession
from forprev.certification.rules.deadlines import generation_deadline
from forprev.certification.selectors.certificates import standing_trainer_certificates
from forprev.certification.selectors.sessions import awaiting, for_list, visible_to
from forprev.certification.workflow import ENTITY_ROLES, State
from forprev.core import dashboard
from forprev.core.dashboard import LINES, Card, Line, first_of
from forprev.core.dates import add_months, today
from forprev.core.text import plural

READERS = (*ENTITY_ROLES, Role.FUND_OFFICER, Role.NATIONAL_ADMINISTRATOR)


def register_cards() -> None:
    dashboard.register(
        dashboard.AWAITING,
        "Sessions de certification",
        roles=[*ENTITY_ROLES, Role.TRAINER],
        order=10,
        build=awaiting_card,
    )
    dashboard.register(dashboard.ENDING, "Certificats à télécharger", roles=ENTITY_ROLES, order=5, build=downloads_card)
    dashboard.register(
        dashboard.ENDING, "Mes certificats de formateur", roles=[Role.TRAINER], order=10, build=own_certificates_card
    )
    dashboard.register(dashboard.RECENT, "Sessions modifiées dernièrement", roles=READERS, order=10, build=recent_card)


def awaiting_card(acting: Acting) -> Card | None:
    """What waits for the actor, the oldest session first, with the last day of generation (B40)."""
    waiting, count = first_of(for_list(awaiting(acting)).order_by("end_date", "pk"))
    if not count:
        return None
    settings = CertificationSettings.current()
    return Card(
        summary=f"{plural(count, 'session attend votre action', 'sessions attendent votre action')}.",
        lines=[_line(session, settings) for session in waiting],
        url=reverse("certification:awaiting"),
        url_label="Voir toutes les sessions à traiter",
    )


def _line(session: TrainingSession, settings: CertificationSettings | None = None) -> Line:
    level = session.accreditation.level if session.accreditation else "à compléter"
    return Line(
        label=f"Session n°{session.pk}",
        url=reverse("certification:session", args=[session.pk]),
        detail=f"{session.organisation}, {session.qualification or level}",
        due=generation_deadline(session, settings) if settings else None,
        due_label="À terminer",
        state=session.state,
        state_label=session.state_label,
    )


def downloads_card(acting: Acting) -> Card | None:
    """Certificates that nobody fetched yet, the nearest end first (A40)."""
    open_ones = visible_to(acting).filter(
        state=State.ISSUED,
        first_downloaded_at=None,
        download_until__gte=today(),
        certificates__in=Certificate.objects.standing(),
    )
    sessions = list(for_list(open_ones).distinct().order_by("download_until", "pk")[:LINES])
    if not sessions:
        return None
    return Card(
        summary="Ces certificats n’ont pas encore été téléchargés.",
        lines=[
            Line(
                label=f"Session n°{session.pk}",
                url=reverse("certification:downloads", args=[session.pk]),
                detail=str(session.qualification),
                due=session.download_until,
                due_label="Dernier jour",
            )
            for session in sessions
        ],
    )


def own_certificates_card(acting: Acting) -> Card | None:
    """The trainer's own qualifications of whose end the first alert is due."""
    day = today()
    first = add_months(day, CertificationSettings.current().first_alert_months)
    ending = standing_trainer_certificates(acting.person).filter(expires_on__range=(day, first))
    lines = [
        Line(
            label=certificate.qualification.short_label,
            url=reverse("certification:own_certificates"),
            due=certificate.expires_on,
            due_label="Fin de validité",
            state="expiring",
            state_label=f"encore {plural((certificate.expires_on - day).days, 'jour')}",
        )
        for certificate in ending.order_by("expires_on")[:LINES]
    ]
    return Card(summary="Pensez à votre mise à jour des compétences.", lines=lines) if lines else None


def recent_card(acting: Acting) -> Card | None:
    lines = [_line(session) for session in for_list(visible_to(acting)).order_by("-modified_at", "-pk")[:LINES]]
    return (
        Card(lines=lines, url=reverse("certification:ongoing"), url_label="Voir les sessions en cours")
        if lines
        else None
    )
