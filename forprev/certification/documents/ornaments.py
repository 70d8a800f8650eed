"""What is engraved around the words of a certificate: an SVG of the whole sheet, in millimetres.

It is the same on every certificate of a template; Typst places a ready picture in a fraction of the time that curves
of its own take.
Points are complex numbers, x + iy, so that turning a side or a ring is a product.
"""

from __future__ import annotations

from cmath import exp
from functools import cache, lru_cache
from itertools import pairwise
from math import pi

WIDTH, HEIGHT = 297, 210
WHITE, COLOUR, ACCENT, PALE = "#ffffff", "{colour}", "{accent}", "{pale}"
"""The paints; in place of the last three stand those of the template."""
WATERMARK = 0.12
"""How much of the colour is left of it in the watermark."""
EDGE, SWING = 12.5, 2.3
"""How far the middle of the woven band lies from the edge of the sheet, and half of its width."""
WAVE = 9
"""About how long a wave of the band is; a side holds a whole number of them."""
SEAL = complex(WIDTH / 2, 39)
"""The middle of the seal that bears the scheme's name."""
LEAD = 0.3642
"""A Bézier curve whose handles are this part of its length long is a sine from one peak to the next."""


@lru_cache(maxsize=64)
def svg(colour: str, accent: str) -> str:
    """The drawing in the colours of a template, each written as `#0b4f64`."""
    return _drawing().replace(COLOUR, colour).replace(ACCENT, accent).replace(PALE, _pale(colour))


def _pale(colour: str) -> str:
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - channel) * WATERMARK):02x}" for channel in channels)


@cache
def _drawing() -> str:
    """The frame, its corners, the watermark and the seal; its lines hold in black and white too."""
    right, bottom = WIDTH - EDGE, HEIGHT - EDGE
    corners = [complex(x, y) for x in (EDGE, right) for y in (EDGE, bottom)]
    drawn = (
        _ring(complex(WIDTH / 2, 112), 64, 11, 59, 7, PALE, 0.2),
        _frame(7, 0.75),
        _frame(8.6, 0.2),
        _frame(EDGE + SWING + 1.6, 0.2),
        _side(complex(EDGE, EDGE), 1, right - EDGE),
        _side(complex(right, EDGE), 1j, bottom - EDGE),
        _side(complex(right, bottom), -1, right - EDGE),
        _side(complex(EDGE, bottom), -1j, bottom - EDGE),
        *(_corner(corner) for corner in corners),
        _seal(),
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(drawn)}</svg>'


def _curve(peaks: list[tuple[complex, complex]], paint: str, thickness: float) -> str:
    """A curve through these points, leaving each along the handle given with it."""
    path = [f"M{_at(peaks[0][0])}"]
    for (start, leaving), (end, arriving) in pairwise(peaks):
        path.append(f"C{_at(start + leaving)} {_at(end - arriving)} {_at(end)}")
    return f'<path d="{"".join(path)}" fill="none" stroke="{paint}" stroke-width="{thickness}"/>'


def _at(point: complex) -> str:
    return f"{point.real:.2f} {point.imag:.2f}"


def _disc(middle: complex, radius: float, fill: str, stroke: str = "none", thickness: float = 0) -> str:
    x, y = middle.real, middle.imag
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="{thickness}"/>'


def _frame(inset: float, thickness: float) -> str:
    width, height = WIDTH - 2 * inset, HEIGHT - 2 * inset
    place = f'x="{inset}" y="{inset}" width="{width}" height="{height}"'
    return f'<rect {place} fill="none" stroke="{COLOUR}" stroke-width="{thickness}"/>'


def _side(start: complex, direction: complex, length: float) -> str:
    """One side of the band: four threads, a quarter of a wave apart; the corners hide where they begin and end."""
    half = length / round(length / WAVE) / 2
    steps = range(round(length / half) + 1)
    threads = []
    for shift, swing in ((0.0, SWING), (0.0, -SWING), (0.5, SWING), (0.5, -SWING)):
        peaks = [start + direction * complex((i + shift) * half, swing * (-1) ** i) for i in steps]
        threads.append(_curve([(peak, direction * LEAD * half) for peak in peaks], COLOUR, 0.18))
    return "".join(threads)


def _ring(middle: complex, radius: float, depth: float, lobes: int, turns: int, paint: str, thickness: float) -> str:
    """A closed curve woven around a ring: `turns` times round, with `lobes` swings of `depth` on each side."""
    step = pi * turns / lobes
    peaks = []
    for i in range(2 * lobes + 1):
        spoke = (radius + depth * (-1) ** i) * exp(1j * step * i)
        peaks.append((middle + spoke, 1j * spoke * step * LEAD))
    return _curve(peaks, paint, thickness)


def _corner(middle: complex) -> str:
    flower = _ring(middle, 3.3, 1.6, 17, 5, COLOUR, 0.16)
    return _disc(middle, 5.6, WHITE, COLOUR, 0.35) + flower + _disc(middle, 1.2, ACCENT)


def _seal() -> str:
    return (
        _disc(SEAL, 18.2, WHITE)
        + _ring(SEAL, 15.6, 2.5, 61, 6, COLOUR, 0.18)
        + _disc(SEAL, 13.4, COLOUR)
        + _disc(SEAL, 12.5, "none", WHITE, 0.25)
        + _disc(SEAL, 18.4, "none", ACCENT, 0.35)
    )
