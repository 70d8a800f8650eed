"""A web process that is asked to stop at the worst moment: while its children still load the application."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cluster import HOST, Process, free_port, until
from tests.faults.conftest import Happened


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Process]:
    """granian as the units start it, but that it waits for its children as long as they take."""
    options = ["--interface=wsgi", f"--host={HOST}", f"--port={free_port()}", "--workers=2", "--blocking-threads=1"]
    command = [sys.executable, "-m", "granian", *options, "forprev.config.wsgi:application"]
    loading = {"DJANGO_SETTINGS_MODULE": "tests.faults.slow.loading", "LOADING": str(tmp_path / "loading")}
    (tmp_path / "loading").mkdir()
    made = Process(command, os.environ | loading, tmp_path / "web.log")
    yield made
    made.kill()


@pytest.mark.fault(46, "A web process is asked to stop while its children still load", "it stops, with code 0")
def test_a_web_process_stops_before_it_has_loaded(web: Process, tmp_path: Path, happened: Happened) -> None:
    web.start()
    until(lambda: len(list((tmp_path / "loading").iterdir())) == 2)
    code = web.stop()
    happened(f"code {code}, both children ended with it")
    assert code == 0
