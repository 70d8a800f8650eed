"""Installing the catalogue: what is missing is created, what exists is the network's and left alone."""

from __future__ import annotations

from django.db import transaction

from forprev.catalogue import reference
from forprev.catalogue.models import Level, Qualification, Scheme
from forprev.catalogue.reference import QualificationFacts


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
        qualification = by_code[facts.code]
        for relation in ("taught_by", "prerequisites", "equivalents", "renews"):
            getattr(qualification, relation).set([by_code[code] for code in getattr(facts, relation)])


def _create(facts: QualificationFacts, level: Level) -> Qualification:
    return Qualification.objects.create(
        level=level,
        code=facts.code,
        short_label=facts.short_label,
        title=facts.title,
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
        signatory_name=reference.SIGNATORY_NAME,
        signatory_title=reference.SIGNATORY_TITLE,
        unconfirmed=[*facts.unconfirmed, *reference.ALWAYS_UNCONFIRMED],
    )


def install_after_migrate(**kwargs: object) -> None:
    install()
