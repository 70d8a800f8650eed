"""The directory on a map: how many organisations a department has, in five shades."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from forprev.core.text import plural
from forprev.organisations.departments import drawing, name_of, rank

SHADES = 5

CLOSE_UP = ("75", "92", "93", "94")
CLOSE_UP_BOX = "302 132 24 25"
"""Paris and its neighbours, too small to be seen or touched: drawn a second time, larger; x, y, width, height."""


@dataclass(frozen=True)
class Area:
    """A department; `shape` is empty overseas, `url` where `count` is 0; `shade` goes from 0, for none, to 5."""

    code: str
    name: str
    count: int
    shade: int
    shape: str
    url: str

    @property
    def label(self) -> str:
        """`Rhône : 12 organismes`."""
        count = plural(self.count, "organisme") if self.count else "aucun organisme"
        return f"{self.name}\N{NO-BREAK SPACE}: {count}"


@dataclass(frozen=True)
class Key:
    """One line of the legend: `4 à 7`."""

    shade: int
    label: str


@dataclass(frozen=True)
class Map:
    view_box: str
    areas: list[Area]
    legend: list[Key]
    close_up_box: str = CLOSE_UP_BOX

    @property
    def drawn(self) -> list[Area]:
        return [area for area in self.areas if area.shape]

    @property
    def close_up(self) -> list[Area]:
        return [area for area in self.drawn if area.code in CLOSE_UP]

    @property
    def overseas(self) -> list[Area]:
        return [area for area in self.areas if not area.shape]

    @property
    def counted(self) -> list[Area]:
        return [area for area in self.areas if area.count]


def map_of(counts: Mapping[str, int], codes: Iterable[str], url_of: Callable[[str], str]) -> Map:
    """`codes` are those of every department; `url_of` gives the list of one of them."""
    shapes, bounds = drawing().shapes, bounds_of(counts.values())
    areas = [
        Area(
            code,
            name_of(code),
            counts.get(code, 0),
            bisect_left(bounds, counts[code]) + 1 if code in counts else 0,
            shapes.get(code, ""),
            url_of(code) if code in counts else "",
        )
        for code in sorted(codes, key=rank)
    ]
    return Map(drawing().view_box, areas, legend_of(bounds))


def bounds_of(counts: Iterable[int]) -> list[int]:
    """The highest count of each shade: about as many different counts in each, so that a large one leaves shades."""
    ordered = sorted({*counts})
    return sorted({ordered[-(-len(ordered) * part // SHADES) - 1] for part in range(1, SHADES + 1)}) if ordered else []


def legend_of(bounds: list[int]) -> list[Key]:
    """Shade 0 is that of departments without any."""
    lowest = [1, *(bound + 1 for bound in bounds)]
    spans = zip(lowest, bounds, strict=False)
    return [
        Key(0, "Aucun"),
        *(
            Key(shade, str(low) if low == high else f"{low} à {high}")
            for shade, (low, high) in enumerate(spans, start=1)
        ),
    ]
