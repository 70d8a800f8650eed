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
    lines = ELSEWHERE.read_text().splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")][2:]


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
    rows: list[tuple[int, str, str, str]] = []
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            told = dict(getattr(report, "user_properties", []))
            if "fault" in told:
                row, fault, expected = told["fault"]
                what = [value for key, value in report.user_properties if key == "happened"]
                rows.append((row, fault, expected, "; ".join(what) or outcome if outcome == "passed" else "FAILED"))
    if not rows:
        return
    rows += [(int(row), fault, expected, f"see {test}") for row, fault, expected, test in elsewhere()]
    terminalreporter.write_line("\n| # | fault | expected | happened |\n| --- | --- | --- | --- |")
    for each in sorted(set(rows)):
        terminalreporter.write_line("| " + " | ".join(map(str, each)) + " |")
