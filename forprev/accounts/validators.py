"""Which passwords are refused (security.md, items 1 to 3 and C3; CNIL, délibération 2022-100; ASVS 5.0, 6.2).

Only what makes a password easy to guess counts, never of which characters it is composed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from math import log2
from pathlib import Path
from threading import Lock

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn  # type: ignore[import-untyped]

from forprev.accounts.acting import roles_of
from forprev.accounts.models import Account

ADVICE = "Une phrase de quelques mots sans rapport entre eux convient."
JUDGED = 72
"""Characters that zxcvbn sees, its own default: its time grows with a power of the length, and a password that is hard
to guess by then is no easier with more. The hash takes them all."""
CLASSES = {"[a-z]": 26, "[A-Z]": 26, "[0-9]": 10, "[^a-zA-Z0-9]": 37}
"""The sizes that the CNIL gives; an accent or an emoji counts among its 37 specials, though there are many more."""
_LETTERS_APART = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
_AS_LETTERS = str.maketrans("013457@$!€", "oieastasie")
_zxcvbn_is_free = Lock()


class PasswordValidator:
    """Refuses, in this order and with one message in words, a password that is

    - shorter than `min_length` characters, which are Unicode code points;
    - a common one, alone or with digits and punctuation: Django's 20 000 and our French ones;
    - nothing but words of the application and of the person (name, e-mail, n° Forprev, entities) with digits and
      punctuation; a password that has such a word among others is judged on its strength;
    - below `min_bits` of `entropy`: the CNIL asks for 80 bits where a password alone protects, 50 where tries are
      restricted. Here they always are, for every account (throttling.py): 50 is the floor;
    - below `min_score`, 0 to 4, of zxcvbn, which is told the person's words and French ones: 3 means above 10⁸ guesses.
    """

    def __init__(self, min_length: int = 12, min_bits: float = 50, min_score: int = 3) -> None:
        self.min_length = min_length
        self.min_bits = min_bits
        self.min_score = min_score

    def validate(self, password: str, user: Account | None = None) -> None:
        own = words_of(user) if user else set()
        if len(password) < self.min_length:
            message = f"Ce mot de passe est trop court : il faut au moins {self.min_length} caractères."
            code = "password_too_short"
        elif is_common(password):
            message, code = "Ce mot de passe est trop courant : c’est l’un des premiers essayés.", "password_too_common"
        elif is_made_of(password, own.union(_words_in("context"))):
            message = "Ce mot de passe est trop semblable à ce que l’on sait de vous ou de Forprev."
            code = "password_too_similar"
        elif entropy(password) < self.min_bits:
            message = "Ce mot de passe est trop simple pour sa longueur : allongez-le ou variez ses caractères."
            code = "password_too_simple"
        elif score(password, own) < self.min_score:
            message, code = "Ce mot de passe est trop facile à deviner.", "password_too_guessable"
        else:
            return
        raise ValidationError(f"{message} {ADVICE}", code=code)

    def get_help_text(self) -> str:
        return f"Au moins {self.min_length} caractères. {ADVICE}"


def entropy(password: str) -> float:
    """Bits: the length × log₂ of how many characters there are in the classes that the password uses."""
    used = sum(size for pattern, size in CLASSES.items() if re.search(pattern, password))
    return len(password) * log2(used) if password else 0


def score(password: str, own: Iterable[str]) -> int:
    """zxcvbn's estimate, 0 to 4, of the first `JUDGED` characters, `own` words being the first that one would try.

    It keeps these words in a variable of its module: one thread at a time.
    """
    words = [*sorted(own), *_words_in("context"), *_words_in("common")]
    with _zxcvbn_is_free:
        result = zxcvbn(_bare(password[:JUDGED])[:JUDGED], user_inputs=words)
    return int(result["score"])


def is_common(password: str) -> bool:
    """As it is, or its letters alone: four at least, for lists also have single letters and the like."""
    common = _common_passwords()
    return password.lower() in common or any(len(r) >= 4 and r in common for r in _readings(password))


def is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether the letters of the password, if it has any, are such words from end to end."""
    return any(_is_row_of(letters, words) for letters in _readings(password))


def words_of(account: Account) -> set[str]:
    """The words that whoever knows the person would try, each text also as one word; a letter alone is no word."""
    person = account.person
    texts = [person.last_name, person.first_name, account.email, account.email.split("@")[0], person.number]
    texts += [acting.place for acting in roles_of(person)]
    words = {_letters(part) for text in texts for part in [text, *re.split(r"[\W\d_]+", text)]}
    return {word for word in words if len(word) > 1}


def _bare(text: str) -> str:
    """The text without accents: `Noël` and `Noel` are as easily guessed."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS_APART))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", _bare(text).lower())


def _readings(password: str) -> set[str]:
    """Its letters alone; then with the digits and signs read as the letters that they stand for, save at both ends.

    `F0rprev2024!` reads `frprev`, then `forprev`.
    """
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
    return {_letters(password), _letters(core.translate(_AS_LETTERS))} - {""}


def _is_row_of(letters: str, words: Iterable[str]) -> bool:
    """By the lengths that words reach from the start, in a time that no password can make grow beyond its length."""
    reached = {0}
    for start in range(len(letters)):
        if start in reached:
            reached |= {start + len(word) for word in words if letters.startswith(word, start)}
    return len(letters) in reached


@cache
def _words_in(name: str) -> tuple[str, ...]:
    """Of common_words.txt or context_words.txt, in order."""
    lines = Path(__file__).with_name(f"{name}_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(CommonPasswordValidator().passwords).union(_words_in("common"))
