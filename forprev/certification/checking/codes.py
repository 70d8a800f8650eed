"""The two codes of a certificate: the one that its QR bears, and the one that a person types.

Rows are found by the SHA-256 of a code, under a name of its own each, so that neither stands for the other
(security.md, item 51).
"""

from __future__ import annotations

import hashlib
import secrets
import string
import unicodedata
from collections.abc import Callable, Sequence
from textwrap import wrap

Choose = Callable[[Sequence[str]], str]
"""Draws one of several; `secrets.choice` wherever a code is to be trusted."""

QR_SYMBOLS = string.ascii_uppercase + "234567"
QR_LENGTH = 26
"""26 symbols of 32: 130 bits."""

TYPED_SYMBOLS = "23456789CDFHJKMNPQRTVWX"
"""No vowel, hence no word; neither 0, 1, I, L nor O, and one only of 2 and Z, 5 and S, 6 and G, 8 and B, U and V."""
TYPED_LENGTH = 12
"""Eleven symbols drawn, 49.8 bits, and one that checks them."""
_READ_AS = str.maketrans("ZSGBU", "2568V")
"""A symbol that is never printed can only have been read for the one that looks like it."""

QR_DOMAIN, TYPED_DOMAIN = "forprev:certificate:qr:", "forprev:certificate:typed:"


def new_qr_code(choose: Choose = secrets.choice) -> str:
    return "".join(choose(QR_SYMBOLS) for _ in range(QR_LENGTH))


def new_typed_code(choose: Choose = secrets.choice) -> str:
    drawn = "".join(choose(TYPED_SYMBOLS) for _ in range(TYPED_LENGTH - 1))
    return drawn + TYPED_SYMBOLS[-_weighed(drawn) % len(TYPED_SYMBOLS)]


def read_qr_code(text: str) -> str:
    """The code as it was made, whatever its case, blanks and hyphens; empty for what none can be."""
    code = _bare(text, QR_LENGTH)
    return code if len(code) == QR_LENGTH and {*code} <= {*QR_SYMBOLS} else ""


def read_typed_code(text: str) -> str:
    """The same for a typed code, whose check symbol must fit too."""
    code = _bare(text, TYPED_LENGTH).translate(_READ_AS)
    if len(code) != TYPED_LENGTH or not {*code} <= {*TYPED_SYMBOLS}:
        return ""
    return code if _weighed(code) % len(TYPED_SYMBOLS) == 0 else ""


def grouped(typed_code: str) -> str:
    """`2345 6789 CDFH`, as it is printed."""
    return " ".join(wrap(typed_code, 4))


def hash_of_qr(code: str) -> bytes:
    """32 bytes; as the database computes them in `Certificate.qr_hash`."""
    return hashlib.sha256((QR_DOMAIN + code).encode()).digest()


def hash_of_typed(code: str) -> bytes:
    """The same for `Certificate.typed_hash`."""
    return hashlib.sha256((TYPED_DOMAIN + code).encode()).digest()


def _weighed(code: str) -> int:
    """The sum of the symbols' ranks, each times its weight: 12 for the first, 1 for the check symbol.

    23 symbols is a prime number and no two weights are equal modulo 23: a sum that is a multiple of 23 is one no more
    once any one symbol is wrong or any two have changed places.
    """
    return sum((TYPED_LENGTH - place) * TYPED_SYMBOLS.index(symbol) for place, symbol in enumerate(code))


def _bare(text: str, length: int) -> str:
    """Letters and digits alone, in upper case; of a text far too long, no more than shows that it is."""
    plain = unicodedata.normalize("NFKC", text[: 20 * length]).upper()
    return "".join(symbol for symbol in plain if symbol.isascii() and symbol.isalnum())
