"""What the log may say of addresses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from forprev.config.logs import without_secrets

SECRET = re.compile(r"<str:\w+>")


def routes(patterns: Sequence[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for each in patterns:
        route = f"{before}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        else:
            yield route


@pytest.mark.parametrize("route", [route for route in routes(get_resolver().url_patterns) if SECRET.search(route)])
def test_no_code_or_token_of_an_address_is_logged(route: str) -> None:
    path = "/" + SECRET.sub("S3CRET", route)
    told = {"request": f"GET {path}", "path": f"{path}?a=b", "event": f"Not Found: {path}"}
    assert "S3CRET" not in str(without_secrets(None, "info", told))
    assert "a=b" not in str(without_secrets(None, "info", told))


def test_the_rest_is_kept() -> None:
    told = {"event": "request_finished", "request": "GET /verification", "code": 404, "path": "/badges/statuts/3"}
    assert without_secrets(None, "info", dict(told)) == told | {"path": "/badges/***/3"}


PROGRAM = """
import logging.config, structlog
from forprev.config.logs import configure
logging.config.dictConfig(configure(readable=False, level="INFO"))
logging.getLogger("django.request").warning("%s: %s", "Not Found", "/verification/S3CRET")
structlog.get_logger("x").info("request_finished", request="GET /reinitialisation-mot-de-passe/S3CRET")
"""


def test_neither_by_django_nor_by_us() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    first, second = map(json.loads, run.stderr.splitlines())
    assert first["event"] == "Not Found: /verification/***"
    assert second["request"] == "GET /reinitialisation-mot-de-passe/***"


ERRORS = """
import logging.config, structlog
from forprev.config.logs import configure
logging.config.dictConfig(configure(readable=False, level="INFO"))
duplicate = 'duplicate key\\nDETAIL:  Key (email)=(anne.leveque@exemple.test) exists.\\nCONTEXT:  COPY x: "LEVEQUE"'
try:
    raise ValueError(duplicate)
except ValueError:
    logging.getLogger("django.request").exception("Internal Server Error: %s", "/sessions/3")
    structlog.get_logger("x").exception("failed", problem=repr({"anne.leveque@exemple.test": (550, b"no")}))
logging.getLogger("procrastinate.worker").error(
    "Job forprev.accounts.jobs.send_password_link[3](identifier='LEVEQUE (Anne)') ended with status: Error, lasted 1 s"
)
"""


def test_nobody_is_named_by_what_goes_wrong() -> None:
    run = subprocess.run([sys.executable, "-c", ERRORS], capture_output=True, text=True, check=True)
    assert "leveque" not in run.stderr.lower()
    first, second, third = map(json.loads, run.stderr.splitlines())
    assert first["exception"].endswith("ValueError: duplicate key\nDETAIL: ***\nCONTEXT: ***")
    assert second["problem"] == "{'***@***': (550, b'no')}"
    job = "forprev.accounts.jobs.send_password_link[3](***)"
    assert third["event"] == f"Job {job} ended with status: Error, lasted 1 s"
