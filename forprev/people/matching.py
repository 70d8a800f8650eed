"""Who of the register may be a person whose papers are being typed: candidates, weighed after Fellegi and Sunter.

A candidate's weight is the logarithm, in bits, of how many times likelier it is that this record is the person typed
than that it is somebody else. Each field adds to it: what two identities share weighs the more, the fewer people share
it. A slip of the finger has a probability as well: a name that nobody has, a letter away from one of the register, is
nearly sure to be that name; MARTEN is not MARTIN typed wrong, since people are called so. `docs/decisions/0008` tells
why the candidates are found as they are, `bench/matching` measures what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from itertools import chain
from math import log2
from typing import Any, NamedTuple

from django.db import connection
from rapidfuzz.distance import OSA

from forprev.core.dates import today
from forprev.core.text import letters_of, normalise
from forprev.people.models import Identity, NameCount, Person

SHOWN = 5
"""Proposals at the most for one identity."""

POPULATION = 20_000_000
"""People who may be typed: before anything is compared, a record is the one meant once in so many times."""
DAYS = 20_000
"""Birth dates of people at work, about equally likely."""

LIKELY = -2.0
POSSIBLE = -11.0
"""Least weights, in bits, of a likely match and of one worth showing. Measured by `bench/matching`."""

# How often what was typed differs so from the same person's record.

_MARRIED, _OTHER_FIRST_NAME, _OTHER_DATE = 0.02, 0.003, 0.001
_INVERTED_NAMES = 0.01
_INVERTED_DATE = 0.005
_WRONG_DIGIT = 0.01 / 30
_SPACING, _PARTICLE, _PART, _SOUND, _CUT, _INITIAL = 0.01, 0.005, 0.05, 0.001, 0.002, 0.0005
_TYPO, _TWO_TYPOS = 5e-5, 5e-9
"""Of a typo: that very one, among all that a finger can make."""

_PARTICLES = {"D", "DE", "DES", "DU", "L", "LA", "LE", "LES"}
_LONG_ENOUGH_FOR_TWO_TYPOS = 6


class Level(IntEnum):
    """How near two names are, worst first."""

    DIFFERENT = 0
    TWO_TYPOS = 1
    INITIAL = 2
    CUT = 3
    PART = 4
    SOUND = 5
    TYPO = 6
    SAME = 7


class _Near(NamedTuple):
    """How near two names are, and the probability that the same person's name is typed so."""

    level: Level
    chance: float


_NAMES_SAID = {
    Level.SAME: "même",
    Level.TYPO: "à une lettre près",
    Level.SOUND: "qui se prononce de même",
    Level.TWO_TYPOS: "à deux lettres près",
    Level.PART: "composé",
    Level.CUT: "abrégé",
    Level.INITIAL: "réduit à l’initiale",
    Level.DIFFERENT: "différent",
}


@dataclass(frozen=True)
class Match:
    """Somebody of the register who may be the person typed.

    `score` in bits; `same`: exactly the same normalised names and date; `likely`: worth stopping for;
    `reasons`: what is alike and what is not, in French.
    """

    person: Person
    score: float
    same: bool
    likely: bool
    reasons: tuple[str, ...]


class _Typed(NamedTuple):
    line: int
    last: str
    first: str
    day: date
    letters: int

    @classmethod
    def of(cls, line: int, identity: Identity) -> _Typed:
        last, first = normalise(identity.last_name), normalise(identity.first_name)
        return cls(line, last, first, identity.birth_date, letters_of(last, first))


class _Known(NamedTuple):
    pk: int
    last: str
    first: str
    day: date


class _Compared(NamedTuple):
    """A candidate with how near each field is, in the order of the names that fits best."""

    known: _Known
    inverted: bool
    last: _Near
    first: _Near


def find(identity: Identity, limit: int = SHOWN) -> list[Match]:
    """Who may be this person, best first, `limit` at the most; three queries."""
    return find_many([identity], limit)[0]


def find_many(identities: Sequence[Identity], limit: int = SHOWN) -> list[list[Match]]:
    """The same for each of many identities, in their order; three queries for all of them."""
    typed = [_Typed.of(line, identity) for line, identity in enumerate(identities)]
    compared: list[list[_Compared]] = [[] for _ in typed]
    for line, known in _candidates(typed):
        if near := _compare(typed[line], known):
            compared[line].append(near)
    rarity = _Rarity.of(typed, compared)
    best = [rarity.best(one, near, limit) for one, near in zip(typed, compared, strict=True)]
    people = Person.objects.in_bulk([c.known.pk for found in best for _, c in found])
    return [
        [
            Match(
                person=people[c.known.pk],
                score=score,
                same=(c.known.last, c.known.first, c.known.day) == (one.last, one.first, one.day),
                likely=score >= LIKELY,
                reasons=_reasons(one, c),
            )
            for score, c in found
            if c.known.pk in people
        ]
        for one, found in zip(typed, best, strict=True)
    ]


def is_called(last_name: str, person: Person) -> bool:
    """Whether the last name typed is this person's, a letter or a part of it aside: what a number needs beside it."""
    return _nearness(normalise(last_name), person.search_last_name).level >= Level.PART


# Candidates

_CANDIDATES = """
WITH typed AS MATERIALIZED (
    SELECT * FROM unnest(%(line)s::int[], %(last)s::text[], %(first)s::text[], %(letters)s::int[])
             AS typed (line, last, first, letters)
)
SELECT same.line, found.id, found.search_last_name, found.search_first_name, found.birth_date
FROM (
    SELECT * FROM unnest(string_to_array(%(same_line)s, ' ')::int[], string_to_array(%(same_day)s, ' ')::date[])
                  AS same (line, day)
    JOIN typed USING (line) ORDER BY day
) AS same
CROSS JOIN LATERAL (
    SELECT id, search_last_name, search_first_name, birth_date
    FROM people_person
    WHERE birth_date = same.day
      AND (search_last_name = same.last OR search_first_name = same.first
           OR (bit_count((letters # same.letters)::bit(32)) <= 4
               AND abs(length(search_last_name || search_first_name) - length(same.last || same.first)) <= 2))
    OFFSET 0
) AS found
UNION
SELECT near.line, found.id, found.search_last_name, found.search_first_name, found.birth_date
FROM (
    SELECT * FROM unnest(string_to_array(%(near_line)s, ' ')::int[], string_to_array(%(near_day)s, ' ')::date[])
                  AS near (line, day)
    JOIN typed USING (line) ORDER BY day
) AS near
CROSS JOIN LATERAL (
    (SELECT id, search_last_name, search_first_name, birth_date
     FROM people_person
     WHERE birth_date = near.day AND search_last_name = near.last
     OFFSET 0)
    UNION ALL
    (SELECT id, search_last_name, search_first_name, birth_date
     FROM people_person
     WHERE birth_date = near.day AND search_first_name = near.first
       AND bit_count((letters # near.letters)::bit(32)) <= 2
     OFFSET 0)
) AS found
UNION
SELECT typed.line, found.id, found.search_last_name, found.search_first_name, found.birth_date
FROM typed
CROSS JOIN LATERAL (
    (SELECT id, search_last_name, search_first_name, birth_date
     FROM people_person
     WHERE search_last_name = typed.last AND search_first_name = typed.first
     LIMIT %(most)s)
    UNION ALL
    (SELECT id, search_last_name, search_first_name, birth_date
     FROM people_person
     WHERE search_last_name = typed.first AND search_first_name = typed.last
     LIMIT %(most)s)
) AS found
"""
_MOST_OF_ONE_NAME = 50
"""People of the same two names and any birth date that are looked at: where there are more, the date alone can tell."""


_MANY = 2000
"""More people than that at once are looked for by two connections: whoever sent a spreadsheet waits for the answer."""


def _candidates(typed: Sequence[_Typed]) -> Iterable[tuple[int, _Known]]:
    """With the line of who was typed: born that day or the inverted one, a digit away, or of these two names."""
    if len(typed) <= _MANY:
        return _found(typed)
    by_day = sorted(typed, key=lambda one: one.day)
    halves = by_day[: len(by_day) // 2], by_day[len(by_day) // 2 :]
    with ThreadPoolExecutor(len(halves)) as pool:
        return chain.from_iterable(pool.map(_found_apart, halves))


def _found_apart(typed: Sequence[_Typed]) -> list[tuple[int, _Known]]:
    """In a thread: its connection is its own, and sees what is committed."""
    try:
        return _found(typed)
    finally:
        connection.close()


def _found(typed: Sequence[_Typed]) -> list[tuple[int, _Known]]:
    """Looked for in the order of the dates, as the indexes are: many identities then read each page once."""
    same = [(str(one.line), day) for one in typed for day in {one.day, inverted(one.day) or one.day}]
    near = [(str(one.line), day) for one in typed for day in _a_digit_away(one.day)]
    parameters: dict[str, Any] = {
        "line": [one.line for one in typed],
        "last": [one.last for one in typed],
        "first": [one.first for one in typed],
        "letters": [one.letters for one in typed],
        "same_line": " ".join(line for line, _ in same),
        "same_day": " ".join(day.isoformat() for _, day in same),
        "near_line": " ".join(line for line, _ in near),
        "near_day": " ".join(day.isoformat() for _, day in near),
        "most": _MOST_OF_ONE_NAME,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, parameters)
        return [(line, _Known._make(known)) for line, *known in cursor.fetchall()]


def inverted(day: date) -> date | None:
    """The date with day and month inverted; None if there is none, or no other."""
    if day.day > 12 or day.day == day.month:
        return None
    return day.replace(month=day.day, day=day.month)


def _a_digit_away(day: date) -> Iterator[date]:
    """The dates that one wrong digit of `JJMMAAAA` gives, of people of a hundred years at the most: about thirty."""
    written, last = f"{day:%d%m%Y}", today()
    for place in (0, 1, 2, 3, 6, 7):
        for digit in "0123456789":
            if digit != written[place]:
                other = written[:place] + digit + written[place + 1 :]
                try:
                    near = date(int(other[4:]), int(other[2:4]), int(other[:2]))
                except ValueError:
                    continue
                if last.year - 100 <= near.year and near <= last:
                    yield near


# Comparing


def _compare(typed: _Typed, known: _Known) -> _Compared | None:
    """How near they are, in the better of the two orders of the names; None if no more than one field is."""
    last, first = _nearness(typed.last, known.last), _nearness(typed.first, known.first)
    if not (last.level and first.level):
        crossed_last = _nearness(typed.last, known.first)
        if crossed_last.level and (crossed_first := _nearness(typed.first, known.last)).level:
            return _Compared(known, True, crossed_last, crossed_first)
    if (last.level and first.level) or (typed.day == known.day and (last.level or first.level)):
        return _Compared(known, False, last, first)
    return None


_SAME, _FAR = _Near(Level.SAME, 1.0), _Near(Level.DIFFERENT, 0.0)


def _nearness(typed: str, known: str) -> _Near:
    if typed == known:
        return _SAME
    spaced = " " in typed or " " in known
    joined, other = (typed.replace(" ", ""), known.replace(" ", "")) if spaced else (typed, known)
    if joined == other:
        return _Near(Level.SAME, _SPACING)
    slips = OSA.distance(joined, other, score_cutoff=2)
    if slips == 1:
        return _Near(Level.TYPO, _TYPO)
    if _sound(joined) == _sound(other):
        return _Near(Level.SOUND, _SOUND)
    if spaced and (near := _of_words(typed, known)):
        return near
    short, long = sorted((joined, other), key=len)
    if long.startswith(short):
        return _Near(Level.INITIAL, _INITIAL) if len(short) == 1 else _Near(Level.CUT, _CUT)
    if slips == 2 and len(long) >= _LONG_ENOUGH_FOR_TWO_TYPOS:
        return _Near(Level.TWO_TYPOS, _TWO_TYPOS)
    return _FAR


_SOUNDS = [
    (re.compile(written), heard)
    for written, heard in (
        (r"PH", "F"),
        (r"E?AU", "O"),
        (r"QU?|CK|C(?![EIYH])", "K"),
        (r"C(?=[EIY])", "S"),
        (r"(?<!C)H", ""),
        (r"Y", "I"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.{3})[DPSTXZ]+$", ""),
        (r"(?<=.{3})E$", ""),
    )
]


@lru_cache(maxsize=50_000)
def _sound(name: str) -> str:
    """How a name sounds, roughly, in French: STEFANIE and STEPHANIE, DUPOND and DUPONT are one."""
    for written, heard in _SOUNDS:
        name = written.sub(heard, name)
    return name


def _of_words(typed: str, known: str) -> _Near | None:
    """Names of several words: the same without particles or in another order, or some of the other's words."""
    words, others = ({*name.split()} - _PARTICLES for name in (typed, known))
    if not words or not others:
        return None
    if words == others:
        return _Near(Level.SAME, _PARTICLE)
    if words < others or others < words:
        return _Near(Level.PART, _PART)
    return None


class _Rarity:
    """Of names in the register; a register too young to know counts as if it had seen some people of ordinary names."""

    _ORDINARY = {NameCount.Part.LAST: 3e-5, NameCount.Part.FIRST: 3e-3}
    _SEEN_ELSEWHERE = 10_000
    _NEVER_SEEN = 0.05
    _YOUNG = 1_000_000

    def __init__(self, counts: dict[tuple[str, str], int]) -> None:
        self._counts = counts
        self._total = counts.get((NameCount.Part.LAST, ""), 0)

    @classmethod
    def of(cls, typed: Iterable[_Typed], compared: Iterable[Iterable[_Compared]]) -> _Rarity:
        """Of the names that are to be weighed; one query."""
        names = {""}
        for one, near in zip(typed, compared, strict=True):
            for c in near:
                names |= {one.last, one.first, c.known.last, c.known.first}
        if names == {""}:
            return cls({})
        rows = NameCount.objects.filter(name__in=names).values_list("part", "name", "count")
        return cls({(part, name): count for part, name, count in rows})

    def best(self, typed: _Typed, compared: Iterable[_Compared], limit: int) -> list[tuple[float, _Compared]]:
        """Those worth showing, with their weight, heaviest first."""
        weighed = [(self._weigh(typed, c), c) for c in compared]
        possible = [found for found in weighed if found[0] >= POSSIBLE]
        return sorted(possible, key=lambda found: (-found[0], found[1].known.pk))[:limit]

    def _weigh(self, typed: _Typed, c: _Compared) -> float:
        return self._of_names(typed, c) + _weight_of_date(typed.day, c.known.day) - log2(POPULATION)

    def _of_names(self, typed: _Typed, c: _Compared) -> float:
        last, first = NameCount.Part.LAST, NameCount.Part.FIRST
        if c.inverted:
            unrelated = self._of_typed(last, typed.last, c.known.last) * self._of_typed(
                first, typed.first, c.known.first
            )
            record = self._of_known(last, c.known.last) * self._of_known(first, c.known.first)
            chance = _INVERTED_NAMES * c.last.chance * c.first.chance
            return log2(1 / (unrelated / chance + record))
        return self._of_name(last, typed.last, c.known.last, c.last, _MARRIED) + self._of_name(
            first, typed.first, c.known.first, c.first, _OTHER_FIRST_NAME
        )

    def _of_name(self, part: str, typed: str, known: str, near: _Near, otherwise: float) -> float:
        if near.level == Level.DIFFERENT:
            return log2(otherwise)
        if typed == known:
            return log2(1 / self._of_known(part, known))
        fitting = 1 / (self._of_typed(part, typed, known) / near.chance + self._of_known(part, known))
        return log2(max(fitting, otherwise))

    def _of_known(self, part: str, name: str) -> float:
        """The share of people, this record aside, who have a name that somebody of the register has."""
        others = max(self._counts.get((part, name), 1) - 1, 0)
        ordinary = self._SEEN_ELSEWHERE * self._ORDINARY[NameCount.Part(part)]
        return (others + ordinary) / (self._total + self._SEEN_ELSEWHERE)

    def _of_typed(self, part: str, name: str, known: str) -> float:
        """The share of people who have a name that was typed, and perhaps nobody has."""
        if name == known or (part, name) in self._counts:
            return self._of_known(part, name)
        return self._NEVER_SEEN / (self._total + self._YOUNG)


def _weight_of_date(typed: date, known: date) -> float:
    if typed == known:
        return log2(DAYS)
    if inverted(typed) == known:
        return log2(DAYS * _INVERTED_DATE)
    if _digits_apart(typed, known) == 1:
        return log2(DAYS * _WRONG_DIGIT)
    return log2(_OTHER_DATE)


def _digits_apart(one: date, other: date) -> int:
    return sum(a != b for a, b in zip(f"{one:%d%m%Y}", f"{other:%d%m%Y}", strict=True))


# Saying why


def _reasons(typed: _Typed, c: _Compared) -> tuple[str, ...]:
    names = [_said("nom", c.last.level), _said("prénom", c.first.level)]
    if c.inverted:
        names = ["nom et prénom inversés", *(said for said in names if not said.startswith("même"))]
    return (*names, _date_said(typed.day, c.known.day))


def _said(field: str, level: Level) -> str:
    return f"même {field}" if level == Level.SAME else f"{field} {_NAMES_SAID[level]}"


def _date_said(typed: date, known: date) -> str:
    if typed == known:
        return "même date de naissance"
    if inverted(typed) == known:
        return "jour et mois inversés"
    if _digits_apart(typed, known) == 1:
        return "un chiffre de la date diffère"
    return "autre date de naissance"
