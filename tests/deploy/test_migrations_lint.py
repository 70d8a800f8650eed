"""Migrations that would hold people up are caught before they land."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from types import ModuleType

import pytest
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

SCRIPT = settings.BASE_DIR / "scripts" / "lint_migrations.py"
INDEX = models.Index(fields=["birth_date"], name="some_index")


@pytest.fixture(scope="module")
def lint() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lint_migrations", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rules(lint: ModuleType, operations: Sequence[Operation], *, atomic: bool = True) -> set[str]:
    """Of which the operations run foul, as a new migration of the register."""
    migration = migrations.Migration("some_migration", "people")
    migration.operations, migration.atomic = list(operations), atomic
    before = MigrationLoader(None).project_state()
    return {rule for rule, _ in lint.findings(migration, before)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("operation", "rule"),
    [
        (migrations.AddIndex("person", INDEX), "require-concurrent-index-creation"),
        (migrations.RemoveField("person", "birth_date"), "ban-drop-column"),
        (migrations.RenameField("person", "birth_date", "born_on"), "renaming-column"),
        (migrations.DeleteModel("merge"), "ban-drop-table"),
        (migrations.AddField("person", "nickname", models.CharField(max_length=9, default="")), "ban-drop-default"),
        (migrations.AlterField("person", "birth_date", models.TextField()), "changing-column-type"),
        (
            migrations.AddConstraint(
                "person",
                models.CheckConstraint(condition=models.Q(birth_date__gt="1900-01-01"), name="some_check"),
            ),
            "constraint-missing-not-valid",
        ),
        (
            migrations.AddField("person", "twin", models.ForeignKey("people.Person", models.CASCADE, null=True)),
            "adding-foreign-key-constraint",
        ),
    ],
)
def test_a_migration_that_locks_or_breaks_the_former_version_is_caught(
    lint: ModuleType, operation: Operation, rule: str
) -> None:
    assert rule in rules(lint, [operation])


@pytest.mark.django_db
def test_python_beside_a_change_of_the_schema_is_caught(lint: ModuleType) -> None:
    fill = migrations.RunPython(migrations.RunPython.noop)
    add = migrations.AddField("person", "nickname", models.TextField(null=True))
    assert rules(lint, [add, fill]) == {"python-beside-schema"}
    assert rules(lint, [fill]) == set()


@pytest.mark.django_db(transaction=True)
def test_what_locks_nobody_out_passes(lint: ModuleType) -> None:
    assert rules(lint, [migrations.AddField("person", "nickname", models.TextField(null=True))]) == set()
    assert rules(lint, [migrations.AddField("person", "nickname", models.TextField(db_default=""))]) == set()
    assert rules(lint, [AddIndexConcurrently("person", INDEX)], atomic=False) == set()
    new = migrations.CreateModel("Thing", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())])
    assert rules(lint, [new, migrations.AddIndex("thing", models.Index(fields=["name"], name="thing_name"))]) == set()


def test_exemptions_are_by_name_and_by_rule(lint: ModuleType) -> None:
    text = "# the baseline\npeople.0001_initial\npeople.0009_x ban-drop-column ban-drop-table # nothing reads it\n"
    assert lint.exemptions(text) == {
        "people.0001_initial": set(),
        "people.0009_x": {"ban-drop-column", "ban-drop-table"},
    }
