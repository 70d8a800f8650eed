"""What runs the application elsewhere, held against the tools that would read it there."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.conf import settings

DEPLOY = settings.BASE_DIR / "deploy"
PROGRAMS = Path(sys.executable).parent
SYSTEM = {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MOST_EXPOSED = 20
"""Of 100, as systemd reckons; 14 when written."""


def said(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """What a program says; it must succeed."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **SYSTEM, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


# systemd


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units with a program that is here, and one instance of each template."""
    folder = tmp_path_factory.mktemp("units")
    for path in (DEPLOY / "systemd").glob("forprev*"):
        if path.suffix in (".service", ".timer", ".target"):
            text = path.read_text().replace("/opt/forprev/current/.venv/bin/python", "/bin/true")
            (folder / path.name.replace("@.", "@8001.")).write_text(text)
    return folder


def test_systemd_finds_no_fault(units: Path) -> None:
    names = sorted(path.name for path in units.iterdir())
    assert len(names) == 8
    assert said("systemd-analyze", "verify", "--man=no", *(f"./{name}" for name in names), cwd=units) == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_services_are_shut_in(units: Path, unit: Path) -> None:
    name = unit.name.replace("@.", "@8001.")
    said("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSED}", f"./{name}", cwd=units)


def test_time_to_stop_is_longer_than_what_they_finish() -> None:
    for name, option in (("web", "--workers-kill-timeout"), ("worker", "--shutdown-graceful-timeout")):
        text = (DEPLOY / "systemd" / f"forprev-{name}@.service").read_text()
        (finishing,) = re.findall(rf"{option}=(\d+)", text)
        (stopping,) = re.findall(r"TimeoutStopSec=(\d+)", text)
        assert int(stopping) > int(finishing)


def test_the_example_names_settings_that_exist() -> None:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string("[all]\n" + (DEPLOY / "systemd" / "forprev.env.example").read_text())
    operations = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert [name for name in parser["all"] if f"`{name}`" not in operations] == []


# HAProxy


@pytest.mark.parametrize("where", ["127.0.0.1:8080", ":8443 ssl crt {pem} alpn h2,http/1.1"])
def test_haproxy_takes_its_configuration(where: str, tmp_path: Path) -> None:
    pem = tmp_path / "tls.pem"
    said("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=forprev.test", "-keyout", tmp_path / "key", "-out", tmp_path / "chain")  # fmt: skip
    pem.write_text((tmp_path / "chain").read_text() + (tmp_path / "key").read_text())
    told = said(
        "haproxy", "-c", "-V", "-f", DEPLOY / "haproxy" / "haproxy.cfg", "-f", DEPLOY / "haproxy" / "debian.cfg",
        FORPREV_BIND=where.format(pem=pem), FORPREV_WEB_1="127.0.0.1:8001", FORPREV_WEB_2="127.0.0.1:8002",
        FORPREV_ERROR_PAGE=str(DEPLOY / "haproxy" / "503.http"),
    )  # fmt: skip
    assert "Configuration file is valid" in told
    assert "WARNING" not in told


# The image and compose


def test_the_image_is_well_written() -> None:
    assert said(PROGRAMS / "hadolint", DEPLOY / "Containerfile") == ""


def final_stage() -> str:
    return (DEPLOY / "Containerfile").read_text().rpartition("\nFROM ")[2]


def test_the_image_runs_as_nobody_and_compiles_nothing() -> None:
    text, last = (DEPLOY / "Containerfile").read_text(), final_stage()
    assert "--require-hashes --only-binary :all:" in text
    assert "apt-get" not in text
    assert "npm" not in last
    assert "pip" not in last
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE)
    assert last.index("USER ") > last.index("RUN ")
    assert "HEALTHCHECK" in last


def test_static_files_of_the_image_bear_their_hash(tmp_path: Path) -> None:
    """By the very command of the image, with its settings and no database."""
    (command,) = re.findall(r"^RUN (FORPREV_SECRET_KEY=.*?manage.py collectstatic.*?)$", final_stage(), re.M | re.S)
    ours = {key: value for key, value in os.environ.items() if not key.startswith(("FORPREV_", "DJANGO_"))}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=settings.BASE_DIR,
        env={**ours, "PATH": f"{PROGRAMS}:{ours['PATH']}", "FORPREV_STATIC_ROOT": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()
    assert list(tmp_path.rglob("bootstrap.min.????????????.css"))


def test_compose_is_what_the_specification_says() -> None:
    path = DEPLOY / "compose.yaml"
    said(PROGRAMS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)
    services = yaml.safe_load(path.read_text())["services"]
    ours = {"migrate", "web1", "web2", "worker1", "worker2", "backup"}
    assert set(services) == {*ours, "proxy", "db"}
    for name in ours:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
    assert "ports" not in {key for name in (*ours, "db") for key in services[name]}
    assert services["db"]["networks"] == ["inside"]


def test_commands_are_the_same_everywhere() -> None:
    """Of the web processes and workers: under systemd, in the image, in compose, in the chart."""
    places = [
        (DEPLOY / "systemd" / "forprev-web@.service").read_text(),
        final_stage(),
        (settings.BASE_DIR / "docs" / "operations.md").read_text(),
    ]
    for each in places:
        plain = re.sub(r"[\",\\\s]+", " ", each)
        for option in ("--interface=wsgi", "--workers=2", "--blocking-threads=1", "forprev.config.wsgi:application"):
            assert option in plain
