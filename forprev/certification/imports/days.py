"""Birth dates as spreadsheets hold them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from forprev.core.dates import parse_french_date
from forprev.core.text import normalise

ZERO, ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
"""Day 0 of a workbook, so that Excel's 29 February 1900, which never was, shifts nothing after it."""
MONTHS = (
    "JANVIER",
    "FEVRIER",
    "MARS",
    "AVRIL",
    "MAI",
    "JUIN",
    "JUILLET",
    "AOUT",
    "SEPTEMBRE",
    "OCTOBRE",
    "NOVEMBRE",
    "DECEMBRE",
)
SHORTEST_MONTH = 3

_HOUR = re.compile(r"[T ]\s*\d{1,2}[:h]\d{2}(:\d{2}(\.\d+)?)?\s*$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")
_WRITTEN = re.compile(r"(?:[A-Z]+ )?(\d{1,2})(?: ?ER)? ([A-Z]+) (\d{4}|\d{2})")
_SERIAL = re.compile(r"[1-9]\d{4}")


def read_day(text: str, *, date_1904: bool = False) -> date:
    """Read `01/02/1990`, `1/2/90`, `1990-02-01`, `01.02.1990`, `1er février 1990`, `010290` or `32905`.

    Five digits are the serial number of a day in a workbook, which counts from 1904 if `date_1904`; seven lost the zero
    at their head. Years of two digits are those of `parse_french_date`, an hour after the day is left aside.
    Raises ValueError, with no message meant for people, for anything else.
    """
    text = _HOUR.sub("", text.strip())
    if _SERIAL.fullmatch(text):
        return (ZERO_1904 if date_1904 else ZERO) + timedelta(days=int(text))
    if len(text) == 7 and text.isdecimal():
        text = text.zfill(8)
    if year_first := _YEAR_FIRST.fullmatch(text):
        return parse_french_date("/".join(reversed(year_first.groups())))
    if written := _WRITTEN.fullmatch(normalise(text)):
        day, month, year = written.groups()
        return parse_french_date(f"{day}/{_month(month)}/{year}")
    return parse_french_date(text)


def _month(word: str) -> int:
    """1 to 12 for the French name of a month, whole or shortened without doubt."""
    meant = [number for number, month in enumerate(MONTHS, 1) if month.startswith(word)]
    if len(word) < SHORTEST_MONTH or len(meant) != 1:
        raise ValueError(f"not a month: {word!r}")
    return meant[0]
