from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from forprev.certification.sealing import authority, keys, stamping


@pytest.fixture(autouse=True)
def clock() -> None:
    """The real one: programs that are not ours judge what is made here."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """The test's own keys, of which there is one."""
    settings.SEAL_KEYS = tmp_path / "keys"
    authority.make_key(settings.SEAL_KEYS, "first")
    forget()
    yield settings.SEAL_KEYS
    forget()


def forget() -> None:
    keys.forget()
    stamping.forget()
