"""Each fault with what was expected and what happened; the table is printed by `make test-faults`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.faults.cluster import Cluster

Happened = Callable[[str], None]
ELSEWHERE = Path(__file__).with_name("elsewhere.md")


def elsewhere() -> list[list[str]]:
    """Row, fault, what is expected, and the test of another folder that asserts it."""
    return _table(0)


def of_no_concern() -> list[list[str]]:
    """Row, fault, and why it cannot come upon the service."""
    return _table(1)


def _table(rank: int) -> list[list[str]]:
    """The cells of one table of `elsewhere.md`, without its head."""
    tables = [part.splitlines() for part in ELSEWHERE.read_text().split("\n\n") if part.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in tables[rank][2:]]


def in_order(row: str) -> tuple[str, int]:
    """Rows by number, those of the scale-out (F2.1 to F2.10) last."""
    letters, _, number = row.rpartition(".")
    return letters, int(number)


@pytest.fixture
def happened(request: pytest.FixtureRequest) -> Happened:
    """Note, for the table, what happened."""
    return lambda what: request.node.user_properties.append(("happened", what))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Two web processes and two workers behind HAProxy, on a database with a replica; started once."""
    made = Cluster(Path(mkdtemp(prefix="forprev-faults-", dir="/tmp")))
    try:
        made.start_primary()
        made.prepare()
        made.start_replica()
        yield made
    finally:
        made.close()
        shutil.rmtree(made.folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[misc,assignment]
    marker = item.get_closest_marker("fault")
    if marker and report.when == "call":
        report.user_properties.append(("fault", list(marker.args)))
    cluster = getattr(item, "funcargs", {}).get("cluster")
    if report.failed and cluster:
        for log in sorted(cluster.folder.glob("*.log")):
            report.sections.append((log.name, log.read_text()[-3000:]))
    return report  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Of all faults, when all are tried."""
    if config.getoption("markexpr"):
        return
    rows: dict[tuple[str, str, str], list[str]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            told = getattr(report, "user_properties", [])
            for row, fault, expected in (value for key, value in told if key == "fault"):
                what = [value for key, value in told if key == "happened"] if outcome == "passed" else ["FAILED"]
                rows.setdefault((str(row), fault, expected), []).extend(what)
    if not rows:
        return
    for row, fault, expected, test in elsewhere():
        rows.setdefault((row, fault, expected), []).append(f"see {test}")
    for row, fault, why in of_no_concern():
        rows[row, fault, "of no concern"] = [why]
    terminalreporter.write_line("\n| # | fault | expected | happened |\n| --- | --- | --- | --- |")
    for each in sorted(rows, key=lambda key: (in_order(key[0]), key)):
        terminalreporter.write_line("| " + " | ".join([*each, "; ".join(rows[each]) or "passed"]) + " |")
