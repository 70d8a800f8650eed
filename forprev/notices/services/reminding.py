"""Recalling what waits: twice, after delays that are settings, as long as nobody touched it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forprev.core.dates import day_of, today
from forprev.notices.models import ReminderSettings

CAUGHT_UP = timedelta(days=30)
"""How long after its day the second reminder is made up for; what slept longer is recalled no more."""


@dataclass(frozen=True)
class Reminders:
    """Those of a day."""

    day: date
    first_days: int
    second_days: int

    @classmethod
    def of_today(cls) -> Reminders:
        settings = ReminderSettings.current()
        return cls(today(), settings.first_days, settings.second_days)

    @property
    def touched(self) -> tuple[date, date]:
        """The first and last day on which that was last touched of which people are to be reminded today."""
        return self.day - timedelta(days=self.second_days) - CAUGHT_UP, self.day - timedelta(days=self.first_days)

    def due(self, since: datetime) -> int:
        """After how many days the reminder in force comes, for what nobody touched `since`; one of `touched`."""
        waited = (self.day - day_of(since)).days
        return self.second_days if waited >= self.second_days else self.first_days

    def key(self, name: str, since: datetime) -> str:
        """So that each is told once of this wait: for `name`, which names what waits."""
        return f"reminder/{name}/{day_of(since)}/{self.due(since)}"
