"""The number that a dossier gets when it is sent."""

from __future__ import annotations

from datetime import date

from forprev.core.models import Counter


def next_number(day: date) -> str:
    """`D2026-00042`: the next of the year of `day`, without a gap, in the transaction under way."""
    (number,) = Counter.take(f"dossiers/{day.year}")
    return f"D{day.year}-{number:05}"
