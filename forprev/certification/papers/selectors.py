"""The templates, and on what a specimen of each is shown."""

from __future__ import annotations

from django.db.models import QuerySet

from forprev.catalogue.models import CertificateTemplate, Qualification, TemplateVersion
from forprev.certification.papers.forms import WRITTEN
from forprev.core.history import Told, told

ACTIONS = {
    "create_template": "Création",
    "start_version": "Création",
    "write_version": "Modification",
    "publish_version": "Publication",
}


def templates() -> QuerySet[CertificateTemplate]:
    """With their versions, the latest first, and the certificates that use them: three queries."""
    return CertificateTemplate.objects.prefetch_related("versions", "qualifications")


def shown_on(version: TemplateVersion) -> Qualification:
    """The certificate of a specimen: one that uses the template, else any. There is always one: the catalogue's."""
    found = Qualification.objects.select_related("level__scheme", "signatory").order_by("code")
    return found.filter(template=version.template_id).first() or found[0]


def history_of(version: TemplateVersion) -> list[Told]:
    fields = {name: _label(name) for name in (*WRITTEN, "state")}
    return told(version, ACTIONS, fields)


def _label(name: str) -> str:
    label = str(TemplateVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]
