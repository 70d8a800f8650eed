"""Postal codes and the communes that they serve, from La Poste's list (an installed package, read once)."""

from __future__ import annotations

import json
import re
from functools import cache

from django.conf import settings

from forprev.core.text import normalise
from forprev.organisations.selectors import department_of

_DISTRICT = re.compile(r" \d+er? Arrondissement$")


@cache
def _places() -> dict[str, dict[str, str]]:
    """By postal code, its communes by name, each with its INSEE code; Paris, Lyon and Marseille as one commune.

    The list has neither CEDEX codes, which serve no commune, nor those of the Pacific and of Monaco.
    """
    source = settings.NODE_MODULES / "codes-postaux" / "codes-postaux.json"
    places: dict[str, dict[str, str]] = {}
    for row in json.loads(source.read_bytes()):
        name = _DISTRICT.sub("", row["nomCommune"])
        places.setdefault(row["codePostal"], {})[name] = row["codeCommune"]
    return places


def communes_of(postal_code: str) -> list[str]:
    """The names of the communes that a postal code serves, in alphabetical order; none for an unknown code."""
    return sorted(_places().get(postal_code, ()), key=normalise)


def commune_named(postal_code: str, city: str) -> str:
    """The commune of this code whose name is `city`, however it is spelt (`SAINT MALO`); empty if there is none."""
    return next((name for name in communes_of(postal_code) if normalise(name) == normalise(city)), "")


def department_at(postal_code: str, city: str) -> str:
    """The code of the department of a commune: `Villebois-les-Pins`, served from 05700, is in 26.

    Read from the commune's INSEE code (2A001, 97411); a town that the list does not know goes by its postal code.
    """
    commune = _places().get(postal_code, {}).get(commune_named(postal_code, city), "")
    if not commune:
        return department_of(postal_code)
    return commune[:3] if commune.startswith("97") else commune[:2]
