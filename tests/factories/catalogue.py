"""The catalogue of the tests is the real one, installed with the tables: fetched by code, never made up."""

from __future__ import annotations

from datetime import date
from typing import Any

from forprev.catalogue.models import Level, Qualification, QualificationRules, Scheme
from forprev.catalogue.models.qualifications import NUMBERS, RELATIONS


def scheme(code: str) -> Scheme:
    return Scheme.objects.get(code=code)


def level(scheme_code: str, number: int) -> Level:
    return Level.objects.select_related("scheme").get(scheme__code=scheme_code, number=number)


def qualification(code: str) -> Qualification:
    """`qualification("SST-2")`."""
    return Qualification.objects.select_related("level__scheme", "signatory", "template").get(code=code)


def rules(code: str) -> QualificationRules:
    """The rules since ever of a qualification that has no others."""
    return QualificationRules.objects.get(qualification__code=code)


def new_rules(code: str, effective_on: date, **changes: Any) -> QualificationRules:
    """Those of today with `changes`, for sessions that end on `effective_on` or later."""
    now = Qualification.objects.get(code=code).rules_on(date.max)
    links = {name: list(getattr(now, name).all()) for name in RELATIONS}
    numbers = {name: getattr(now, name) for name in NUMBERS}
    facts = {**numbers, **changes, "qualification": now.qualification, "effective_on": effective_on}
    made = QualificationRules.objects.create(**facts)
    for name, those in links.items():
        getattr(made, name).set(those)
    return made
