"""People who could be French: invented names, spread as names are; the same seed gives the same people.

Surnames follow a Zipf-Mandelbrot law in which the commonest has 0.3 % of the people and 300,000 exist; first names one
that shifts with the decade, the commonest of a decade having 4 % of its sex. Births are spread over 1945 to 2008, fewer
at both ends.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import accumulate
from typing import NamedTuple

SURNAMES, FIRST_NAMES_OF_A_SEX = 300_000, 5_000
FIRST_BIRTH, LAST_BIRTH = date(1945, 1, 1), date(2008, 12, 31)

_ONSETS = "B B BL BR C C CH CL CR D D DR F F FL FR G GL GR GU H J L L M M N P P PL PR QU R R S S T T TR V V"
_VOWELS = "A A A AI AU E E E É È EAU EU I I IE O O OI OU U Ï"
_CODAS = ",,,,L,N,R,S,T,RD,LT,NT,X,C,NN,LL,RT"
_ENDINGS = "ARD AUD EAU ET ETTE IER IN OT ON EZ AC EC IC AL AND ELLE OIS OUX ERT IEN INE AULT Y"
_FEMALE, _MALE = "A E IE INE ETTE ELLE ANNE ÈNE LISE", "IN EN IEN ÉO OR AN IC UEL ÉMY IS RD EL"
_PARTICLES = ["DE ", "DU ", "LE ", "LA ", "DE LA ", "D’", "L’"]


class Papers(NamedTuple):
    """What somebody's papers say."""

    last_name: str
    first_name: str
    birth_date: date


class Population:
    """Draws people; two populations of one seed know the same names, and draw the same people in the same order."""

    def __init__(self, seed: int, draw: int = 0) -> None:
        self._making = random.Random(seed)  # noqa: S311
        self.surnames = self._distinct(SURNAMES, self._surname)
        self.first_names = [
            self._distinct(FIRST_NAMES_OF_A_SEX, partial(self._first_name, endings.split()))
            for endings in (_FEMALE, _MALE)
        ]
        self.chance = random.Random(f"{seed}/{draw}")  # noqa: S311

    def people(self, count: int) -> Iterator[Papers]:
        days = (LAST_BIRTH - FIRST_BIRTH).days
        for _ in range(count // 10_000 + 1):
            size = min(10_000, count)
            count -= size
            surnames = self.chance.choices(self.surnames, cum_weights=self._surname_weights, k=size)
            for surname in surnames:
                born = FIRST_BIRTH + timedelta(days=int(days * self.chance.betavariate(1.6, 1.6)))
                yield Papers(surname, self.first_name(born), born)

    def surname(self) -> str:
        return self.chance.choices(self.surnames, cum_weights=self._surname_weights)[0]

    def first_name(self, born: date) -> str:
        """One of the decade and of either sex; one in twelve is compound."""
        names = self.chance.choice(self.first_names)
        name = self._of_decade(names, born)
        if self.chance.random() < 1 / 12:
            name += "-" + self._of_decade(names, born)
        return name

    def _of_decade(self, names: list[str], born: date) -> str:
        rank = self.chance.choices(range(len(names)), cum_weights=self._first_name_weights)[0]
        return names[(rank * 7 + (born.year // 10) * 13) % len(names)]

    @cached_property
    def _surname_weights(self) -> list[float]:
        return list(accumulate((rank + 9) ** -0.8 for rank in range(SURNAMES)))

    @cached_property
    def _first_name_weights(self) -> list[float]:
        return list(accumulate((rank + 3) ** -1.05 for rank in range(FIRST_NAMES_OF_A_SEX)))

    def _distinct(self, count: int, make: Callable[[], str]) -> list[str]:
        made: dict[str, None] = {}
        while len(made) < count:
            made[make()] = None
        return list(made)

    def _syllables(self, most: int) -> str:
        pick = self._making.choice
        return "".join(pick(_ONSETS.split()) + pick(_VOWELS.split()) for _ in range(self._making.randint(1, most)))

    def _surname(self) -> str:
        pick, dice = self._making.choice, self._making.random()
        name = self._syllables(2) + pick(_CODAS.split(",")) + pick(_ENDINGS.split())
        if dice < 0.04:
            return pick(_PARTICLES) + name
        if dice < 0.07:
            return f"{name}-{self._syllables(1)}{pick(_ENDINGS.split())}"
        return name

    def _first_name(self, endings: list[str]) -> str:
        return (self._syllables(2) + self._making.choice(endings)).capitalize()
