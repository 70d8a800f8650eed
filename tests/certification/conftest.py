from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A Monday in March 2026, unless a test moves on."""
    with time_machine.travel(datetime(2026, 3, 16, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller
