"""The organisations, who acts for them, what they are accredited for, and the trainers whom they call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from bench.national.shape import (
    AGENTS,
    COMMITTEE,
    KINDS,
    LARGE_DEPARTMENTS,
    NATIONAL_STAFF,
    OFFICERS_A_FUND,
    OTHER_DEPARTMENT,
    SCHEMES,
    YEARS,
    Shape,
    cumulated,
    sizes_of_organisations,
)
from forprev.core.dates import add_months

ACCREDITED_MONTHS = 60
SURE_TRAINERS = 35
"""Who see to it that each scheme can be taught, at the smallest scale too."""


@dataclass(slots=True)
class Trainer:
    """`person` is a rank in the population, from 0; `schemes` are codes."""

    person: int
    fund: int
    schemes: list[str]


@dataclass(slots=True)
class Granted:
    """One accreditation; those of one organisation and level follow each other."""

    pk: int
    organisation: int
    scheme: str
    starts_on: date
    ends_on: date


@dataclass(slots=True)
class Entity:
    """An organisation; `until` is the day on which it stopped, or None."""

    pk: int
    kind: str
    name: str
    department: str
    fund: int
    postal_code: str
    city: str
    share: float
    since: date
    until: date | None
    managers: list[int] = field(default_factory=list)
    delegates: list[int] = field(default_factory=list)
    granted: dict[str, list[Granted]] = field(default_factory=dict)
    trainers: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Network:
    """All of them, and how many of the population they are: trainers and staff come first in it."""

    entities: list[Entity]
    trainers: list[Trainer]
    officers: list[tuple[int, int]]
    national: dict[str, list[int]]
    people: int


def network(shape: Shape, day: date, funds: dict[str, int]) -> Network:
    """`funds` gives the fund of each department."""
    draw = shape.draw("entities")
    trainers = _trainers(shape, sorted(set(funds.values())), shape.draw("trainers"))
    people = len(trainers)
    entities = _entities(shape, day, funds, draw)
    for entity in entities:
        entity.managers, people = _staff(draw, people, 1 + (entity.share > 1e-5 / shape.scale), 4)
        if draw.random() < 0.4:
            entity.delegates, people = _staff(draw, people, 1, 5)
        if draw.random() < 0.1:
            entity.managers[0] = draw.choice(trainers).person
    _grant(entities, day, draw)
    _call(entities, trainers, shape, draw)
    officers = []
    for fund in sorted(set(funds.values())):
        officers += [(people + n, fund) for n in range(OFFICERS_A_FUND)]
        people += OFFICERS_A_FUND
    national = {}
    for role, count in (
        ("national_administrator", NATIONAL_STAFF),
        ("support_agent", AGENTS),
        ("committee", COMMITTEE),
    ):
        national[role] = list(range(people, people + count))
        people += count
    return Network(entities, trainers, officers, national, people)


def _trainers(shape: Shape, funds: Sequence[int], draw: Random) -> list[Trainer]:
    """A trainer has one scheme, some have two or three; large schemes have more of them."""
    weights = cumulated([weight**1.5 for weight in SCHEMES.values()])
    codes, found = list(SCHEMES), []
    for person in range(shape.trainers):
        schemes = draw.choices(codes, cum_weights=weights, k=draw.choice([1, 1, 1, 2, 2, 3]))
        if person < SURE_TRAINERS:
            schemes.append(codes[person % len(codes)])
        found.append(Trainer(person, draw.choice(funds), sorted(set(schemes))))
    return found


def _entities(shape: Shape, day: date, funds: dict[str, int], draw: Random) -> list[Entity]:
    departments = sorted(funds)
    weights = cumulated([LARGE_DEPARTMENTS.get(code, OTHER_DEPARTMENT) for code in departments])
    shares = sizes_of_organisations(draw, shape.organisations)
    kinds = draw.choices(list(KINDS), cum_weights=cumulated(list(KINDS.values())), k=shape.organisations)
    found = []
    for n, (kind, share) in enumerate(zip(kinds, shares, strict=True)):
        department = draw.choices(departments, cum_weights=weights)[0]
        since = day - timedelta(days=draw.choice([YEARS * 365, YEARS * 365, draw.randrange(60, YEARS * 365)]))
        until = None
        if draw.random() < 0.08:
            until = since + timedelta(days=draw.randrange(30, max(31, (day - since).days)))
        city = f"VILLE {department} {draw.randrange(60)}"
        name = {"O": "FORMATION {}", "E": "SOCIETE {}", "C": "MAIRIE DE VILLE {}"}[kind].format(n + 1)
        postal = f"{department[:2] if department[0] != '2' else '20'}{draw.randrange(1000):03}"
        found.append(Entity(n + 1, kind, name, department, funds[department], postal, city, share, since, until))
    return found


def _staff(draw: Random, people: int, least: int, most: int) -> tuple[list[int], int]:
    count = draw.randint(least, most)
    return list(range(people, people + count)), people + count


def _grant(entities: Sequence[Entity], day: date, draw: Random) -> None:
    pk = 0
    for entity in entities:
        chosen = [scheme for scheme, part in SCHEMES.items() if draw.random() < part] or ["SST"]
        for scheme in chosen:
            line: list[Granted] = []
            start = entity.since
            last = entity.until or day
            while start <= last:
                pk += 1
                end = add_months(start, ACCREDITED_MONTHS)
                line.append(Granted(pk, entity.pk, scheme, start, end))
                start = end + timedelta(days=1)
            entity.granted[scheme] = line


def _call(entities: Sequence[Entity], trainers: Sequence[Trainer], shape: Shape, draw: Random) -> None:
    """Whom an organisation calls: trainers of its region, more if it is larger; some are called by many."""
    local: dict[tuple[int, str], list[int]] = defaultdict(list)
    anywhere: dict[str, list[int]] = defaultdict(list)
    for trainer in trainers:
        for scheme in trainer.schemes:
            local[trainer.fund, scheme].append(trainer.person)
            anywhere[scheme].append(trainer.person)
    for entity in entities:
        expected = shape.sessions * entity.share
        for scheme in entity.granted:
            pool = local[entity.fund, scheme] or anywhere[scheme]
            count = max(1, min(len(pool), round(expected / 350)))
            ranks = {min(int(draw.paretovariate(0.7)) - 1, len(pool) - 1) for _ in range(count)}
            entity.trainers[scheme] = [pool[rank] for rank in sorted(ranks)]
