"""Invented people: always the same ones, in the same order."""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from forprev.certification.checking.codes import new_qr_code, new_typed_code
from forprev.core.text import normalise


def _words(text: str) -> list[str]:
    return text.split()


_LAST_NAMES = _words(
    """
    Abadie Allard Aubertin Bailly Barbier Baudoin Bellanger Benali Bernier Besson Blanchet Boisseau Bonnard
    Bouvier Briand Brunel Cadet Camara Carlier Cellier Chabert Charrier Chauvin Cordier Cottin D’Aubigné
    Da-Silva Daumas Delaunay Descamps Diallo Dubreuil Dufour Esnault Fabre Ferreira Fouquet Gaillard Garnier
    Giraud Godard Grandjean Guérin Guichard Hamon Haddad Hervieu Huguenin Imbert Jacquet Joly Kerleguer Lacroix
    Lagarde Langlois Lassalle Le-Gall Lefèvre Léger Lhuillier Maçon Mallet Marchal Mercadier Morvan N’Guyen Noël
    Ollivier Payet Pelletier Perrin Pichon Poirier Prévost Quéré Rambaud Renaudin Rousset Saïdi Salmon
    Sauvage Tessier Thibaud Traoré Vallet Verdier Vidal Weber Zimmermann
    """
)
_FIRST_NAMES = _words(
    """
    Adrien Agnès Aïcha Alain Amélie Anaïs André Anne-Laure Arnaud Aurélie Baptiste Béatrice Benoît Camille
    Cécile Chloé Christophe Clément Corinne Damien Delphine Denis Élodie Émile Émilie Éric Fabien Fatima
    Florence Franck François Gaëlle Géraldine Guillaume Hélène Inès Isabelle Jean-Marc Jérôme Joëlle Julien
    Karim Laëtitia Laurent Léa Loïc Lucie Ludovic Magali Marion Mathilde Maxime Mehdi Michaël Mireille Nadège
    Nicolas Noémie Olivier Pascale Patrice Pierre-Yves Quentin Raphaël Régis Rémi Sabrina Samia Sébastien Sophie
    Sylvain Thérèse Thomas Valérie Véronique Vincent Xavier Yannick Yves Zoé
    """
)
_FIRST_BIRTH, _LAST_BIRTH = date(1961, 1, 1), date(2003, 12, 31)


@dataclass(frozen=True)
class Identity:
    last_name: str
    first_name: str
    birth_date: date

    @property
    def email(self) -> str:
        return "-".join(normalise(f"{self.first_name}.{self.last_name}").lower().split()) + "@demo.test"


class Crowd:
    """Draws from one seed whatever the demonstration needs.

    No two people are born on the same day or on days that differ by an inversion of day and month, so that nobody is
    proposed as the duplicate of somebody else.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 (the same demonstration each time)
        self._births: set[date] = set()
        self._numbers: set[str] = set()
        self._emails: set[str] = set()

    def reserve(self, birth_dates: list[date], numbers: list[str]) -> None:
        """Keep what named people have already."""
        self._births.update(birth_dates)
        self._numbers.update(numbers)

    def identity(self) -> Identity:
        """Somebody new, whose e-mail is new too."""
        while True:
            days = self.random.randrange((_LAST_BIRTH - _FIRST_BIRTH).days)
            born = _FIRST_BIRTH + timedelta(days=days)
            last_name = self.random.choice(_LAST_NAMES).replace("-", " ")
            found = Identity(last_name, self.random.choice(_FIRST_NAMES), born)
            if not self._births & {born, _inverted(born)} and found.email not in self._emails:
                self._births.add(born)
                self._emails.add(found.email)
                return found

    def number(self) -> str:
        """A n° Forprev that nobody has."""
        while True:
            letters = "".join(self.random.choices(string.ascii_uppercase, k=3))
            number = f"{letters}{self.random.randrange(100_000):05}"
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def uuid(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def qr_code(self) -> str:
        return new_qr_code(self.random.choice)

    def typed_code(self) -> str:
        return new_typed_code(self.random.choice)


def _inverted(day: date) -> date:
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else day
