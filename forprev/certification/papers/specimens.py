"""A certificate of nobody, to look at a template before anything is delivered on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.urls import reverse

from forprev.catalogue.models import Qualification, TemplateVersion
from forprev.certification.documents.pdf import draw_specimen, render_specimen
from forprev.certification.models import Course
from forprev.core.dates import add_months, today


@dataclass(frozen=True)
class Specimen:
    """What a certificate generated today would say; see `CertificateFacts`."""

    template_version: TemplateVersion
    number: str
    scheme_name: str
    title: str
    signatory_name: str
    signatory_title: str
    issued_on: date
    expires_on: date
    holder: str = "DUPONT-MARTIN Camille"
    holder_birth_date: date = date(1990, 5, 17)
    holder_number: str = "AAA00000"
    organisation_name: str = "ORGANISME DE DÉMONSTRATION"
    course_label: str = str(Course.INITIAL.label)
    typed_code: str = "000000000000"


def specimen_of(qualification: Qualification, version: TemplateVersion) -> Specimen:
    """On paper of `version`; reads the qualification's level, scheme, signatory and rules."""
    day = today()
    return Specimen(
        template_version=version,
        number=f"{qualification.code}/{day.year}/SPÉCIMEN",
        scheme_name=qualification.level.scheme.name,
        title=qualification.title,
        signatory_name=qualification.signatory.name,
        signatory_title=qualification.signatory.title,
        issued_on=day,
        expires_on=add_months(day, qualification.rules_on(day).validity_months),
    )


def as_pdf(specimen: Specimen) -> bytes:
    return render_specimen(specimen, check_url=_nowhere())


def as_png(specimen: Specimen) -> bytes:
    return draw_specimen(specimen, check_url=_nowhere())


def _nowhere() -> str:
    """The QR code leads to the page of checks, and names no certificate."""
    return f"{settings.PUBLIC_URL}{reverse('certification:check')}"
