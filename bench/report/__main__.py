"""Measure at each size, then write the report: words in Markdown, plots in SVG. See ../README.md."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report.figures import Figures
from bench.report.plots import plots
from bench.report.words import report
from bench.service import ROOT, other_programs

SCALES = (0.001, 0.01, 0.1, 1.0)
REPORT = ROOT / "bench/reports/national.md"


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.report")
    asked.add_argument("--measured", action="store_true", help="write from what was measured before (var/bench)")
    asked.add_argument("--rounds", type=int, default=20, help="times that each page is asked for")
    asked.add_argument("--list-rounds", type=int, default=5, help="of each sort and criterion of a list")
    asked.add_argument("--seconds", type=int, default=30, help="of load, for each number of clients")
    options = asked.parse_args()
    if not options.measured:
        for scale in SCALES:
            _run("bench.national", scale)
            rounds = ["--rounds", str(options.rounds), "--list-rounds", str(options.list_rounds)]
            _run("bench.pages", scale, *rounds, may_miss=True)
            _run("bench.load", scale, "--seconds", str(options.seconds))
    figures = Figures.read(ROOT / "var/bench", SCALES)
    REPORT.write_text(report(figures))
    _draw(figures)
    print(f"written: {REPORT.relative_to(ROOT)}")


def _run(module: str, scale: float, *more: str, may_miss: bool = False) -> None:
    """`may_miss`: its exit code says whether a budget was missed, which the report tells."""
    command = [sys.executable, "-m", module, "--scale", f"{scale:g}", *more]
    print("$", *command[1:], flush=True)
    done = subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode and not (may_miss and done.returncode == 1):
        raise SystemExit(f"{module} failed at {scale:g}")


def _draw(figures: Figures) -> None:
    """By matplotlib, in an environment of its own."""
    with other_programs() as python, TemporaryDirectory() as folder:
        task = Path(folder) / "plots.json"
        task.write_text(json.dumps(plots(figures)))
        subprocess.run([python, str(Path(__file__).with_name("drawing.py")), str(task)], check=True)  # noqa: S603
        for drawn in sorted(Path(folder).glob("*.svg")):
            shutil.copy(drawn, REPORT.parent / f"national_{drawn.name}")


if __name__ == "__main__":
    main()
