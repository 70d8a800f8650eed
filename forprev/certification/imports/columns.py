"""Which column says what: headers as people write them, or the usual order where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forprev.certification.imports.days import read_day
from forprev.core.errors import DomainError
from forprev.core.text import clean, normalise

LAST_NAME, FIRST_NAME, BIRTH_DATE = "last_name", "first_name", "birth_date"
EMAIL, NUMBER = "email", "forprev_number"
FULL_NAME, FULL_NAME_INVERTED = "full_name", "full_name_inverted"

HEADERS = {
    LAST_NAME: (
        "NOM",
        "NOMS",
        "NOM DE FAMILLE",
        "NOM DU STAGIAIRE",
        "NOM STAGIAIRE",
        "NOM D USAGE",
        "NOM USAGE",
        "NOM USUEL",
        "NOM MARITAL",
        "NOM DE NAISSANCE",
        "NOM PATRONYMIQUE",
        "PATRONYME",
    ),
    FIRST_NAME: (
        "PRENOM",
        "PRENOMS",
        "PRENOM S",
        "PRENOM DU STAGIAIRE",
        "PRENOM STAGIAIRE",
        "PRENOM USUEL",
        "PREMIER PRENOM",
    ),
    BIRTH_DATE: (
        "DATE DE NAISSANCE",
        "DATE NAISSANCE",
        "DATE DE NAISS",
        "DATE NAISS",
        "DATE NAIS",
        "NE LE",
        "NEE LE",
        "NE E LE",
        "NE NEE LE",
        "NAISSANCE",
        "DDN",
        "D D N",
        "DATE DE NAISSANCE JJ MM AAAA",
    ),
    EMAIL: (
        "E MAIL",
        "EMAIL",
        "MAIL",
        "MEL",
        "COURRIEL",
        "ADRESSE E MAIL",
        "ADRESSE EMAIL",
        "ADRESSE MAIL",
        "ADRESSE ELECTRONIQUE",
        "ADRESSE DE COURRIEL",
        "ADRESSE DE MESSAGERIE",
    ),
    NUMBER: (
        "N FORPREV",
        "NO FORPREV",
        "NUMERO FORPREV",
        "NUM FORPREV",
        "N DE FORPREV",
        "IDENTIFIANT FORPREV",
        "FORPREV",
    ),
    FULL_NAME: (
        "NOM PRENOM",
        "NOM PRENOMS",
        "NOM ET PRENOM",
        "NOM ET PRENOMS",
        "NOMS PRENOMS",
        "NOMS ET PRENOMS",
        "NOM COMPLET",
        "STAGIAIRE",
        "STAGIAIRES",
        "IDENTITE",
    ),
    FULL_NAME_INVERTED: ("PRENOM NOM", "PRENOM ET NOM", "PRENOMS NOMS", "PRENOMS ET NOMS"),
}
"""Normalised headers by what they announce; of two columns for one thing, the one named first here counts."""

LABELS = {LAST_NAME: "Nom", FIRST_NAME: "Prénom", BIRTH_DATE: "Date de naissance"}
USUAL_ORDER = (LAST_NAME, FIRST_NAME, BIRTH_DATE, EMAIL, NUMBER)
LOOKED_AT = 15
"""Rows among which the header is looked for, below a title for instance."""

Rows = Sequence[tuple[int, Sequence[str]]]


@dataclass(frozen=True)
class Typed:
    """What one line says of a trainee, as it stands there; `row` is its number on the screen."""

    row: int
    last_name: str = ""
    first_name: str = ""
    birth_date: str = ""
    email: str = ""
    forprev_number: str = ""


def lines(rows: Rows) -> list[Typed]:
    """What each row says, those before the header and those that say nothing of a trainee left aside.

    Raises DomainError where no trainee can be read.
    """
    if not rows:
        raise DomainError("Ce tableau ne contient aucune ligne.", code="no_line")
    columns, body = _columns(rows)
    typed = [_line(row, cells, columns) for row, cells in body]
    said = [line for line in typed if any(getattr(line, name) for name in USUAL_ORDER)]
    if not said:
        raise DomainError("Ce tableau ne contient que des en-têtes, sans aucun stagiaire.", code="no_line")
    return said


def _columns(rows: Rows) -> tuple[dict[str, int], Rows]:
    """The place of each column, and the rows below the header."""
    headers = [_recognised(cells) for _, cells in rows[:LOOKED_AT]]
    best = max(range(len(headers)), key=lambda rank: (len(headers[rank]), -rank))
    found = headers[best]
    named = FULL_NAME in found or FULL_NAME_INVERTED in found
    missing = [label for name, label in LABELS.items() if name not in found and not (named and name != BIRTH_DATE)]
    if not missing:
        return found, rows[best + 1 :]
    if len(found) < 2 and _fits(rows):
        return {name: place for place, name in enumerate(USUAL_ORDER)}, rows
    told = ", ".join(f"« {label} »" for label in (missing if found else LABELS.values()))
    raise DomainError(
        f"Les colonnes n’ont pas été toutes reconnues. Sur la première ligne, il manque : {told}.", code="no_header"
    )


def _recognised(cells: Sequence[str]) -> dict[str, int]:
    """The place of each thing that these cells announce."""
    written = [normalise(cell) for cell in cells]
    places = {
        name: next((written.index(variant) for variant in variants if variant in written), None)
        for name, variants in HEADERS.items()
    }
    return {name: place for name, place in places.items() if place is not None}


def _fits(rows: Rows) -> bool:
    """Whether half of the first rows or more read as a last name, a first name and a date."""
    fitting = [row for row in rows[:LOOKED_AT] if _is_line(row[1])]
    return 2 * len(fitting) >= len(rows[:LOOKED_AT])


def _is_line(cells: Sequence[str]) -> bool:
    if len(cells) < 3 or not (cells[0] and cells[1]) or any(c.isdigit() for c in cells[0] + cells[1]):
        return False
    try:
        read_day(cells[2])
    except ValueError:
        return False
    return True


def _line(row: int, cells: Sequence[str], columns: dict[str, int]) -> Typed:
    said = {name: clean(cells[place]) for name, place in columns.items() if place < len(cells)}
    for name, inverted in ((FULL_NAME, False), (FULL_NAME_INVERTED, True)):
        whole = said.pop(name, "")
        if whole and not (said.get(LAST_NAME) and said.get(FIRST_NAME)):
            said[LAST_NAME], said[FIRST_NAME] = split_name(whole, inverted=inverted)
    return Typed(row, **said)


def split_name(whole: str, *, inverted: bool = False) -> tuple[str, str]:
    """Last and first name of `DUPONT Jean`, `Jean DUPONT` or `Dupont Jean` (`inverted`: the first name stands first).

    What cannot be parted for sure, like `Le Goff Anne Marie`, is all last name, so that somebody says.
    """
    words = whole.replace(",", " ").split()
    capitals = [word for word in words if word.isupper()]
    others = [word for word in words if not word.isupper()]
    if capitals and others:
        parted = [*capitals, *others], [*others, *capitals]
        return (" ".join(capitals), " ".join(others)) if words in parted else (whole, "")
    if len(words) == 2:
        return (words[1], words[0]) if inverted else (words[0], words[1])
    return whole, ""
