"""Twelve ways in which the same person's papers are typed otherwise."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from datetime import date

from bench.matching.population import Papers, Population

_KEYBOARD = ("azertyuiop", "qsdfghjklm", "wxcvbn")
_NEIGHBOURS = {
    key: row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
    for row in _KEYBOARD
    for place, key in enumerate(row)
}


class Hand:
    """Types papers badly, with chances of its own."""

    def __init__(self, population: Population, seed: int) -> None:
        self._population = population
        self._chance = random.Random(seed)  # noqa: S311

    def perturb(self, kind: str, papers: Papers) -> Papers | None:
        """The papers as typed; None for people to whom this can't happen."""
        typed = _KINDS[kind](self, papers)
        return None if typed == papers else typed

    def typo_in_last_name(self, papers: Papers) -> Papers:
        return papers._replace(last_name=self._typo(papers.last_name))

    def typo_in_first_name(self, papers: Papers) -> Papers:
        return papers._replace(first_name=self._typo(papers.first_name))

    def typo_in_both_names(self, papers: Papers) -> Papers:
        return self.typo_in_last_name(self.typo_in_first_name(papers))

    def accent(self, papers: Papers) -> Papers:
        return papers._replace(last_name=_bare(papers.last_name), first_name=_bare(papers.first_name))

    def hyphen(self, papers: Papers) -> Papers:
        """Gone, or a space instead; particles joined."""
        other = self._chance.choice(["", " "])
        last_name = papers.last_name.replace("-", other).replace("’", other)
        if " " in papers.last_name:
            last_name = papers.last_name.replace(" ", "")
        return papers._replace(last_name=last_name, first_name=papers.first_name.replace("-", other))

    def inverted_names(self, papers: Papers) -> Papers:
        return papers._replace(last_name=papers.first_name, first_name=papers.last_name)

    def married_name(self, papers: Papers) -> Papers:
        return self._chance.choice([self.married_name_added, self.married_name_instead])(papers)

    def married_name_added(self, papers: Papers) -> Papers:
        names = [papers.last_name, self._population.surname()]
        self._chance.shuffle(names)
        return papers._replace(last_name=self._chance.choice(["-", " "]).join(names))

    def married_name_instead(self, papers: Papers) -> Papers:
        return papers._replace(last_name=self._population.surname())

    def inverted_date(self, papers: Papers) -> Papers | None:
        day = papers.birth_date
        if day.day > 12 or day.day == day.month:
            return None
        return papers._replace(birth_date=day.replace(month=day.day, day=day.month))

    def wrong_digit(self, papers: Papers) -> Papers:
        written = f"{papers.birth_date:%d%m%Y}"
        while True:
            place = self._chance.choice([0, 1, 2, 3, 6, 7])
            other = written[:place] + self._chance.choice("0123456789") + written[place + 1 :]
            try:
                day = date(int(other[4:]), int(other[2:4]), int(other[:2]))
            except ValueError:
                continue
            if day != papers.birth_date and day.year < 2020:
                return papers._replace(birth_date=day)

    def cut_first_name(self, papers: Papers) -> Papers | None:
        """The first half of a compound, or the first three or more letters."""
        first, _, second = papers.first_name.partition("-")
        if second:
            return papers._replace(first_name=first)
        if len(first) < 5:
            return None
        return papers._replace(first_name=first[: self._chance.randint(3, len(first) - 1)])

    def typo_and_wrong_digit(self, papers: Papers) -> Papers:
        return self.wrong_digit(self._typo_somewhere(papers))

    def typo_and_inverted_date(self, papers: Papers) -> Papers | None:
        return self.inverted_date(self._typo_somewhere(papers))

    def _typo_somewhere(self, papers: Papers) -> Papers:
        return self._chance.choice([self.typo_in_last_name, self.typo_in_first_name])(papers)

    def _typo(self, name: str) -> str:
        """A neighbour of the keyboard, a letter too many or too few, two letters swapped; the name always changes."""
        while True:
            place = self._chance.randrange(len(name))
            if not name[place].isalpha():
                continue
            letter = _bare(name[place]).lower()
            match self._chance.randrange(5):
                case 0 | 1:
                    typed = name[:place] + self._chance.choice(_NEIGHBOURS.get(letter) or "e") + name[place + 1 :]
                case 2:
                    typed = name[:place] + name[place + 1 :]
                case 3:
                    more = self._chance.choice(letter + _NEIGHBOURS.get(letter, ""))
                    typed = name[:place] + more + name[place:]
                case _:
                    typed = name[:place] + name[place : place + 2][::-1] + name[place + 2 :]
            if _bare(typed).lower() != _bare(name).lower() and typed.strip():
                return typed


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


_KINDS: dict[str, Callable[[Hand, Papers], Papers | None]] = {
    "typo in the last name": Hand.typo_in_last_name,
    "typo in the first name": Hand.typo_in_first_name,
    "typo in both names": Hand.typo_in_both_names,
    "accent": Hand.accent,
    "hyphen, space, particle": Hand.hyphen,
    "inverted names": Hand.inverted_names,
    "married name": Hand.married_name,
    "day and month inverted": Hand.inverted_date,
    "one wrong digit": Hand.wrong_digit,
    "cut first name": Hand.cut_first_name,
    "typo with wrong digit": Hand.typo_and_wrong_digit,
    "typo with inverted date": Hand.typo_and_inverted_date,
    "  married name added": Hand.married_name_added,
    "  married name instead": Hand.married_name_instead,
}
KINDS = [kind for kind in _KINDS if not kind.startswith(" ")]
PARTS = [kind for kind in _KINDS if kind.startswith(" ")]
"""Halves of a kind, reported but not counted twice."""
