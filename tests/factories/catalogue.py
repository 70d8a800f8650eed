"""The catalogue of the tests is the real one, installed with the tables: fetched by code, never made up."""

from __future__ import annotations

from forprev.catalogue.models import Level, Qualification, Scheme


def scheme(code: str) -> Scheme:
    return Scheme.objects.get(code=code)


def level(scheme_code: str, number: int) -> Level:
    return Level.objects.select_related("scheme").get(scheme__code=scheme_code, number=number)


def qualification(code: str) -> Qualification:
    """`qualification("SST-2")`."""
    return Qualification.objects.select_related("level__scheme").get(code=code)
