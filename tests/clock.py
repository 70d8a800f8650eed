"""Days, and the hours of Paris at which the application's periodic work runs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import time_machine

PARIS = ZoneInfo("Europe/Paris")


def days(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def in_the_morning(day: date) -> AbstractContextManager[Any]:
    """It is five o'clock in Paris, and stays so."""
    return time_machine.travel(datetime(day.year, day.month, day.day, 5, tzinfo=PARIS), tick=False)
