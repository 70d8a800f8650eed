"""Does the time of an answer tell which accounts exist? See README.md."""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from http.client import HTTPConnection
from ipaddress import IPv4Address
from math import erf, sqrt
from urllib.parse import urlencode

import django
from django.core.management import call_command

from bench.service import HOST, own_database, served

WARM_UP = 10
RESAMPLES = 5000
SIGN_IN, FORGOTTEN = "/connexion", "/mot-de-passe-oublie"
COMPARED = [
    (SIGN_IN, "known e-mail", "unknown e-mail"),
    (SIGN_IN, "known number", "unknown number"),
    (SIGN_IN, "never had a password", "unknown e-mail"),
    (SIGN_IN, "closed", "unknown e-mail"),
    (FORGOTTEN, "known e-mail", "unknown e-mail"),
    (FORGOTTEN, "known number", "unknown number"),
    (FORGOTTEN, "closed", "unknown e-mail"),
]

chance = random.Random(6)  # noqa: S311
Identifiers = dict[str, list[str]]
Times = dict[tuple[str, str], list[float]]


def prepare(tries: int) -> Identifiers:
    """Fill the database; for each kind as many identifiers as tries."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)

    from django.contrib.auth.hashers import make_password
    from django.db import connection

    from forprev.accounts.models import Account
    from forprev.accounts.services.opening import create_account
    from forprev.people.services import create_person

    password = make_password("le bon mot de passe")
    made: Identifiers = defaultdict(list)
    for n in range(tries):
        for kind, fields in (
            ("known", {"password": password}),
            ("never had a password", {}),
            ("closed", {"password": password, "is_active": False}),
        ):
            person = create_person(last_name=f"{kind} {n}", first_name="Camille", birth_date=date(1980, 5, 17))
            account = create_account(person, f"{kind.replace(' ', '.')}{n}@exemple.test")
            Account.objects.filter(pk=account.pk).update(**fields)
            if kind == "known":
                made["known e-mail"].append(account.email)
                made["known number"].append(person.number)
            else:
                made[kind].append(account.email)
        made["unknown e-mail"].append(f"inexistant{n}@exemple.test")
        made["unknown number"].append(f"ZZZ{n:05}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    return made


def visitor(port: int) -> Callable[[str, str], float]:
    """Sends a form about an identifier; seconds until the whole answer is there, over a connection that stays open."""
    connection = HTTPConnection(HOST, port, timeout=30)
    addresses = iter(range(int(IPv4Address("10.0.0.1")), int(IPv4Address("10.255.255.255"))))
    connection.request("GET", SIGN_IN)
    answer = connection.getresponse()
    cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    assert found  # noqa: S101
    token = found[1]

    def ask(path: str, identifier: str) -> float:
        form = {"csrfmiddlewaretoken": token, "identifier": identifier, "password": "le mauvais mot de passe"}
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": cookie,
            "X-Forwarded-For": str(IPv4Address(next(addresses))),
        }
        body = urlencode(form)
        start = time.perf_counter()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        taken = time.perf_counter() - start
        if answer.status != {SIGN_IN: 200, FORGOTTEN: 302}[path]:
            raise SystemExit(f"{path} answered {answer.status} about {identifier}: nothing is measured.")
        return taken

    return ask


def measure(ask: Callable[[str, str], float], identifiers: Identifiers, tries: int) -> Times:
    kinds = sorted({(path, kind) for path, *both in COMPARED for kind in both})
    for path, kind in kinds * WARM_UP:
        ask(path, identifiers[kind][0])
    times: Times = defaultdict(list)
    for n in range(tries):
        for path, kind in chance.sample(kinds, len(kinds)):
            times[path, kind].append(ask(path, identifiers[kind][n]))
    return times


def interval(first: list[float], second: list[float]) -> tuple[float, float]:
    """Bootstrap: where 95 % of the differences of the medians of resamples lie."""

    def median(sample: list[float]) -> float:
        return statistics.median(chance.choices(sample, k=len(sample)))

    cuts = statistics.quantiles([median(first) - median(second) for _ in range(RESAMPLES)], n=40)
    return cuts[0], cuts[-1]


def mann_whitney(first: list[float], second: list[float]) -> float:
    """Two-sided p-value, by the normal approximation: samples are large and hardly tie."""
    ranks = {value: rank for rank, value in enumerate(sorted([*first, *second]), 1)}
    n, m = len(first), len(second)
    u = sum(ranks[value] for value in first) - n * (n + 1) / 2
    z = (u - n * m / 2) / sqrt(n * m * (n + m + 1) / 12)
    return 1 - erf(abs(z) / sqrt(2))


def report(times: Times) -> None:
    for path, first, second in COMPARED:
        both = times[path, first], times[path, second]
        (low, high), p = interval(*both), mann_whitney(*both)
        print(f"{path}")
        for kind, taken in zip((first, second), both, strict=True):
            middle, late = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
            print(f"  {kind:22} median {middle * 1e3:8.3f} ms   p95 {late * 1e3:8.3f} ms   {len(taken)} tries")
        difference = statistics.median(both[0]) - statistics.median(both[1])
        told = "TELLS" if (low > 0 or high < 0) and p < 0.01 else "does not tell"
        print(f"  {difference * 1e3:+.3f} ms [{low * 1e3:+.3f}, {high * 1e3:+.3f}], p = {p:.3f}: {told}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=200)
    tries = parser.parse_args().tries
    with own_database() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEMO": "1",
            "FORPREV_LOG_LEVEL": "CRITICAL",
            "FORPREV_TRUSTED_PROXY_COUNT": "1",
        }
        identifiers = prepare(tries)
        with served() as port:
            report(measure(visitor(port), identifiers, tries))


if __name__ == "__main__":
    main()
