from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from forprev.certification.proofs import keys


@pytest.fixture
def key_folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """A folder of keys of the test's own, empty."""
    folder = tmp_path / "keys"
    folder.mkdir(mode=0o700)
    settings.PROOF_KEYS = folder
    keys.forget()
    yield folder
    keys.forget()
