"""What the plots show, as plain numbers for `drawing`, which runs elsewhere."""

from __future__ import annotations

from typing import Any

from bench.report.figures import Figures

SHOWN = ("page", "dashboard", "search", "check", "generate", "zip")
"""Kinds that have a budget in the architecture, and whose size is not that of a file."""


def plots(figures: Figures) -> dict[str, dict[str, Any]]:
    """By name of the file: title, names of the axes, lines of points, dots, and the levels of budgets."""
    return {
        "growth": _growth(figures),
        "factors": _factors(figures),
        "distribution": _distribution(figures),
        "load": _load(figures),
        "size": _size(figures),
    }


def _growth(figures: Figures) -> dict[str, Any]:
    lines, levels = [], []
    for rank, (kind, measures) in enumerate((k, m) for k, m in figures.by_kind() if k in SHOWN):
        for name, part, dashed in (("worst", 1.0, False), ("median", 0.5, True)):
            values = [figures.quantile_over_pages(kind, scale, part) for scale in figures.scales]
            lines.append(
                {"name": f"{kind}, {name}", "x": list(figures.scales), "y": values, "dashed": dashed, "colour": rank}
            )
        levels.append({"name": kind, "y": measures[0].largest["budget"], "colour": rank})
    return {
        "title": "95th percentile of the server time, by kind: the worst and the median of all pages and actions",
        "x": "size of the data (1: the national network)", "y": "milliseconds", "x_log": True, "y_log": True,
        "lines": lines, "levels": levels,
    }  # fmt: skip


def _factors(figures: Figures) -> dict[str, Any]:
    known = [one for one in figures.measures() if one.factor]
    smallest, largest = min(figures.scales), max(figures.scales)
    dots = [[one.at[smallest]["p50"], one.at[largest]["p50"]] for one in known if {smallest, largest} <= set(one.at)]
    ends = [min(dot[0] for dot in dots), max(dot[0] for dot in dots)]
    return {
        "title": f"Every page and action: median with the smallest data ({smallest:g}) and with the national ones",
        "x": "milliseconds, smallest", "y": "milliseconds, national", "x_log": True, "y_log": True, "dots": dots,
        "lines": [
            {"name": "the same", "x": ends, "y": ends, "dashed": True, "colour": 0},
            {"name": "twice as long", "x": ends, "y": [2 * end for end in ends], "dashed": False, "colour": 1},
        ],
    }  # fmt: skip


def _distribution(figures: Figures) -> dict[str, Any]:
    lines = []
    for rank, scale in enumerate(figures.scales):
        times = sorted(row["with_commits"] for row in figures.pages[scale]["measured"] if row["kind"] == "page")
        parts = [100 * (place + 1) / len(times) for place in range(len(times))]
        lines.append({"name": f"size {scale:g}", "x": times, "y": parts, "dashed": False, "colour": rank})
    return {
        "title": "Lists, details and forms: how many stay below so many milliseconds (95th percentile)",
        "x": "milliseconds", "y": "% of pages and actions", "x_log": True, "lines": lines,
    }  # fmt: skip


def _load(figures: Figures) -> dict[str, Any]:
    lines = []
    for rank, scale in enumerate(figures.scales):
        rounds = figures.load[scale]["rounds"]
        clients = [each["clients"] for each in rounds]
        mix = [each["mix"]["a_second"] for each in rounds]
        lines.append({"name": f"busy day, size {scale:g}", "x": clients, "y": mix, "dashed": False, "colour": rank})
    rounds = figures.load[max(figures.scales)]["rounds"]
    for rank, (page, name) in enumerate((("empty", "empty Django page"), ("session", "our chain, nearly no page"))):
        values = [each[page]["a_second"] for each in rounds]
        clients = [each["clients"] for each in rounds]
        lines.append({"name": name, "x": clients, "y": values, "dashed": True, "colour": len(figures.scales) + rank})
    return {
        "title": "Requests a second, by the number of clients that ask as fast as they are answered",
        "x": "clients", "y": "requests a second", "y_log": True, "lines": lines,
    }  # fmt: skip


def _size(figures: Figures) -> dict[str, Any]:
    sizes = [figures.written[scale]["bytes"] / 1e9 for scale in figures.scales]
    minutes = [figures.written[scale]["steps"][-1][0] / 60 for scale in figures.scales]
    return {
        "title": "The data set: disk, and how long it took to write",
        "x": "size of the data (1: the national network)", "y": "GB; minutes", "x_log": True, "y_log": True,
        "lines": [
            {"name": "database, GB", "x": list(figures.scales), "y": sizes, "dashed": False, "colour": 0},
            {"name": "written in, minutes", "x": list(figures.scales), "y": minutes, "dashed": True, "colour": 1},
        ],
    }  # fmt: skip
