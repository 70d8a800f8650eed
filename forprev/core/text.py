"""Text normalisation: what makes two spellings of a name the same name."""

from __future__ import annotations

import re
import string
import unicodedata

_LIGATURES = str.maketrans(
    {
        "Œ": "OE",
        "œ": "OE",
        "Æ": "AE",
        "æ": "AE",
        "ß": "SS",
        "ẞ": "SS",
        "Ø": "O",
        "ø": "O",
        "Ł": "L",
        "ł": "L",
        "Đ": "D",
        "đ": "D",
        "ı": "I",
    }
)
_NOT_WORD = re.compile(r"[^0-9A-Z]+")
_SPACES = re.compile(r"\s+")
_LETTERS = {*string.ascii_uppercase}
_FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def normalise(text: str) -> str:
    """Upper-case ASCII words parted by single spaces: `Lévêque-d’Œuf` gives `LEVEQUE D OEUF`.

    Letters of other scripts have no ASCII form and are kept, upper-cased, so that such a name never
    normalises to nothing.
    """
    decomposed = unicodedata.normalize("NFKD", text).translate(_LIGATURES)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c)).upper()
    ascii_words = _NOT_WORD.sub(" ", bare).strip()
    return ascii_words or _SPACES.sub(" ", bare).strip()


def letters_of(*names: str) -> int:
    """Which of the letters A to Z normalised names have, a bit each: whatever their order, inverted or not.

    A letter typed wrong changes two bits at most.
    """
    bits = 0
    for letter in {*"".join(names)} & _LETTERS:
        bits |= 1 << (ord(letter) - ord("A"))
    return bits


def clean(text: str) -> str:
    """What a person typed, in composed Unicode, without control characters or repeated spaces."""
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if c.isspace() else c for c in composed if c.isspace() or unicodedata.category(c) not in _FORBIDDEN
    )
    return _SPACES.sub(" ", visible).strip()


def clean_lines(text: str) -> str:
    """The same for a text of several lines: each is cleaned, blank ones at both ends go."""
    return "\n".join(clean(line) for line in text.splitlines()).strip()


def is_name(text: str) -> bool:
    """Whether `text`, cleaned, can be a person's name as French papers write it: Latin letters, and what parts them.

    The certificate's fonts have all of these letters; a name in another script stands in Latin letters on the papers.
    """
    return any(_is_latin(c) for c in text) and all(_is_latin(c) or c in " -'’.·" for c in text)


def _is_latin(character: str) -> bool:
    """A letter of Basic Latin to Latin Extended-B, or of Latin Extended Additional (Vietnamese, Irish)."""
    in_blocks = character < "\u0250" or "\u1e00" <= character <= "\u1eff"
    return in_blocks and character.isalpha() and unicodedata.name(character, "").startswith("LATIN")


def plural(count: int, singular: str, many: str | None = None) -> str:
    """`1 session`, `0 session`, `3 sessions`: French takes the plural from two on."""
    return f"{count} {singular if abs(count) < 2 else many or singular + 's'}"
