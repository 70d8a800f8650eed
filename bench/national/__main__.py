"""Write the national data set, or a part of it, into a database that is kept. See ../README.md."""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import django
from django.core.management import call_command
from psycopg import sql

from bench.matching.population import Population
from bench.national import sessions, writing
from bench.national.entities import network
from bench.national.matters import Asked, matters
from bench.national.shape import SCHEMES, Shape
from bench.national.staff import staff
from bench.national.tables import CONNECTIONS, Sheet, bare
from bench.national.tables import writing as opened
from bench.service import ROOT, kept_database

PROCESSES = 2
SESSIONS_AT_ONCE, PEOPLE_AT_ONCE = 2_000, 50_000
PASSWORD = "forprev-national"  # noqa: S105 (of invented people, in a database of measurements)
DAY = date(2026, 11, 1)
"""The day on which the data stand still, so that the same seed gives the same data whenever it is written."""
TABLES = (
    "people_person", "people_issuednumber", "people_personevent", "certification_trainingsession",
    "certification_trainingsessionevent", "certification_sessiontrainer", "certification_sessiontrainerevent",
    "certification_trainee", "certification_traineeevent", "certification_certificate", "pghistory_context",
    "accounts_account", "notices_notice", "notices_outgoingmail", "certification_certificatecheck",
    "certification_checkcount", "network_recipient", "people_consultation", "accreditation_piece",
    "accreditation_pieceevent",
)  # fmt: skip
"""The large ones, of which the indexes are made at the end."""

_country: writing.Country
"""What the processes that write share with the one that planned, by being its forks."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.national")
    asked.add_argument("--scale", type=float, default=1.0, help="1 is the network; 0.001, 0.01 and 0.1 are parts of it")
    asked.add_argument("--seed", type=int, default=1)
    options = asked.parse_args()
    with kept_database(f"bench_national_{options.scale:g}_{options.seed}") as (url, is_new):
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "forprev.config.settings", "FORPREV_DEBUG": "1"}
        django.setup()
        if is_new:
            fill(Shape(options.scale, options.seed), url)
        found = report(url)
        kept = ROOT / f"var/bench/national_{options.scale:g}.json"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps({"scale": options.scale, "seed": options.seed, **found}, indent=1))


def fill(shape: Shape, url: str) -> None:
    """Migrations, plan, rows, indexes, and what the nightly work counts.

    The database keeps how long it took, and how many references lead nowhere: none, or something is wrong.
    """
    start = time.perf_counter()
    steps: list[tuple[int, str]] = []

    def say(what: str) -> None:
        steps.append((round(time.perf_counter() - start), what))
        print(f"{steps[-1][0]:6} s  {what}", flush=True)

    call_command("migrate", verbosity=0)
    say("migrated")
    global _country
    _country, small, asked = _planned(shape)
    plan = _country.plan
    say(f"planned: {len(plan.sessions):,} sessions, {len(plan.who):,} trainees, {plan.people:,} people")
    gc.freeze()
    with bare(url, TABLES, say):
        with opened(url) as connection:
            for sheet in [*small, *asked.sheets]:
                sheet.send(connection)
        say("organisations, accounts, accreditations and trainers' certificates written")
        _write_all(url, writing.people, plan.people, PEOPLE_AT_ONCE)
        say("people written")
        _write_all(url, writing.sessions, len(plan.sessions), SESSIONS_AT_ONCE)
        say("sessions, trainees and certificates written")
    say("indexed")
    _finish(url, asked)
    say("ready")
    with opened(url) as connection:
        name = connection.info.dbname
        told = json.dumps({"written": f"{date.today()}", "steps": steps, "astray": _astray(connection)})  # noqa: DTZ011
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(told)))


def _planned(shape: Shape) -> tuple[writing.Country, list[Sheet], Asked]:
    """What is to be written, the small tables, and what is asked beside the sessions."""
    from django.contrib.auth.hashers import make_password

    from forprev.accreditation.models import PieceRule
    from forprev.catalogue.models import Level, Qualification, Signatory
    from forprev.organisations.models import Department

    found = network(shape, DAY, dict(Department.objects.values_list("code", "fund_id")))
    facts, first_level, teaching = {}, {code: [] for code in SCHEMES}, {}
    for one in Qualification.objects.select_related("level__scheme").prefetch_related("rules"):
        facts[one.pk] = writing.Facts(one.code, one.level.scheme.name, one.title, one.current_rules.validity_months)
        if one.level.number == 1:
            first_level[_code(one.level.scheme.code)].append(one.pk)
        elif one.level.number == 2:
            teaching[_code(one.level.scheme.code)] = (one.pk, facts[one.pk])
    plan = sessions.plan(shape, DAY, found, first_level)
    population = Population(seed=shape.seed)
    papers = list(population.people(plan.people + writing.STRANGERS))
    signatory = Signatory.objects.values_list("name", "title")[0]
    country = writing.Country(shape, DAY, found, plan, papers, facts, signatory)
    levels = {_code(level.scheme.code): level.pk for level in Level.objects.select_related("scheme").filter(number=1)}
    rules = list(PieceRule.objects.filter(is_active=True, scheme=None).values_list("pk", flat=True))
    small = staff(country, make_password(PASSWORD), levels, teaching, plan.certificates + 1)
    return country, small, matters(country, levels, rules)


def _code(scheme: str) -> str:
    """The key of a scheme in `shape.SCHEMES`."""
    return next(code for code in SCHEMES if scheme.lower().startswith(code.lower()))


def _write_all(url: str, write: Callable[[writing.Country, int, int], list[Sheet]], count: int, at_once: int) -> None:
    ranges = [(url, write, first, min(first + at_once, count)) for first in range(0, count, at_once)]
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        for _ in pool.imap_unordered(_write, ranges):
            pass


def _write(what: tuple[str, Callable[[writing.Country, int, int], list[Sheet]], int, int]) -> None:
    url, write, first, last = what
    with opened(url) as connection:
        for sheet in write(_country, first, last):
            sheet.send(connection)


def _finish(url: str, asked: Asked) -> None:
    """Numbers go on where the rows end; names are counted, statistics gathered."""
    from django.db import connection

    from forprev.network.figures.services import count_figures
    from forprev.people.services import count_names

    plan = _country.plan
    codes = {pk: facts.code for pk, facts in _country.qualifications.items()}
    with opened(url) as writer:
        for (qualification, year), last in plan.last_numbers.items():
            key = f"{codes[qualification]}/{year}"
            writer.execute("INSERT INTO core_counter (key, last) VALUES (%s, %s)", [key, last])
        for year, last in asked.dossiers.items():
            writer.execute("INSERT INTO core_counter (key, last) VALUES (%s, %s)", [f"dossiers/{year}", last])
        sequences = writer.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND is_identity = 'YES'"
        ).fetchall()
        for table, column in sequences:
            writer.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), greatest(max({column}), 1)) FROM {table}"  # noqa: S608
            )
        largest_first = writer.execute(
            "SELECT relid::regclass::text FROM pg_stat_user_tables ORDER BY pg_table_size(relid) DESC"
        ).fetchall()
    connection.close()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        done = [pool.submit(count_names), *(pool.submit(_vacuum, url, table) for (table,) in largest_first)]
        for one in done:
            one.result()
    count_figures()


def _vacuum(url: str, table: str) -> None:
    with opened(url) as connection:
        connection.execute(f"VACUUM (ANALYZE, PARALLEL 0) {table}")


def report(url: str) -> dict[str, Any]:
    """Rows, sizes in bytes, and what the database keeps of how it was written."""
    with opened(url) as connection:
        tables = connection.execute(
            "SELECT relname, n_live_tup, pg_table_size(relid), pg_indexes_size(relid) FROM pg_stat_user_tables"
            " ORDER BY pg_total_relation_size(relid) DESC LIMIT 20"
        ).fetchall()
        for name, rows, size, indexes in tables:
            print(f"{name:40} {rows:>12,} rows {size / 1e6:>9,.0f} MB, indexes {indexes / 1e6:>8,.0f} MB")
        ((total, told),) = connection.execute(
            "SELECT pg_database_size(oid), shobj_description(oid, 'pg_database') FROM pg_database"
            " WHERE datname = current_database()"
        ).fetchall()
        print(f"database: {total / 1e9:.2f} GB")
    found = json.loads(told)
    print(f"references that lead nowhere: {found['astray']}")
    return {**found, "bytes": total, "tables": tables}


def _astray(connection: object) -> int:
    found = connection.execute(  # type: ignore[attr-defined]
        "SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1] WHERE c.contype = 'f'"
    ).fetchall()
    astray = 0
    for table, column, other, key in found:
        query = f'SELECT count(*) FROM {table} t WHERE "{column}" IS NOT NULL AND NOT EXISTS'  # noqa: S608
        query += f' (SELECT FROM {other} o WHERE o."{key}" = t."{column}")'
        astray += connection.execute(query).fetchone()[0]  # type: ignore[attr-defined]
    return astray


if __name__ == "__main__":
    main()
