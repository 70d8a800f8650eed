"""What a session must say of itself before it goes on."""

from __future__ import annotations

from datetime import date

from forprev.accreditation.models import Accreditation
from forprev.certification.models import CertificationSettings, PlaceKind, TrainingSession
from forprev.certification.rules.deadlines import past_deadline
from forprev.certification.rules.findings import Finding
from forprev.core.dates import french


def missing_details(session: TrainingSession) -> list[Finding]:
    """A31: what must be filled in, each beside its field."""
    found = []
    if session.accreditation is None:
        found.append(Finding("A31", "Le dispositif et le niveau doivent être renseignés.", field="level"))
    if session.qualification is None:
        found.append(Finding("A31", "Le certificat doit être renseigné.", field="qualification"))
    if not session.course:
        found.append(Finding("A31", "L’identification doit être renseignée.", field="course"))
    if session.end_date is None:
        found.append(Finding("A31", "La date de fin de session doit être renseignée.", field="end_date"))
    return found + _missing_place(session)


def _missing_place(session: TrainingSession) -> list[Finding]:
    match session.place_kind:
        case PlaceKind.FRANCE:
            found = []
            if not session.postal_code:
                found.append(Finding("A31", "Le code postal doit être renseigné.", field="postal_code"))
            if not session.city:
                found.append(Finding("A31", "La ville doit être renseignée.", field="city"))
            return found
        case PlaceKind.ABROAD:
            found = []
            if not session.country:
                found.append(Finding("A31", "Le pays doit être renseigné.", field="country"))
            if not session.city:
                found.append(Finding("A31", "La ville doit être renseignée.", field="city"))
            return found
        case PlaceKind.SITE:
            if session.site is None:
                return [Finding("A32", "La plateforme pédagogique doit être renseignée.", field="site")]
            return []
        case _:
            return [Finding("A31", "Le lieu de formation doit être renseigné.", field="place_kind")]


def wrong_details(session: TrainingSession, settings: CertificationSettings, today: date) -> list[Finding]:
    """What is filled in and cannot be, even in a draft."""
    return [
        *_wrong_qualification(session),
        *_wrong_place(session),
        *past_deadline(session, settings, today),
    ]


def _wrong_qualification(session: TrainingSession) -> list[Finding]:
    qualification, accreditation = session.qualification, session.accreditation
    if qualification is None or accreditation is None:
        return []
    if not qualification.is_open:
        return [Finding("A30", f"Le certificat {qualification} n’est plus proposé.", field="qualification")]
    if qualification.level_id != accreditation.level_id:
        return [
            Finding("A30", "Ce certificat ne correspond pas au dispositif et au niveau choisis.", field="qualification")
        ]
    return []


def _wrong_place(session: TrainingSession) -> list[Finding]:
    """A32: where the scheme asks for a site, only one declared by the entity for this scheme will do."""
    if session.accreditation is None:
        return []
    scheme = session.accreditation.level.scheme
    site = session.site
    if scheme.site_required and session.place_kind and session.place_kind != PlaceKind.SITE:
        return [
            Finding(
                "A32",
                f"Le dispositif {scheme} demande une plateforme pédagogique : choisissez une de celles déclarées.",
                field="place_kind",
            )
        ]
    if site is not None and (
        site.organisation_id != session.organisation_id or site.scheme_id != scheme.pk or not site.is_active
    ):
        return [Finding("A32", "Cette plateforme pédagogique n’est pas déclarée pour ce dispositif.", field="site")]
    return []


def unusable_accreditation(accreditation: Accreditation | None, end_date: date | None) -> list[Finding]:
    """B42, A23, B09: the accreditation must serve on the session's end date, both bounds included."""
    if accreditation is None or end_date is None or accreditation.serves_on(end_date):
        return []
    return [
        Finding(
            "B42",
            f"L’habilitation {accreditation.level} n’est pas valide au {french(end_date)}.",
            field="level",
        )
    ]


def not_ended_yet(session: TrainingSession, today: date) -> list[Finding]:
    """B41: nothing is sent, and no result given, before the end date; that day itself will do."""
    if session.end_date is None or session.end_date <= today:
        return []
    return [
        Finding(
            "B41",
            f"La session se termine le {french(session.end_date)} : elle peut être envoyée à partir de ce jour.",
            field="end_date",
        )
    ]
