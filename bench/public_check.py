"""How long the public check takes among millions of certificates, how far trying codes leads. See README.md."""

from __future__ import annotations

import argparse
import http.client
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from operator import mul
from pathlib import Path
from urllib.parse import urlencode

import django
from django.core.management import call_command

from bench.service import HOST, kept_database, served

WARM_UP = 200
MOST_FREQUENT_SURNAME = 0.004
"""The share of the most frequent surname of France, MARTIN, taken high: what guessing one is worth at best."""
ADDRESSES = 10_000

SYMBOLS, BASE_32 = "23456789CDFHJKMNPQRTVWX", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
WEIGHTS = range(12, 1, -1)
TYPED, TYPED_STRIDE = 23**11, 618_033_988_749_894
"""How many typed codes there are, and a step, prime to it, that goes through all of them."""

Row = tuple[str, str, str]
"""QR code, typed code, surname."""


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.public_check")
    asked.add_argument("--certificates", type=int, default=12_000_000)
    asked.add_argument("--checks", type=int, default=2000, help="of each kind")
    asked.add_argument("--tries", type=int, default=500, help="of whoever enumerates")
    options = asked.parse_args()
    with kept_database(f"bench_certificates_{options.certificates}") as (url, is_new):
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEBUG": "0",
            "FORPREV_DEMO": "1",
            "FORPREV_TRUSTED_PROXY_COUNT": "1",
            "FORPREV_LOG_LEVEL": "ERROR",
        }
        django.setup()
        if is_new:
            fill(options.certificates)
        known = sample(options.checks)
        explain(known[0])
        call_command("collectstatic", interactive=False, verbosity=0)
        with served() as port:
            check_all(port, known)
            enumerate_codes(port, options.tries, known[0])
        odds(options.certificates)


def fill(count: int) -> None:
    """Write the certificates: through COPY, with triggers off and indexes made at the end."""
    call_command("migrate", verbosity=0)

    from django.db import connection

    from forprev.catalogue.models import Qualification

    start = time.perf_counter()
    draw = random.Random(1)  # noqa: S311 (the same certificates each time)
    names = surnames(draw)
    qualifications = list(Qualification.objects.values_list("pk", "code", "title"))
    columns = (
        "number, edition, verification_code, typed_code, person_id, qualification_id, template_version, scheme_name,"
        " title, course, holder_last_name, holder_first_name, holder_birth_date, holder_number, organisation_name,"
        " signatory_name, signatory_title, issued_on, expires_on, created_at"
    )
    first_day = date(2016, 1, 1)
    days = [(first_day + timedelta(n)).isoformat() for n in range(3900)]
    ends = [(first_day + timedelta(n + 730)).isoformat() for n in range(3900)]
    births = [(date(1960, 1, 1) + timedelta(n)).isoformat() for n in range(16_000)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'certification_certificate' AND indexname"
            " NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'certification_certificate'::regclass)"
        )
        plain = cursor.fetchall()
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'certification_certificate'::regclass AND contype = 'u'"
        )
        unique = cursor.fetchall()
        for name, _ in plain:
            cursor.execute(f'DROP INDEX "{name}"')
        for name, _ in unique:
            cursor.execute(f'ALTER TABLE certification_certificate DROP CONSTRAINT "{name}"')
        with cursor.copy(f"COPY certification_certificate ({columns}) FROM STDIN") as copy:
            lines: list[str] = []
            for n in range(count):
                pk, code, title = qualifications[n % len(qualifications)]
                day = n % 3900
                row = (
                    f"{code}/B/{n:08}", 1, *codes_of(draw, n), n + 1, pk, 1, "SST", title,
                    "initial", names[n % len(names)], "Dominique", births[n % 16_000], f"AAA{n % 100_000:05}",
                    "MAROSE FORMATION", "Camille VERDIER", "Chef du département", days[day], ends[day], "2026-01-01",
                )  # fmt: skip
                lines.append("\t".join(map(str, row)))
                if len(lines) == 10_000:
                    copy.write("\n".join(lines) + "\n")
                    lines.clear()
            if lines:
                copy.write("\n".join(lines) + "\n")
        print(f"{count:,} certificates copied in {time.perf_counter() - start:.0f} s", flush=True)
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for name, definition in unique:
            cursor.execute(f'ALTER TABLE certification_certificate ADD CONSTRAINT "{name}" {definition}')
        for _, definition in plain:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE certification_certificate")
    print(f"indexed and ready after {time.perf_counter() - start:.0f} s", flush=True)


def codes_of(draw: random.Random, rank: int) -> tuple[str, str]:
    """As `checking.codes` makes them, ten times faster: a QR code and, another for each rank, a typed one."""
    left, digits = rank * TYPED_STRIDE % TYPED, []
    for _ in WEIGHTS:
        left, digit = divmod(left, 23)
        digits.append(digit)
    typed = "".join([SYMBOLS[digit] for digit in digits])
    return "".join(draw.choices(BASE_32, k=26)), typed + SYMBOLS[-sum(map(mul, WEIGHTS, digits)) % 23]


def surnames(draw: random.Random) -> list[str]:
    syllables = ["BA", "CEL", "DI", "FON", "GUR", "JA", "LEV", "MI", "NO", "RU", "TAN", "VER"]
    return ["".join(draw.choices(syllables, k=3)) for _ in range(5000)]


def sample(count: int) -> list[Row]:
    """Certificates from all over the table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id), max(id) FROM certification_certificate")
        low, high = cursor.fetchone()
        draw = random.Random(time.time_ns())  # noqa: S311
        cursor.execute(
            "SELECT verification_code, typed_code, holder_last_name FROM certification_certificate WHERE id = ANY(%s)",
            [[draw.randint(low, high) for _ in range(2 * count)]],
        )
        return cursor.fetchall()


def explain(known: Row) -> None:
    from django.db import connection

    from forprev.certification.checking.codes import hash_of_qr, hash_of_typed
    from forprev.certification.models import Certificate

    qr, typed, _ = known
    print(Certificate.objects.select_related("end").filter(qr_hash=hash_of_qr(qr)).explain(analyze=True, buffers=True))
    print(Certificate.objects.filter(typed_hash=hash_of_typed(typed)).values("pk").explain(analyze=True, buffers=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, pg_size_pretty(pg_relation_size(oid)) FROM pg_class WHERE relname LIKE"
            " 'certification_certificate%' AND pg_relation_size(oid) > 1e6 ORDER BY pg_relation_size(oid) DESC"
        )
        print("sizes: " + ", ".join(f"{name} {size}" for name, size in cursor.fetchall()))


Ask = Callable[[http.client.HTTPConnection, Row, dict[str, str]], None]


def _page(connection: http.client.HTTPConnection, code: str, headers: dict[str, str]) -> None:
    connection.request("GET", f"/verification/{code}", headers=headers)


def _form(connection: http.client.HTTPConnection, code: str, surname: str, headers: dict[str, str]) -> None:
    form = urlencode({"code": code, "surname": surname})
    sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/verification", form, sent)


def check_all(port: int, known: list[Row]) -> None:
    """Each kind in turn, so that whatever else the machine does weighs on all alike; each from another address."""
    from forprev.certification.checking.codes import new_qr_code, new_typed_code

    kinds: dict[str, tuple[int, Ask]] = {
        "QR code": (200, lambda to, row, headers: _page(to, row[0], headers)),
        "unknown QR code": (404, lambda to, row, headers: _page(to, new_qr_code(), headers)),
        "typed code": (200, lambda to, row, headers: _form(to, row[1], row[2], headers)),
        "wrong surname": (404, lambda to, row, headers: _form(to, row[1], "ZORGLUB", headers)),
        "unknown typed code": (404, lambda to, row, headers: _form(to, new_typed_code(), row[2], headers)),
        "wrong check symbol": (422, lambda to, row, headers: _form(to, "2" * 11 + "3", row[2], headers)),
    }
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    worked: dict[str, list[float]] = {kind: [] for kind in kinds}
    threads = threads_of_the_server()
    connection = http.client.HTTPConnection(HOST, port)
    for turn, row in enumerate(known):
        for rank, (kind, (expected, ask)) in enumerate(kinds.items()):
            start, before = time.perf_counter(), processor_time(threads)
            ask(connection, row, {"X-Forwarded-For": f"10.{rank}.{turn // 250 % 250}.{turn % 250}"})
            answer = connection.getresponse()
            answer.read()
            if turn >= WARM_UP:
                times[kind].append(time.perf_counter() - start)
                worked[kind].append(processor_time(threads) - before)
            if answer.status != expected:
                sys.exit(f"{kind}: {answer.status} instead of {expected}")
    print(f"{'kind':22} {'checks':>7}   p50 ms   p95 ms   p99 ms; of which granian works: p50 and p95 ms")
    for kind, taken in times.items():
        print(f"{kind:22} {len(taken):7} " + " ".join(f"{one:8.1f}" for one in (*at(taken), *at(worked[kind])[:2])))


def at(times: list[float]) -> list[float]:
    """Median, 95th and 99th percentile, in milliseconds."""
    ordered = sorted(times)
    found = [statistics.median(ordered), *(ordered[int(len(ordered) * part)] for part in (0.95, 0.99))]
    return [1000 * one for one in found]


def threads_of_the_server() -> list[Path]:
    """Where Linux counts the processor time of granian and its worker, which are this process's descendants."""
    family = {os.getpid()}
    for _ in range(3):
        parents = dict(map(_and_its_parent, Path("/proc").glob("[0-9]*/stat")))
        family |= {pid for pid, parent in parents.items() if parent in family}
    return [thread for pid in family - {os.getpid()} for thread in Path(f"/proc/{pid}/task").glob("*/schedstat")]


def _and_its_parent(stat: Path) -> tuple[int, int]:
    try:
        return int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0


def processor_time(threads: list[Path]) -> float:
    """Seconds."""
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def enumerate_codes(port: int, tries: int, known: Row) -> None:
    """One address tries well-formed codes as fast as it can, and a genuine one at the end, as another does too."""
    from forprev.certification.checking.codes import new_typed_code

    connection = http.client.HTTPConnection(HOST, port)
    answers: Counter[int] = Counter()
    here = {"X-Forwarded-For": f"192.0.2.{random.randrange(256)}"}  # noqa: S311
    start = time.perf_counter()
    for _ in range(tries):
        _form(connection, new_typed_code(), "MARTIN", here)
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] += 1
    taken = time.perf_counter() - start
    told = {}
    for place, headers in (("there", here), ("elsewhere", {"X-Forwarded-For": "198.51.100.1"})):
        _form(connection, known[1], known[2], headers)
        answer = connection.getresponse()
        answer.read()
        told[place] = answer.status
    print(
        f"enumeration: {tries} tries in {taken:.1f} s, {answers[404]} answered, {answers[429]} turned away; then a"
        f" genuine code gets {told['there']} from there and {told['elsewhere']} from elsewhere"
    )


def odds(certificates: int) -> None:
    """What the limits leave: the chance that a guess of both code and surname is right, a day."""
    from forprev.certification.checking.codes import QR_LENGTH, QR_SYMBOLS, TYPED_LENGTH, TYPED_SYMBOLS
    from forprev.certification.checking.limits import LIMITS

    possible = len(TYPED_SYMBOLS) ** (TYPED_LENGTH - 1)
    a_day = 24 * LIMITS[-1].failures
    one = certificates / possible * MOST_FREQUENT_SURNAME
    all_day = one * a_day * ADDRESSES
    print(
        f"odds with {certificates:,} certificates: a code exists 1 in {possible / certificates:,.0f}; with the surname"
        f" 1 in {1 / one:,.0f}; {a_day} tries a day and address: {one * a_day:.1e} a day, {ADDRESSES:,} addresses:"
        f" {all_day:.1e} a day, one in {1 / all_day / 365.25:,.0f} years; a QR code: "
        f"{certificates / len(QR_SYMBOLS) ** QR_LENGTH * a_day * ADDRESSES:.1e} a day"
    )


if __name__ == "__main__":
    main()
