"""Until when a session can be generated and its certificates downloaded."""

from __future__ import annotations

from datetime import date, timedelta

from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.rules.findings import Finding
from forprev.core.dates import add_months, french


def generation_deadline(session: TrainingSession, settings: CertificationSettings) -> date | None:
    """The last day of generation (B40), a re-opening by the fund included; None without an end date."""
    if session.end_date is None:
        return session.reopened_until
    deadline = add_months(session.end_date, settings.generation_months)
    return max(deadline, session.reopened_until or deadline)


def past_deadline(session: TrainingSession, settings: CertificationSettings, today: date) -> list[Finding]:
    """B40: a session reaches generation within three months of its end, unless the fund re-opened it."""
    deadline = generation_deadline(session, settings)
    if deadline is None or today <= deadline:
        return []
    return [
        Finding(
            "B40",
            f"La session est terminée depuis plus de {settings.generation_months} mois : le délai a pris fin le "
            f"{french(deadline)}. Demandez à votre caisse de la rouvrir.",
            field="end_date",
        )
    ]


def last_download_day(generated_on: date, settings: CertificationSettings) -> date:
    """A40: fifteen days from generation, that day not counted."""
    return generated_on + timedelta(days=settings.download_days)
