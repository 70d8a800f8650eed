"""The settings of production: what is required, and what they make of cookies and headers (security.md, 21, 37, 58)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from forprev.certification.sealing import authority

PRODUCTION = {
    "FORPREV_SECRET_KEY": "k9!" + "abcdefghij" * 6,
    "FORPREV_ENCRYPTION_KEYS": "e" * 40,
    "FORPREV_ALLOWED_HOSTS": "forprev.test",
    "FORPREV_PUBLIC_URL": "https://forprev.test",
}
ONE_PAGE = """
import json, django
django.setup()
from django.conf import settings
from django.test import Client
answer = Client(headers={"host": "forprev.test"}).get("/connexion", secure=True)
session = [getattr(settings, f"SESSION_COOKIE_{name}") for name in "NAME SECURE HTTPONLY SAMESITE DOMAIN PATH".split()]
told = {"status": answer.status_code, "headers": dict(answer.headers), "cookies": answer.cookies.output()}
print(json.dumps({**told, "session": session}))
"""


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """A process of its own with the environment of production; an empty value takes the variable away."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FORPREV_", "DJANGO_"))}
    asked = {name: value for name, value in {**PRODUCTION, **changes}.items() if value}
    environment = {**ours, **asked, "DJANGO_SETTINGS_MODULE": "forprev.config.settings"}
    return subprocess.run(
        [sys.executable, *command], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )


def test_item58_the_deployment_check_has_nothing_to_say(tmp_path: Path) -> None:
    authority.make_key(tmp_path / "seal", "first")
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", FORPREV_SEAL_KEYS=str(tmp_path / "seal"))
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"FORPREV_SECRET_KEY": ""}, "FORPREV_SECRET_KEY is required"),
        ({"FORPREV_ENCRYPTION_KEYS": ""}, "FORPREV_ENCRYPTION_KEYS is required"),
        ({"FORPREV_ENCRYPTION_KEYS": "courte"}, "at least 32 characters"),
        ({"FORPREV_OPENID_ISSUER": "http://ailleurs.test"}, "FORPREV_OPENID_ISSUER starts with https://"),
        ({"FORPREV_SEAL_KEYS": "/nowhere"}, "No certificate of the seal in /nowhere: run `manage.py seal_key`"),
        ({"FORPREV_METRICS_TOKEN": "court"}, "FORPREV_METRICS_TOKEN has at least 32 characters"),
        ({"FORPREV_SEAL_TSA_URL": "https://horodatage.test"}, "FORPREV_SEAL_TSA_CERTIFICATES is required"),
    ],
)
def test_what_is_missing_is_said_at_the_start(changes: dict[str, str], said: str) -> None:
    done = run("manage.py", "check", **changes)
    assert done.returncode != 0
    assert said in done.stderr


def test_item21_and_37_cookies_and_headers_of_production(tmp_path: Path) -> None:
    static = {"FORPREV_STATIC_ROOT": str(tmp_path)}
    assert run("manage.py", "collectstatic", "--no-input", **static).returncode == 0
    done = run("-c", ONE_PAGE, **static)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["status"] == 200
    cookies = answer["cookies"].splitlines()
    assert len(cookies) == 1
    assert cookies[0].startswith("Set-Cookie: __Host-csrftoken=")
    for attribute in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"):
        assert attribute in cookies[0]
    assert "Domain" not in cookies[0]
    assert answer["session"] == ["__Host-sessionid", True, True, "Lax", None, "/"]
    assert answer["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_item60_what_the_address_of_the_database_asks_for_is_kept() -> None:
    """TLS that is verified, and several hosts of which the one that takes writings is used."""
    hosts = "host=a.test,b.test&port=5432,5433&target_session_attrs=read-write&sslmode=verify-full"
    program = "import json; from forprev.config.settings import DATABASES; print(json.dumps(DATABASES['default']))"
    done = run("-c", program, DATABASE_URL=f"postgres://me:secret@/forprev?{hosts}", FORPREV_STATEMENT_SECONDS="0")
    assert done.returncode == 0, done.stderr
    database = json.loads(done.stdout.splitlines()[-1])
    options = database["OPTIONS"]
    assert (database["HOST"], options["host"], options["port"]) == ("", "a.test,b.test", "5432,5433")
    assert (options["sslmode"], options["target_session_attrs"]) == ("verify-full", "read-write")
    assert "-c statement_timeout=0 -c lock_timeout=5000 " in options["options"]
