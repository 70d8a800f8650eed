"""How long does a large spreadsheet of trainees take, and does the web process stay as it was? See README.md."""

from __future__ import annotations

import argparse
import os
import re
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener
from uuid import uuid4

import django

from bench.matching.__main__ import fill
from bench.matching.population import Population
from bench.service import HOST, own_database, served

EMAIL, PASSWORD = "gestionnaire@demo.test", "quatre mots choisis au hasard"


def prepare(people: int, rounds: int) -> list[str]:
    """Fill the database; gives the paths of as many empty drafts of somebody who can sign in."""
    django.setup()
    fill(people)

    from django.core.management import call_command
    from django.db import connection

    from forprev.accounts.models import Account
    from forprev.accounts.services.passwords import set_password
    from tests.factories.accounts import AccountFactory
    from tests.factories.certification import draft_session, entity_of

    call_command("collectstatic", interactive=False, verbosity=0)
    session = draft_session(trainees=0)
    drafts = [session, *(draft_session(entity_of(session), trainees=0) for _ in range(rounds - 1))]
    AccountFactory(person=session.created_by, email=EMAIL)
    set_password(Account.objects.get(email=EMAIL), PASSWORD)
    connection.close()
    return [f"/sessions/{draft.pk}/stagiaires" for draft in drafts]


class Browser:
    """Keeps cookies and what forms hide; each answer with the seconds until all of it was there."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://{HOST}:{port}"
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = ""

    def open(self, path: str, body: bytes | None = None, kind: str = "") -> tuple[str, float]:
        """Follow redirects, as a browser does; gives the path where they end."""
        asked = Request(self.origin + path, body, {"Content-Type": kind} if kind else {})  # noqa: S310
        start = time.perf_counter()
        with self.opener.open(asked, timeout=120) as answer:
            self.page = answer.read().decode()
            return answer.url.removeprefix(self.origin), time.perf_counter() - start

    def hidden(self) -> dict[str, str]:
        names = ("csrfmiddlewaretoken", "acting")
        found = {name: re.search(rf'name="{name}" value="([^"]+)"', self.page) for name in names}
        return {name: match[1] for name, match in found.items() if match}

    def post(self, path: str, **fields: str) -> tuple[str, float]:
        body = urlencode({**self.hidden(), **fields}).encode()
        return self.open(path, body, "application/x-www-form-urlencoded")

    def send(self, path: str, name: str, content: bytes) -> tuple[str, float]:
        mark = uuid4().hex
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}' for n, v in self.hidden().items()]
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
        body = "\r\n".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.open(path, body, f"multipart/form-data; boundary={mark}")


def resident() -> float:
    """Mebibytes in memory of the processes started here, their own children included: granian and its worker."""
    ours, total = {os.getpid()}, 0
    for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda path: int(path.parent.name)):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) in ours:
            ours.add(int(stat.parent.name))
            total += int(fields[21])
    return total * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def measure(browser: Browser, paths: list[str], trainees: int) -> None:
    from tests.spreadsheets import HEADER, xlsx_of_many

    browser.open("/connexion")
    browser.post("/connexion", identifier=EMAIL, password=PASSWORD)
    for each, path in enumerate(paths):
        browser.open(path)
        people = Population(seed=0, draw=each + 1).people(trainees)
        content = xlsx_of_many([HEADER, *people])
        browser.open(f"{path}/importer")
        before = resident()
        preview, seen = browser.send(f"{path}/importer", "liste.xlsx", content)
        between = resident()
        counted = re.findall(r">([^<>]+ \(\d+\))</a>", browser.page)
        end, written = browser.post(preview, confirm="1", leave_doubtful="1")
        if "/imports/" in end or "/imports/" not in preview:
            raise SystemExit(f"{preview} then {end}: nothing is measured.")
        print(
            f"{', '.join(counted)}: previewed in {seen:.2f} s, confirmed in {written:.2f} s; "
            f"memory {before:.0f} MiB before, {between:.0f} after the preview, {resident():.0f} at the end"
        )


def main() -> None:
    asked = argparse.ArgumentParser(prog="bench.bulk_trainees")
    asked.add_argument("--people", type=int, default=200_000, help="in the register")
    asked.add_argument("--trainees", type=int, default=10_000, help="in the spreadsheet")
    asked.add_argument(
        "--rounds",
        type=int,
        default=4,
        help="of another file for another draft; more than 5 meet the limit of look-ups",
    )
    options = asked.parse_args()
    with own_database() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
            "FORPREV_DEMO": "1",
            "FORPREV_LOG_LEVEL": "CRITICAL",
        }
        paths = prepare(options.people, options.rounds)
        with served() as port:
            measure(Browser(port), paths, options.trainees)


if __name__ == "__main__":
    main()
