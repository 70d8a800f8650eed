"""The table is whole: each row is asserted here, or by a test elsewhere, or does not concern the service."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.faults.conftest import elsewhere, of_no_concern

ROWS = [*map(str, range(1, 41)), *(f"F2.{n}" for n in range(1, 11))]
"""Of the table of faults, then of what is to be tried of the scale-out."""


def asserted() -> Iterator[str]:
    """The rows that the marks of this folder name."""
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
                yield str(ast.literal_eval(node.args[0]))


def test_each_row_is_in_one_place() -> None:
    places = [set(asserted()), {row for row, *_ in elsewhere()}, {row for row, *_ in of_no_concern()}]
    found = {row: sum(row in place for place in places) for row in ROWS}
    assert {row: count for row, count in found.items() if count != 1} == {}


@pytest.mark.parametrize("row", elsewhere(), ids=lambda row: row[0])
def test_the_test_is_there(row: list[str]) -> None:
    path, *names = row[3].split("::")
    node: ast.AST = ast.parse((settings.BASE_DIR / path).read_text())
    assert names[-1].startswith("test_")
    for name in names:
        inside = {
            each.name: each for each in ast.iter_child_nodes(node) if isinstance(each, ast.FunctionDef | ast.ClassDef)
        }
        assert name in inside, name
        node = inside[name]


@pytest.mark.parametrize("row", of_no_concern(), ids=lambda row: row[0])
def test_the_reason_is_said(row: list[str]) -> None:
    assert len(row) == 3
    assert all(row)
