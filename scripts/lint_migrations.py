#!/usr/bin/env python3
"""Do the migrations let people work while they run, and the former version after them? Squawk reads their SQL.

`migrations_exempt.txt` beside this file names some that may: whole (`people.0001_initial`, the baseline, or
a table that is known to be small), or for one rule (`people.0009_x ban-drop-column`: nothing reads it since version 2).

    FORPREV_DEBUG=1 python scripts/lint_migrations.py
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
EXEMPT = Path(__file__).with_name("migrations_exempt.txt")
POSTGRESQL = "15"
OF_STYLE = (
    "prefer-text-field",  # Django's own types
    "prefer-bigint-over-int",
    "prefer-bigint-over-smallint",
    "prefer-identity",
    "prefer-robust-stmts",
    "require-lock-timeout",  # each connection has both (settings.py)
    "require-statement-timeout",
)

Exemptions = dict[str, set[str]]


def exemptions(text: str) -> Exemptions:
    """The rules from which each migration is exempt; none named: all."""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return {words[0]: set(words[1:]) for words in lines if words}


def sql_of(migration: Any, before: Any) -> str:
    """What it would execute on a database in the state `before`."""
    from django.db import connection

    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(before, editor, collect_sql=True)
    statements = "\n".join(editor.collected_sql)
    return f"BEGIN;\n{statements}\nCOMMIT;\n" if migration.atomic else statements


def findings(migration: Any, before: Any) -> Iterator[tuple[str, str]]:
    """Rule and explanation of everything that would hold people up, or that the former version would stumble over."""
    from django.db.migrations.operations import RunPython

    kinds = [isinstance(operation, RunPython) for operation in migration.operations]
    if migration.atomic and any(kinds) and not all(kinds):
        yield "python-beside-schema", "Locks of the schema's changes are held while Python works: use two migrations."
    command = [Path(sys.executable).with_name("squawk"), "--reporter=json", f"--pg-version={POSTGRESQL}"]
    command += [f"--exclude={rule}" for rule in OF_STYLE]
    done = subprocess.run(command, input=sql_of(migration, before), capture_output=True, text=True, check=False)  # noqa: S603
    if not done.stdout:
        raise RuntimeError(f"Squawk said nothing: {done.stderr}")
    for each in json.loads(done.stdout):
        yield each["rule_name"], f"{each['message']} {each['help'] or ''}".strip()


def main() -> int:
    import django

    django.setup()
    from django.db.migrations.loader import MigrationLoader

    loader, exempt, told = MigrationLoader(None), exemptions(EXEMPT.read_text()), 0
    ours = {
        f"{app}.{name}": (app, name)
        for (app, name), migration in loader.disk_migrations.items()
        if type(migration).__module__.startswith("forprev.")
    }
    for unknown in sorted(set(exempt) - set(ours)):
        print(f"{EXEMPT.name}: there is no migration {unknown}")
        told += 1
    for label, key in sorted(ours.items()):
        if label in exempt and not exempt[label]:
            continue
        before = loader.project_state(key, at_end=False)
        for rule, explanation in sorted(set(findings(loader.disk_migrations[key], before))):
            if rule not in exempt.get(label, ()):
                print(f"{label}: {rule}: {explanation}")
                told += 1
    print(f"{len(ours)} migrations, {len(exempt)} exempt, {told} remarks")
    return 1 if told else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forprev.config.settings")
    sys.exit(main())
