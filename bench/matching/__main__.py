"""Does one find again, among millions of people, those whose papers are typed otherwise? See ../README.md."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from itertools import islice

import django
from django.core.management import call_command

from bench.matching.perturbations import KINDS, PARTS, Hand
from bench.matching.population import Papers, Population
from bench.service import kept_database

WARM_UP = 300


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.matching")
    asked.add_argument("--people", type=int, default=9_000_000, help="in the register")
    asked.add_argument("--tries", type=int, default=1000, help="of each kind")
    asked.add_argument("--unknown", type=int, default=5000, help="people of whom the register knows nothing")
    asked.add_argument("--seed", type=int, default=1, help="of what is typed")
    asked.add_argument("--bulk", type=int, default=10_000, help="people looked for at once, as from a spreadsheet")
    options = asked.parse_args()
    with kept_database(f"bench_register_{options.people}") as (url, is_new):
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "forprev.config.settings", "FORPREV_DEBUG": "1"}
        django.setup()
        population = Population(seed=0, draw=options.seed + 1)
        if is_new:
            fill(options.people)
        report(options, population)


def fill(people: int) -> None:
    """Write the register: through COPY, with the triggers of history off, its names counted by the nightly work."""
    call_command("migrate", verbosity=0)

    from django.db import connection

    from forprev.core.text import letters_of, normalise
    from forprev.people.services import count_names

    start = time.perf_counter()
    normalised: dict[str, str] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        columns = "number, last_name, first_name, birth_date, search_last_name, search_first_name, letters, created_at"
        with cursor.copy(f"COPY people_person ({columns}) FROM STDIN") as copy:
            for n, papers in enumerate(Population(seed=0).people(people)):
                names = papers.last_name, papers.first_name
                last, first = (normalised.get(name) or normalised.setdefault(name, normalise(name)) for name in names)
                number = f"{chr(65 + n // 67_600_000)}{chr(65 + n // 2_600_000 % 26)}{chr(65 + n // 100_000 % 26)}"
                row = (f"{number}{n % 100_000:05}", *papers, last, first, letters_of(last, first), "2026-01-01")
                copy.write_row(row)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE people_person")
    count_names()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE people_namecount")
    print(f"Register of {people:,} people written in {time.perf_counter() - start:.0f} s.")


def report(options: argparse.Namespace, population: Population) -> None:
    from forprev.people.models import Identity

    hand = Hand(population, options.seed)
    times: list[float] = []
    for papers in islice(known(options.seed), WARM_UP):
        look_for(papers[1], [])
    print(f"{'kind':28} {'tries':>6} {'first':>7} {'shown':>7} {'likely':>7}   p50 ms  p95 ms")
    totals = [0, 0, 0, 0]
    for kind in [*KINDS, *PARTS]:
        counts, own_times = measure(kind, hand, options, times if kind in KINDS else [])
        print(row(kind, counts, own_times))
        if kind in KINDS:
            totals = [a + b for a, b in zip(totals, counts, strict=True)]
    print(row("all", totals, times))
    unknown = list(population.people(options.unknown))
    own: list[float] = []
    answers = [look_for(papers, own) for papers in unknown]
    likely = sum(any(match.likely for match in found) for found in answers)
    proposed = sum(bool(found) for found in answers)
    print(
        f"unknown people: {len(unknown)} tries, {likely / len(unknown):.2%} with a likely match, "
        f"{proposed / len(unknown):.2%} with any; {percentiles(own)}"
    )
    everything = sorted(times + own)
    print(
        f"all searches: {len(everything)}, {percentiles(everything)}, "
        f"p99 {everything[int(len(everything) * 0.99)] * 1000:.1f}"
    )
    in_bulk([Identity(*papers) for papers in population.people(options.bulk)])
    sizes()


def known(seed: int) -> Iterator[tuple[int, Papers]]:
    """People of the register, in an order that the seed says; with their key."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, last_name, first_name, birth_date FROM people_person TABLESAMPLE BERNOULLI (%s) REPEATABLE (%s)"
            " ORDER BY hashint8(id # %s)",
            [min(100.0, 100 * 60_000 / people_count()), seed, seed],
        )
        for pk, *papers in cursor.fetchall():
            yield pk, Papers(*papers)


def people_count() -> int:
    from forprev.people.models import NameCount

    return NameCount.objects.get(part=NameCount.Part.LAST, name="").count


def measure(kind: str, hand: Hand, options: argparse.Namespace, times: list[float]) -> tuple[list[int], list[float]]:
    """Of as many known people as asked: how many were tried, first, shown, marked likely; and the times."""
    tried = first = shown = likely = 0
    own: list[float] = []
    for pk, papers in known(options.seed + (KINDS + PARTS).index(kind) + 1):
        typed = hand.perturb(kind, papers)
        if typed is None:
            continue
        found = look_for(typed, own)
        tried += 1
        first += bool(found) and found[0].person.pk == pk
        shown += any(match.person.pk == pk for match in found)
        likely += any(match.person.pk == pk and match.likely for match in found)
        if tried == options.tries:
            break
    times += own
    return [tried, first, shown, likely], own


def look_for(papers: Papers, times: list[float]) -> list:
    from forprev.people.matching import find
    from forprev.people.models import Identity

    start = time.perf_counter()
    found = find(Identity(*papers))
    times.append(time.perf_counter() - start)
    return found


def row(kind: str, counts: list[int], times: list[float]) -> str:
    tried, *rest = counts
    shares = " ".join(f"{count / tried:7.2%}" for count in rest)
    return f"{kind:28} {tried:6} {shares}   {percentiles(times)}"


def percentiles(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered) * 1000:.1f} p95 {ordered[int(len(ordered) * 0.95)] * 1000:.1f}"


def in_bulk(identities: list) -> None:
    from forprev.people.matching import find_many

    start = time.perf_counter()
    found = [match for part in range(0, len(identities), 1000) for match in find_many(identities[part : part + 1000])]
    taken = time.perf_counter() - start
    likely = sum(any(match.likely for match in matches) for matches in found)
    print(f"{len(identities)} people at once: {taken:.1f} s, {likely} with a likely match")


def sizes() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_relation_size(oid) / 1e6 FROM pg_class WHERE relname IN ('people_person',"
            " 'person_identity', 'person_by_first_name', 'person_by_name', 'people_namecount', 'one_count_a_name')"
            " ORDER BY 2 DESC"
        )
        print("sizes: " + ", ".join(f"{name} {size:,.0f} MB" for name, size in cursor.fetchall()))


if __name__ == "__main__":
    main()
