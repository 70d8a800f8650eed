"""Reading the directory: no organisation that did not accept publication, or that may not train today, is in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet

from forprev.accreditation.models import Accreditation
from forprev.accreditation.selectors import serving_on
from forprev.core.text import normalise
from forprev.organisations.models import Organisation, OrganisationKind

NAME, SCHEME, LEVEL, DEPARTMENT = "nom", "dispositif", "niveau", "departement"
"""The criteria, as they stand in the address."""


def listed(day: date, criteria: Mapping[str, str] | None = None) -> QuerySet[Organisation]:
    """B10: training bodies that accepted publication and hold an accreditation which serves on `day`.

    `criteria` holds any of the four, those not given being empty or absent: a scheme's code and the number of a level,
    both of one accreditation; the code of a department; words of the name, whatever their case, accents and order.
    """
    asked = {key: value for key, value in (criteria or {}).items() if value}
    held = serving_on(day).filter(organisation=OuterRef("pk"))
    if SCHEME in asked:
        held = held.filter(level__scheme__code=asked[SCHEME])
    if LEVEL in asked:
        held = held.filter(level__number=asked[LEVEL])
    bodies = Organisation.objects.filter(Exists(held), kind=OrganisationKind.TRAINING_BODY, published=True)
    if DEPARTMENT in asked:
        bodies = bodies.filter(department_id=asked[DEPARTMENT])
    for word in normalise(asked.get(NAME, "")).split():
        bodies = bodies.filter(search_name__contains=word)
    return bodies


def with_held(bodies: QuerySet[Organisation], day: date) -> QuerySet[Organisation]:
    """With what they hold and may use on `day`, by scheme and level; one query more."""
    serving = (
        serving_on(day).select_related("level__scheme").order_by("level__scheme__name", "level__number", "ends_on")
    )
    return bodies.prefetch_related(Prefetch("accreditations", queryset=serving, to_attr="held"))


def held_by(body: Organisation) -> list[Accreditation]:
    """What `with_held` read."""
    return body.held  # type: ignore[attr-defined]


def count_by_department(bodies: QuerySet[Organisation]) -> dict[str, int]:
    """How many of them by code of department, in one query; departments without any are absent."""
    counted = bodies.order_by().values_list("department_id").annotate(Count("pk"))
    return dict(counted)
