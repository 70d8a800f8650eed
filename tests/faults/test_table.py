"""What the table says of other tests is so."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.faults.conftest import elsewhere


@pytest.mark.parametrize("row", elsewhere(), ids=lambda row: row[0])
def test_the_test_is_there(row: list[str]) -> None:
    path, *names = row[3].split("::")
    text = (settings.BASE_DIR / path).read_text()
    assert names
    for name in names:
        assert re.search(rf"^ *(def|class) {name}\b", text, re.MULTILINE), name
