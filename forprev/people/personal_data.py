"""Everything that the application holds on a person (GDPR, articles 15 and 20): packages say what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from django.utils import timezone

from forprev.core.dates import french
from forprev.people.models import Person

Value: TypeAlias = "str | int | bool | date | datetime | None"


@dataclass(frozen=True)
class Column:
    """What is told of each thing: `key` for programs, in the words of the glossary, `label` for the person."""

    key: str
    label: str


@dataclass(frozen=True)
class Section:
    """Things of one kind: a row each, with a value a column."""

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


Holds = Callable[[Person], Iterable[Section]]
_holders: list[Holds] = []
_encode = json.JSONEncoder(ensure_ascii=False, default=date.isoformat).encode


def holds_data_on(holder: Holds) -> Holds:
    """Register what a package holds on a person: a constant number of queries, no secret, nobody else's data."""
    _holders.append(holder)
    return holder


def section(key: str, title: str, columns: dict[str, str], rows: Iterable[Sequence[Value]]) -> Section:
    """`columns` are labels by key."""
    return Section(key, title, [Column(name, label) for name, label in columns.items()], list(rows))


def held_on(person: Person) -> list[Section]:
    return [each for holder in _holders for each in holder(person)]


def as_text(person: Person, sections: Iterable[Section], made_at: datetime) -> str:
    """All of it as JSON, a row a line, by the key of its section; dates as ISO writes them.

    The encoder that indents takes ten times as long.
    """
    members = [f'"number": {_encode(person.number)}', f'"made_at": {_encode(made_at)}']
    for each in sections:
        keys = [column.key for column in each.columns]
        rows = ",\n".join(_encode(dict(zip(keys, row, strict=True))) for row in each.rows)
        members.append(f'"{each.key}": [{rows}]')
    return "{" + ",\n".join(members) + "}\n"


def shown(value: Value) -> str:
    """A value as the person reads it."""
    match value:
        case None | "":
            return "–"
        case bool():
            return "oui" if value else "non"
        case datetime():
            return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
        case date():
            return french(value)
    return str(value)


@holds_data_on
def identity(person: Person) -> Iterable[Section]:
    columns = {"number": "N° Forprev", "last_name": "Nom", "first_name": "Prénom", "birth_date": "Date de naissance"}
    now: list[Value] = [person.number, person.last_name, person.first_name, person.birth_date]
    yield section("identity", "Identité", columns, [now])
    numbers = person.issued_numbers.exclude(number=person.number).order_by("number")
    yield section(
        "former_numbers", "Anciens n° Forprev", {"number": "N° Forprev"}, numbers.values_list("number").iterator()
    )
    events = person.events.order_by("pgh_id")  # type: ignore[attr-defined]
    yield section(
        "identity_history",
        "Historique de l’identité",
        {"at": "Le", "last_name": "Nom", "first_name": "Prénom", "birth_date": "Date de naissance"},
        events.values_list("pgh_created_at", "last_name", "first_name", "birth_date"),
    )
    columns = {"number": "N° Forprev", "last_name": "Nom", "first_name": "Prénom", "birth_date": "Date de naissance"}
    columns |= {"at": "Réunie le"}
    merges = person.merges.filter(undone_at=None).order_by("at").values_list(*columns)
    yield section("merges", "Fiches réunies avec la vôtre", columns, merges)
    yield section(
        "lookups",
        "Recherches de personnes que vous avez faites",
        {"at": "Le"},
        person.lookups.order_by("at").values_list("at"),
    )
