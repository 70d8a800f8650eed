from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from forprev.certification.proofs import keys


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """A Monday in March 2026, unless a test moves on."""
    with time_machine.travel(datetime(2026, 3, 16, 9, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def key_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder for keys of proofs of the test's own, empty."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    settings.PROOF_KEYS = folder
    keys.forget()
    yield folder
    keys.forget()
