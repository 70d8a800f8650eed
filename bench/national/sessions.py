"""Which sessions were run, when, by whom, for whom: planned first, since refreshers bring back people of years ago."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bench.national.entities import Entity, Network
from bench.national.shape import (
    FAILURES,
    GROUPS,
    GROWTH,
    MONTHS,
    REFRESHERS,
    SCHEMES,
    WEEKDAYS,
    YEARS,
    Shape,
    cumulated,
)

AHEAD = 20
"""Days for which sessions are in preparation already."""
BACK_AFTER = 500
"""Days after which somebody may come back for a refresher."""
NOBODY = 0xFFFFFFFF
"""Stands for the person of who failed, or is not known yet."""


@dataclass(slots=True)
class Planned:
    """A session. Its trainees are those of `Plan.who` from `first` on; `numbered` the last number given before it."""

    pk: int
    entity: int
    granted: int
    qualification: int
    refresher: bool
    day: date
    state: str
    trainer: int
    actor: int
    first: int
    count: int
    passed: int
    certificates: int
    numbered: int


@dataclass
class Plan:
    """All sessions by day; `who` is a rank in the population for each trainee, or NOBODY."""

    sessions: list[Planned]
    who: array[int]
    people: int
    last_numbers: dict[tuple[int, int], int]
    certificates: int


def plan(shape: Shape, day: date, found: Network, qualifications: dict[str, list[int]]) -> Plan:
    """`qualifications` are the keys of those of level 1, by scheme."""
    draw = shape.draw("sessions")
    when = _when(shape, day, found.entities, draw)
    groups, weights = list(GROUPS), cumulated([float(weight) for weight in GROUPS.values()])
    sizes = draw.choices(groups, cum_weights=weights, k=len(when))
    earlier: dict[tuple[int, int], deque[tuple[date, int]]] = defaultdict(deque)
    last: dict[tuple[int, int], int] = defaultdict(int)
    who: array[int] = array("I")
    sessions: list[Planned] = []
    people, certificates = found.people, 0
    for pk, ((ended, rank), size) in enumerate(zip(when, sizes, strict=True), start=1):
        entity = found.entities[rank]
        scheme = _scheme(entity, draw)
        line = entity.granted[scheme]
        granted = line[max(0, bisect_right(line, ended, key=lambda one: one.starts_on) - 1)]
        qualification = draw.choice(qualifications[scheme])
        state = _state((day - ended).days, draw)
        known = earlier[entity.pk, qualification]
        while known and (ended - known[0][0]).days > 1200:
            known.popleft()
        refresher = draw.random() < REFRESHERS and len(known) >= size and (ended - known[0][0]).days > BACK_AFTER
        first, passed = len(who), 0
        for _ in range(size):
            if draw.random() < FAILURES or state != "issued":
                who.append(NOBODY)
                continue
            if refresher and known and (ended - known[0][0]).days > BACK_AFTER:
                person = known.popleft()[1]
            else:
                person, people = people, people + 1
            who.append(person)
            known.append((ended, person))
            passed += 1
        numbered = last[qualification, ended.year]
        if state == "issued":
            last[qualification, ended.year] += passed
        sessions.append(
            Planned(
                pk,
                rank,
                granted.pk,
                qualification,
                refresher,
                ended,
                state,
                draw.choice(entity.trainers[scheme]),
                draw.choice(entity.managers),
                first,
                size,
                passed,
                certificates,
                numbered,
            )
        )
        certificates += passed
    return Plan(sessions, who, people, dict(last), certificates)


def _when(shape: Shape, day: date, entities: Sequence[Entity], draw: Random) -> list[tuple[date, int]]:
    """The last day of each session and the rank of its organisation, in the order of the days."""
    days = [day + timedelta(days=n) for n in range(-YEARS * 365, AHEAD)]
    weights = cumulated([MONTHS[d.month - 1] * WEEKDAYS[d.weekday()] * GROWTH ** (d.year - days[0].year) for d in days])
    found = []
    ranks = draw.choices(
        range(len(entities)), cum_weights=cumulated([entity.share for entity in entities]), k=shape.sessions
    )
    for rank, ended in zip(ranks, draw.choices(days, cum_weights=weights, k=shape.sessions), strict=True):
        entity = entities[rank]
        if ended < entity.since or (entity.until and ended > entity.until):
            last = entity.until or day
            ended = entity.since + timedelta(days=int((last - entity.since).days * draw.random()))
        found.append((ended, rank))
    return sorted(found)


def _scheme(entity: Entity, draw: Random) -> str:
    chosen = list(entity.granted)
    return draw.choices(chosen, weights=[SCHEMES[scheme] for scheme in chosen])[0] if len(chosen) > 1 else chosen[0]


def _state(age: int, draw: Random) -> str:
    """Of a session that ended `age` days ago: most are finished within two weeks, few linger, some are deleted."""
    dice = draw.random()
    if age < 0:
        return "draft"
    if age <= 3:
        return "draft" if dice < 0.4 else "trainer" if dice < 0.75 else "entity" if dice < 0.9 else "issued"
    if age <= 15:
        return "draft" if dice < 0.08 else "trainer" if dice < 0.22 else "entity" if dice < 0.3 else "issued"
    if age <= 92:
        return "trainer" if dice < 0.01 else "entity" if dice < 0.02 else "issued"
    return "deleted" if dice < 0.004 else "issued"
