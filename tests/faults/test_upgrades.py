"""A dump of the former release, restored and brought to this one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from forprev.config import embedded_database
from forprev.config.backups import Database, differences, facts
from tests.faults.cluster import ROOT
from tests.faults.conftest import Happened

pytestmark = pytest.mark.heavy

ROWS = 5_000
FORMER = """
import sys, uuid
import django
django.setup()
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

executor = MigrationExecutor(connection)
graph = executor.loader.graph
former = []
for leaf in graph.leaf_nodes():
    ours = apps.get_app_config(leaf[0]).name.startswith("forprev.")
    former += [each.key for each in graph.node_map[leaf].parents if each.key[0] == leaf[0]] if ours else [leaf]
executor.migrate(former)
models = executor.loader.project_state(former).apps
Person, Contact = models.get_model("people.Person"), models.get_model("support.ContactRequest")
names = {"last_name": "DUPONT", "first_name": "Anne", "search_last_name": "DUPONT", "search_first_name": "ANNE"}
rows = range(int(sys.argv[1]))
people = [Person(number=f"ABC{n:05}", birth_date="1980-02-29", **names) for n in rows]
Person.objects.bulk_create(people)
told = {"name": "DUPONT Anne", "email": "anne@demo.test", "subject": "connexion", "state": "new"}
Contact.objects.bulk_create(Contact(key=uuid.uuid4(), person=each, **told) for each in people)
"""
"""Every application of ours as it was before its last migration, with people and what they asked."""


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Of two empty databases."""
    url = embedded_database.url(tmp_path / "var")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    yield url, urlsplit(url)._replace(path="/restored").geturl()
    embedded_database.remove(tmp_path / "var")


def python(url: str, *arguments: str) -> str:
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "forprev.config.settings",
        "FORPREV_DEBUG": "1",
        "FORPREV_STATEMENT_SECONDS": "0",
        "FORPREV_LOCK_SECONDS": "2",
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.fault("F2.10", "A dump of the former release is restored", "it becomes this release, with all of its rows")
def test_a_dump_of_the_former_release(addresses: tuple[str, str], tmp_path: Path, happened: Happened) -> None:
    former, restored = addresses
    python(former, "-c", FORMER, str(ROWS))
    dump = str(tmp_path / "former.dump")
    Database.at(former).run("pg_dump", "--format=custom", f"--file={dump}")
    Database.at(restored).run("pg_restore", "--no-owner", "--exit-on-error", dump)
    with Database.at(former).connect() as before, Database.at(restored).connect() as after:
        assert differences(facts(before), facts(after)) == []

    begun = time.monotonic()
    python(restored, "manage.py", "migrate", "--no-input", "--verbosity=0")
    seconds = time.monotonic() - begun
    python(restored, "manage.py", "migrate", "--check")
    triggers = python(restored, "manage.py", "pgtrigger", "ls").splitlines()
    with psycopg.connect(restored) as connection:
        kept = connection.execute("SELECT count(*) FROM support_contactrequest WHERE writer_id = person_id").fetchone()
        people = connection.execute("SELECT count(*) FROM people_person").fetchone()
        done = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    with psycopg.connect(former) as connection:
        had = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert had
    assert done
    assert kept == people == (ROWS,)
    happened(f"{2 * ROWS} rows, {done[0] - had[0]} migrations in {seconds:.1f} s; {len(triggers)} triggers in order")
