"""Installing the catalogue: what is missing is created, what exists is the network's and left alone."""

from __future__ import annotations

from django.db import transaction

from forprev.catalogue import reference
from forprev.catalogue.models import (
    CertificateTemplate,
    Level,
    PaperState,
    Qualification,
    QualificationRules,
    QualificationState,
    Scheme,
    Signatory,
    TemplateVersion,
)
from forprev.catalogue.models.qualifications import NUMBERS, RELATIONS
from forprev.catalogue.reference import QualificationFacts
from forprev.core.dates import now

RULES = {*NUMBERS, *RELATIONS}


@transaction.atomic
def install() -> None:
    """Create missing schemes, levels and qualifications of `reference`, with their links."""
    known = set(Qualification.objects.values_list("code", flat=True))
    missing = [facts for facts in reference.QUALIFICATIONS if facts.code not in known]
    if not missing:
        return
    levels: dict[tuple[str, int], Level] = {}
    for scheme_facts in reference.SCHEMES:
        scheme, _ = Scheme.objects.get_or_create(
            code=scheme_facts.code,
            defaults={
                "name": scheme_facts.name,
                "title": scheme_facts.title,
                "site_required": scheme_facts.site_required,
                "unconfirmed": list(scheme_facts.unconfirmed),
            },
        )
        for number, kind in scheme_facts.levels:
            levels[scheme.code, number], _ = Level.objects.get_or_create(
                scheme=scheme, number=number, defaults={"trainee_kind": kind, "inrs_only": number == 3}
            )
    for facts in missing:
        _create(facts, levels[facts.scheme, facts.level])
    by_code = Qualification.objects.in_bulk(field_name="code")
    for facts in missing:
        rules = by_code[facts.code].rules.get()
        for relation in RELATIONS:
            getattr(rules, relation).set([by_code[code] for code in getattr(facts, relation)])


def _create(facts: QualificationFacts, level: Level) -> Qualification:
    numbered = set(facts.unconfirmed) & RULES
    qualification = Qualification.objects.create(
        level=level,
        code=facts.code,
        short_label=facts.short_label,
        title=facts.title,
        signatory=_signatory(),
        template=_template(),
        state=QualificationState.OPEN,
        unconfirmed=sorted({*facts.unconfirmed, *reference.ALWAYS_UNCONFIRMED} - numbered),
    )
    QualificationRules.objects.create(
        qualification=qualification,
        validity_months=facts.validity_months,
        initial_hours=facts.initial_hours,
        refresher_hours=facts.refresher_hours,
        group_min=facts.group[0],
        group_max=facts.group[1],
        minimum_age=facts.minimum_age,
        trainers_required=facts.trainers_required,
        bases_required=facts.bases_required,
        sessions_expected=facts.sessions_expected[0],
        initial_sessions_expected=facts.sessions_expected[1],
        unconfirmed=sorted(numbered),
    )
    return qualification


def _signatory() -> Signatory:
    return Signatory.objects.order_by("pk").first() or Signatory.objects.create(
        name=reference.SIGNATORY_NAME, title=reference.SIGNATORY_TITLE
    )


def _template() -> CertificateTemplate:
    template = CertificateTemplate.objects.order_by("pk").first()
    if template is None:
        template = CertificateTemplate.objects.create(name=reference.TEMPLATE_NAME)
        TemplateVersion.objects.create(
            template=template, number=TemplateVersion.next_number(), state=PaperState.PUBLISHED, published_at=now()
        )
    return template


def install_after_migrate(**kwargs: object) -> None:
    install()
