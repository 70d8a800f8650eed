"""Columns that show French dates, and export true ones."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import django_tables2 as tables
from django.utils import timezone

from forprev.core.dates import NO_DAY, french


class DateColumn(tables.Column):
    """`01/12/2022`; in a spreadsheet, a date."""

    def render(self, value: date) -> str:
        return french(value)

    def value(self, value: date, **kwargs: Any) -> date | None:
        return None if value == NO_DAY else value


class MomentColumn(tables.Column):
    """`01/12/2022 à 14:05`, Paris time; in a spreadsheet, a date and time."""

    def render(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%d/%m/%Y à %H:%M}"

    def value(self, value: datetime, **kwargs: Any) -> datetime:
        return timezone.localtime(value).replace(tzinfo=None)
