"""Writing the versions of a template: a draft at a time, which its publication fixes for good."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, connection

from forprev.accounts.acting import Acting
from forprev.catalogue.models import CertificateTemplate, PaperState, TemplateVersion
from forprev.certification.papers.forms import WRITTEN
from forprev.core.dates import now
from forprev.core.errors import Conflict, DomainError
from forprev.core.history import action


def create_template(acting: Acting, name: str) -> CertificateTemplate:
    """With a first version in preparation, in the words of the common one. DomainError if the name is taken."""
    try:
        with action(acting, "create_template"):
            template = CertificateTemplate.objects.create(name=name)
            _draft(template, TemplateVersion())
    except IntegrityError as error:
        raise DomainError("Un autre modèle a déjà ce nom.", code="taken", field="name") from error
    return template


def start_version(template: CertificateTemplate, acting: Acting) -> TemplateVersion:
    """A new version in preparation, from the one in force; the one already in preparation if there is one."""
    with action(acting, "start_version"):
        CertificateTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
        draft = template.versions.filter(state=PaperState.DRAFT).first()
        return draft or _draft(template, template.in_force())


def write_version(number: int, acting: Acting, version: int, values: Mapping[str, str]) -> TemplateVersion:
    """Change a version in preparation. Conflict if somebody changed it since `version`, and once it is published."""
    with action(acting, "write_version"):
        draft = _held(number, version)
        for name in WRITTEN:
            setattr(draft, name, values[name])
        draft.version += 1
        draft.save()
    return draft


def publish_version(number: int, acting: Acting, version: int) -> TemplateVersion:
    """From now on certificates are generated on it, and it never changes: what it printed can be printed again."""
    with action(acting, "publish_version"):
        draft = _held(number, version)
        draft.state, draft.published_at = PaperState.PUBLISHED, now()
        draft.version += 1
        draft.save()
    return draft


def _held(number: int, version: int) -> TemplateVersion:
    held = TemplateVersion.objects.select_for_update(no_key=True).get(number=number)
    if held.state == PaperState.PUBLISHED:
        raise Conflict("Cette version est publiée : elle ne change plus.")
    if held.version != version:
        raise Conflict
    return held


def _draft(template: CertificateTemplate, words_of: TemplateVersion) -> TemplateVersion:
    with connection.cursor() as cursor:  # two templates at once must not take the same number
        cursor.execute("LOCK TABLE catalogue_templateversion IN SHARE ROW EXCLUSIVE MODE")
    words = {name: getattr(words_of, name) for name in (*WRITTEN, "layout")}
    return TemplateVersion.objects.create(template=template, number=TemplateVersion.next_number(), **words)
