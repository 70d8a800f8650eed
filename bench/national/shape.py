"""How much of everything, and how it is spread. The sizes are those that the speed budgets name; the rest is ours.

A scale of 1 is the network: 10,000 organisations, 40,000 trainers, 1.2 million sessions, 12 million trainees. What
becomes of people follows from these: those who come back for a refresher are known already.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

YEARS = 10
ORGANISATIONS, TRAINERS, SESSIONS = 10_000, 40_000, 1_200_000
OFFICERS_A_FUND, NATIONAL_STAFF, AGENTS, COMMITTEE = 12, 20, 15, 20

KINDS = {"O": 0.55, "E": 0.30, "C": 0.15}
SCHEMES = {
    "SST": 0.92,
    "PRAPIBC": 0.30,
    "PRAP2S": 0.18,
    "APS-ASD": 0.07,
    "Catec": 0.08,
    "Amiante": 0.07,
    "AP-TRL": 0.03,
}
"""The part of the organisations that are accredited for each, and how much more of it they do than of another."""
MONTHS = (0.9, 1.0, 1.2, 1.0, 0.9, 1.3, 0.6, 0.25, 1.1, 1.3, 1.3, 0.9)
GROWTH = 1.03
"""A year."""
WEEKDAYS = (0.8, 1.0, 0.9, 1.0, 1.5, 0.06, 0.02)
"""Sessions end on Fridays most of all."""
GROUPS = {4: 2, 5: 3, 6: 5, 7: 6, 8: 9, 9: 11, 10: 26, 11: 12, 12: 14, 13: 6, 14: 6}
"""The mean is ten; some groups are larger than they should be, which warns and does not block (B23)."""
FAILURES = 0.02
REFRESHERS = 0.27
"""Sessions of which the trainees come back, mostly to where they were."""
LARGE_DEPARTMENTS = {
    "59": 26, "75": 21, "13": 20, "69": 19, "92": 16, "93": 17, "33": 17, "62": 15, "78": 15, "77": 14, "94": 14,
    "44": 15, "31": 14, "76": 13, "38": 13, "91": 13, "95": 13, "67": 11, "34": 12, "83": 11, "06": 11, "35": 11,
}  # fmt: skip
"""Weights by number of inhabitants, in hundreds of thousands; the others have some five."""
OTHER_DEPARTMENT = 5
CONTACTS_A_YEAR, CORRECTIONS_A_YEAR, LOOKED_AT_A_YEAR = 40_000, 8_000, 400_000
"""What the hotline is asked, and what its agents look at."""
MESSAGES_A_FUND_A_YEAR = 4
SITES_AN_ORGANISATION = 0.3
CHECKED = 0.05
"""Certificates that somebody checks."""


@dataclass(frozen=True)
class Shape:
    """The sizes at one scale."""

    scale: float
    seed: int

    @property
    def organisations(self) -> int:
        return max(10, round(ORGANISATIONS * self.scale))

    @property
    def trainers(self) -> int:
        return max(40, round(TRAINERS * self.scale))

    @property
    def sessions(self) -> int:
        return max(1_000, round(SESSIONS * self.scale))

    def draw(self, what: str) -> Random:
        """Chance for one purpose: the same for the same seed, whatever else is drawn, in whatever process."""
        return Random(f"{self.seed}/{what}")  # noqa: S311 (the same data each time)


def sizes_of_organisations(draw: Random, count: int) -> list[float]:
    """Parts of all sessions: a tenth of the organisations run half of them."""
    weights = [min(draw.paretovariate(1.15), 400.0) for _ in range(count)]
    total = sum(weights)
    return [weight / total for weight in weights]


def cumulated(weights: list[float] | tuple[float, ...]) -> list[float]:
    return list(accumulate(weights))
