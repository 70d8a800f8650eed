"""What was measured, read back and joined over the sizes."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""Of one page or action, as `bench.pages` keeps it."""


@dataclass(frozen=True)
class Measure:
    """One page or action at each size at which there was something to show; times in milliseconds."""

    actor: str
    name: str
    kind: str
    at: dict[float, Row]

    @property
    def largest(self) -> Row:
        return self.at[max(self.at)]

    @property
    def factor(self) -> float | None:
        """How many times longer it takes with the largest data than with the smallest, at the median."""
        if len(self.at) < 2 or min(self.at) == max(self.at):
            return None
        return float(self.at[max(self.at)]["p50"] / self.at[min(self.at)]["p50"])


@dataclass(frozen=True)
class Figures:
    """By size: how the data were written, what each page costs, what a load does."""

    scales: Sequence[float]
    written: dict[float, dict[str, Any]]
    pages: dict[float, dict[str, Any]]
    load: dict[float, dict[str, Any]]

    @classmethod
    def read(cls, folder: Path, scales: Sequence[float]) -> Figures:
        """Raises FileNotFoundError if one was not measured."""

        def found(what: str) -> dict[float, dict[str, Any]]:
            return {scale: json.loads((folder / f"{what}_{scale:g}.json").read_text()) for scale in scales}

        return cls(scales, found("national"), found("pages"), found("load"))

    def measures(self) -> list[Measure]:
        """In the order in which they were measured at the largest size, then those of smaller ones alone."""
        found: dict[tuple[str, str], Measure] = {}
        for scale in reversed(self.scales):
            for row in self.pages[scale]["measured"]:
                key = row["actor"], row["name"]
                known = found.setdefault(key, Measure(*key, row["kind"], {}))
                known.at[scale] = row
        return list(found.values())

    def by_kind(self) -> Iterator[tuple[str, list[Measure]]]:
        measures = self.measures()
        for kind in dict.fromkeys(one.kind for one in measures):
            yield kind, [one for one in measures if one.kind == kind]

    def over(self) -> list[Measure]:
        """What takes longer than its budget with the largest data, commits included."""
        found = [one for one in self._at_largest() if one.largest["with_commits"] > one.largest["budget"]]
        return sorted(found, key=lambda one: one.largest["with_commits"] / one.largest["budget"], reverse=True)

    def talkative(self, most: int, files: Sequence[str]) -> list[Measure]:
        """What asks more than `most` queries with the largest data, the most first; files aside."""
        found = [one for one in self._at_largest() if one.largest["queries"] > most and one.kind not in files]
        return sorted(found, key=lambda one: one.largest["queries"], reverse=True)

    def grown(self) -> list[Measure]:
        """What takes more than twice as long as with the smallest data, the most first."""
        found = [one for one in self._at_largest() if (one.factor or 0) > 2]
        return sorted(found, key=lambda one: one.factor or 0, reverse=True)

    def _at_largest(self) -> list[Measure]:
        return [one for one in self.measures() if max(self.scales) in one.at]

    def quantile_over_pages(self, kind: str, scale: float, part: float) -> float:
        """Of the 95th percentiles of all pages of a kind."""
        times = sorted(row["with_commits"] for row in self.pages[scale]["measured"] if row["kind"] == kind)
        if len(times) < 2:
            return float(times[0]) if times else 0.0
        return float(statistics.quantiles(times, n=100, method="inclusive")[min(98, round(part * 100) - 1)])
