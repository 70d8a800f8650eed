"""Draw plots as SVG: run by `bench.report`, in the environment that has matplotlib.

    python drawing.py plots.json

The file holds, by name, what `plots` says; each becomes an SVG beside it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams |= {
    "svg.hashsalt": "forprev", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip

from matplotlib import pyplot  # noqa: E402 (once the way of drawing is chosen)
from matplotlib.ticker import ScalarFormatter  # noqa: E402

COLOURS = ("#0b5394", "#b45309", "#166534", "#9d174d", "#4c1d95", "#57534e", "#0e7490")
FEW = 10
"""Points that are marked."""


def draw(plot: dict[str, Any], to: Path) -> None:
    figure, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    for dots in [plot["dots"]] if "dots" in plot else []:
        axes.scatter(*zip(*dots, strict=True), s=9, color=COLOURS[5], alpha=0.6, linewidths=0)
    for line in plot["lines"]:
        style: dict[str, Any] = {"linestyle": "--", "linewidth": 1.2} if line["dashed"] else {"linewidth": 1.8}
        marker = "o" if len(line["x"]) < FEW else None
        axes.plot(
            line["x"],
            line["y"],
            marker=marker,
            markersize=3,
            color=COLOURS[line["colour"]],
            label=line["name"],
            **style,
        )
    for level in plot.get("levels", []):
        axes.axhline(level["y"], color=COLOURS[level["colour"]], linewidth=0.6, linestyle=":")
    for axis, is_log in (("x", plot.get("x_log")), ("y", plot.get("y_log"))):
        if is_log:
            getattr(axes, f"set_{axis}scale")("log")
            shown = ScalarFormatter()
            shown.set_scientific(False)
            getattr(axes, f"{axis}axis").set_major_formatter(shown)
    axes.set_title(plot["title"], fontsize=10, loc="left")
    axes.set_xlabel(plot["x"])
    axes.set_ylabel(plot["y"])
    axes.grid(visible=True, color="#e7e5e4", linewidth=0.6)
    axes.legend(fontsize=8, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(to, metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    task = Path(sys.argv[1])
    for name, plot in json.loads(task.read_text()).items():
        draw(plot, task.with_name(f"{name}.svg"))
