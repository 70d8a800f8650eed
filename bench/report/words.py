"""The report, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bench.pages.kinds import ASK_MORE, BUDGETS, FILES, MOST_QUERIES
from bench.report.figures import Figures, Measure

GAPS = 40
"""Lines of a list of what misses its aim."""
LARGE_TABLES = 12
LONGEST_STATEMENT = 3000
COUNTED = (
    "organisations_organisation",
    "people_person",
    "certification_trainingsession",
    "certification_trainee",
    "certification_certificate",
)
SUBJECTS = {
    "page": "lists, details, forms and what they send",
    "dashboard": "dashboards",
    "search": "duplicate search",
    "check": "public check",
    "generate": "generating a session of ten",
    "zip": "ZIP of ten sealed certificates",
    "import": "spreadsheet of 10,000 trainees",
    "sign_in": "sign-in, Argon2 included",
    "export": "file of a list, up to 20,000 rows",
    "file": "file of all that is held on somebody",
}


def report(figures: Figures) -> str:
    """All of it; plots stand beside it, as `national_*.svg`."""
    parts = [
        _head(figures), _data(figures), _budgets(figures), _growth(figures), _load(figures), _explained(figures),
        _everything(figures),
    ]  # fmt: skip
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _head(figures: Figures) -> str:
    largest = max(figures.scales)
    pages, load = figures.pages[largest], figures.load[largest]
    machine = load["machine"]
    facts = ", ".join(f"{name} {value}" for name, value in machine.items())
    commands = "\n".join(f"    {command}" for scale in figures.scales for command in _commands(figures, scale))
    return f"""
# National scale, measured

Written by `.venv/bin/python -m bench.report`, which runs all the commands below one after the other; the figures of the
national size are of {pages["date"][:10]}. Nothing here was typed by hand. How it is measured:
[bench/README.md](../README.md).

Machine: {facts}. The end of a transaction that writes (its fsync) takes {pages["machine"]["commit_ms"]:.2f} ms here.

{commands}
"""


def _commands(figures: Figures, scale: float) -> Iterator[str]:
    yield f".venv/bin/python -m bench.national --scale {scale:g}"
    yield from figures.pages[scale]["commands"]
    yield f".venv/bin/{figures.load[scale]['command']}"


def _data(figures: Figures) -> str:
    rows = []
    for scale in figures.scales:
        written, counted = figures.written[scale], figures.pages[scale]["rows"]
        counts = [f"{counted[table]:,}" for table in COUNTED]
        took = f"{written['steps'][-1][0]} s"
        rows.append([f"{scale:g}", *counts, f"{written['bytes'] / 1e9:.2f} GB", took, str(written["astray"])])
    head = ["size", "organisations", "people", "sessions", "trainees", "certificates", "database", "written in"]
    largest = figures.written[max(figures.scales)]
    tables = [
        [name, f"{count:,}", f"{size / 1e6:,.0f} MB", f"{indexes / 1e6:,.0f} MB"]
        for name, count, size, indexes in largest["tables"][:LARGE_TABLES]
    ]
    steps = "\n".join(f"    {seconds:6} s  {what}" for seconds, what in largest["steps"])
    return f"""
## The data

{_table([*head, "references astray"], rows)}

The national size, step by step:

{steps}

{_table(["table", "rows", "size", "indexes"], tables)}

![Disk and time by size](national_size.svg)
"""


def _budgets(figures: Figures) -> str:
    rows = []
    for kind, measures in figures.by_kind():
        worst = [max(figures.quantile_over_pages(kind, scale, 1.0), 0) for scale in figures.scales]
        missed = [one for one in figures.over() if one.kind == kind]
        met = "met" if not missed else f"missed by {len(missed)}"
        cells = [f"{value:,.0f}" for value in worst]
        rows.append([SUBJECTS[kind], str(len(measures)), f"{BUDGETS[kind]:,.0f}", *cells, met])
    head = ["what", "how many", "budget, ms", *(f"worst p95 at {scale:g}" for scale in figures.scales), ""]
    talkative = figures.talkative(MOST_QUERIES, FILES)
    many = [one for one in talkative if one.largest["method"] == "GET" and one.largest["view"] not in ASK_MORE]
    allowed = [one for one in talkative if one not in many]
    over = figures.over()
    return f"""
## Budgets

Server time in the process that answers, 95th percentile, middleware included, with the fsync of each transaction that
writes added. The aims are those of the plan; those of sign-in and files are ours (`bench/pages/kinds.py`).

{_table(head, rows)}

Queries: {len(many) or "no"} pages ask more than {MOST_QUERIES}, but those that may:
{"; ".join(f"`{view}` {why}" for view, why in ASK_MORE.items())}.

{_lines(many)}

Actions write what they must; these, and those pages, ask more:

{_table(["what", "who", "queries"], ([one.name, one.actor, str(one.largest["queries"])] for one in allowed))}

{"Over their budget at national size:" if over else "Nothing is over its budget at national size."}

{_lines(over)}

![How many pages stay below how many milliseconds](national_distribution.svg)
"""


def _growth(figures: Figures) -> str:
    known = [one for one in figures.measures() if one.factor is not None]
    grown = figures.grown()
    return f"""
## Growth

{len(known)} pages and actions could be measured at more than one size. At the median, {len(known) - len(grown)} take
less than twice as long at national size as with a thousandth of it; {len(grown)} take more:

{_table(["what", "who", *(f"{scale:g}" for scale in figures.scales), "factor"], _grown(grown[:GAPS], figures))}

![Worst and median by kind and size](national_growth.svg)

![Smallest against national](national_factors.svg)
"""


def _grown(measures: Iterable[Measure], figures: Figures) -> Iterator[list[str]]:
    for one in measures:
        cells = [f"{one.at[scale]['p50']:.1f}" if scale in one.at else "" for scale in figures.scales]
        yield [one.name, one.actor, *cells, f"{one.factor:.1f}"]


def _load(figures: Figures) -> str:
    rows = [_round(scale, each) for scale in figures.scales for each in figures.load[scale]["rounds"]]
    head = [
        "size", "clients", "requests a second", "errors", "p50 ms", "p95", "p99", "empty Django page a second",
        "our chain a second", "cores: granian, PostgreSQL, clients", "MiB: granian, PostgreSQL",
    ]  # fmt: skip
    load = figures.load[max(figures.scales)]
    mix = [[each["act"], str(each["for_each_session"]), each["why"]] for each in load["mix"]]
    last = load["rounds"][-1]["mix"]["kinds"]
    kinds = [
        [kind, f"{one['share']:.1%}", f"{one['p50']:.1f}", f"{one['p95']:.1f}", f"{one['p99']:.1f}"]
        for kind, one in last.items()
    ]
    return f"""
## Load

The clients, the server ({load["workers"]} processes of granian) and PostgreSQL share the machine. Each client asks as
fast as it is answered, over loopback, {load["seconds"]:g} s for each number of clients; the empty page is a Django of
its own, without middleware, on the same server in the same run; "our chain" is `/session`, signed in: all our
middleware, nearly no page.

{_table(head, rows)}

![Requests a second by number of clients](national_load.svg)

Memory, MiB, at national size: {"; ".join(f"{when}: {_memory(what)}" for when, what in load["memory_mib"].items())}.

The mix of a busy day, for each session of ten trainees:

{_table(["act", "times", "why"], mix)}

By kind, at national size, with {load["rounds"][-1]["clients"]} clients:

{_table(["kind", "share", "p50 ms", "p95", "p99"], kinds)}
"""


def _round(scale: float, each: dict[str, Any]) -> list[str]:
    """One number of clients at one size."""
    mix, memory = each["mix"], each["most_memory"]
    return [
        f"{scale:g}",
        str(each["clients"]),
        f"{mix['a_second']:.0f}",
        str(mix["errors"]),
        *(f"{mix[part]:.1f}" for part in ("p50", "p95", "p99")),
        *(f"{each[page]['a_second']:.0f}" for page in ("empty", "session")),
        ", ".join(f"{mix['cores'][who]:.2f}" for who in ("granian", "postgresql", "clients")),
        f"{memory['granian_total']:.0f}, {memory['postgresql_total']:.0f}",
    ]


def _memory(what: Any) -> str:
    if isinstance(what, dict):
        return f"granian {what['granian_total']:.0f}, PostgreSQL {what['postgresql_total']:.0f}"
    return f"{sum(what):.0f}"


def _explained(figures: Figures) -> str:
    parts = []
    for rank, one in enumerate(figures.pages[max(figures.scales)]["explained"], start=1):
        statement = one["statement"][:LONGEST_STATEMENT]
        title = f"### {rank}. {one['where']}: {one['ms']:.1f} ms"
        parts.append(f"{title}\n\n```sql\n{statement}\n```\n\n```\n{one['plan']}\n```")
    return "## The ten slowest statements at national size\n\n" + "\n\n".join(parts)


def _everything(figures: Figures) -> str:
    """At the national size, by actor."""
    parts = []
    measures = figures.measures()
    head = ["", "queries", "p50, p95, p99 at national size, ms", *(f"p50 at {s:g}" for s in figures.scales[:-1])]
    for actor in dict.fromkeys(one.actor for one in measures):
        rows = []
        for one in (one for one in measures if one.actor == actor):
            row = one.largest
            smaller = [f"{one.at[s]['p50']:.1f}" if s in one.at else "" for s in figures.scales[:-1]]
            name = one.name if max(figures.scales) in one.at else f"{one.name} (not at national size)"
            times = f"{row['p50']:.1f}, {row['p95']:.1f}, {row['p99']:.1f}"
            rows.append([name, str(row["queries"]), times, *smaller])
        parts.append(f"### {actor}\n\n{_table(head, rows)}")
    return "## Every page and action\n\n" + "\n\n".join(parts)


def _lines(measures: Iterable[Measure]) -> str:
    return "\n".join(
        f"- {one.actor}: {one.name}: {one.largest['with_commits']:.0f} ms of {one.largest['budget']:.0f},"
        f" {one.largest['queries']} queries; the slowest takes {one.largest['slowest_ms']:.0f} ms"
        for one in measures
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
