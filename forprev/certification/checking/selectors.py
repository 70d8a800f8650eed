"""What the public check finds, and what it says of it."""

from __future__ import annotations

from secrets import compare_digest

from django.db.models import QuerySet

from forprev.certification.checking import codes
from forprev.certification.models import Certificate
from forprev.core.text import normalise

_PARTICLES = {"D", "DE", "DES", "DU", "L", "LA", "LE", "LES"}
_NOBODY = "?"
"""A surname that nobody can type: what is compared where no certificate has the code."""


def by_qr_code(text: str) -> Certificate | None:
    """The certificate whose QR code says so; blanks, hyphens and case do not matter."""
    code = codes.read_qr_code(text)
    return _shown().filter(qr_hash=codes.hash_of_qr(code)).first() if code else None


def by_typed_code(code: str, surname: str) -> Certificate | None:
    """The certificate of a code that was read, if that is its holder's surname.

    An unknown code and a wrong surname cost the same: one row looked for, one surname compared (security.md, C6).
    Of an anonymised holder no surname is left: the code alone answers (decision 16).
    """
    found = Certificate.objects.filter(typed_hash=codes.hash_of_typed(code)).values_list(
        "pk", "holder_last_name", "holder_number"
    )
    pk, known, number = found.first() or (None, _NOBODY, _NOBODY)
    right = same_surname(surname, known) | (number == "")
    return _shown().get(pk=pk) if right and pk is not None else None


def by_number(number: str) -> Certificate | None:
    return _shown().filter(number=number).first()


def same_surname(typed: str, known: str) -> bool:
    """Whether accents, case, blanks, hyphens and particles apart, both are one name."""
    one, other = normalise(typed).split(), normalise(known).split()
    return _equal(one, other) | _equal(_bare(one), _bare(other))


def _equal(one: list[str], other: list[str]) -> bool:
    return compare_digest("".join(one).encode(), "".join(other).encode())


def _bare(words: list[str]) -> list[str]:
    return [word for word in words if word not in _PARTICLES] or words


def _shown() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("end")
