"""Business dates: Paris days, French input, validity arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from django.utils import timezone

YEARS = range(1900, 2200)
"""The years that a date typed may fall in."""

NO_DAY = date.min
"""Stands where a birth date was erased; no day that is typed is this one."""

_SEPARATED = re.compile(r"\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4}|\d{2})\s*")
_COMPACT = re.compile(r"\s*(\d{2})(\d{2})(\d{4}|\d{2})\s*")
_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})\s*")


def today() -> date:
    """The current day in Paris, whatever the server's clock zone."""
    return timezone.localdate()


def now() -> datetime:
    return timezone.now()


def day_of(moment: datetime) -> date:
    """The day of an instant in Paris."""
    return timezone.localdate(moment)


def start_of(day: date) -> datetime:
    """The instant at which a day begins in Paris."""
    return timezone.make_aware(datetime.combine(day, time.min))


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; a day that does not exist becomes the month's last (A43).

    Always count from the original date: adding 6 months twice is not adding 12.
    """
    return day + relativedelta(months=months)


def running_term(day: date, end: date, terms: Iterable[int]) -> int | None:
    """Of `terms`, months before `end`, the last that has begun on `day`; None before the first and after the end.

    A term begins on the same day of the month as the end, so many months before.
    """
    begun = [months for months in terms if day >= add_months(end, -months)]
    return min(begun) if begun and day <= end else None


def age_on(birth_date: date, day: date) -> int:
    """Completed years on `day`; somebody born on 29 February grows older on 1 March of common years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def french(day: date) -> str:
    """`01/12/2022`; `–` for a day that was erased."""
    return "–" if day == NO_DAY else f"{day:%d/%m/%Y}"


def parse_french_date(text: str) -> date:
    """Read `01/02/1980`, `1.2.80`, `1-2-1980`, `010280`, `01021980` or `1980-02-01`.

    Two-digit years fall in the hundred years that end this year, so that birth dates come out right.
    Raises ValueError, with no message meant for people, for anything else or a day that does not exist.
    """
    if iso := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
        return _likely(date(year, month, day))
    match = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if not match:
        raise ValueError(f"not a date: {text!r}")
    day, month, year = (int(part) for part in match.groups())
    if len(match.group(3)) == 2:
        this_year = today().year
        year += this_year // 100 * 100
        if year > this_year:
            year -= 100
    return _likely(date(year, month, day))


def _likely(day: date) -> date:
    """The day itself; ValueError for a slip of the finger, which no arithmetic should meet."""
    if day.year not in YEARS:
        raise ValueError(f"not a likely year: {day.year}")
    return day
