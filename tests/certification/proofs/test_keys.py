"""The keys of proofs: which one signs, which are published, what is refused."""

from __future__ import annotations

import base64
import json
from datetime import date
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import call_command
from django.test import Client
from joserfc.jwk import OKPKey
from pytest_django import Settings

from forprev.certification.proofs import keys
from forprev.certification.proofs.keys import ProofKeyError
from tests.certification.common import go_to
from tests.certification.proofs.common import put_key


def test_a_key_signs_from_its_day_until_the_next_one_s(key_folder: Path, clock: time_machine.Traveller) -> None:
    old = put_key(key_folder, date(2024, 1, 1), "a")
    new = put_key(key_folder, date(2026, 3, 20), "b")
    assert keys.current().name == old.name
    go_to(clock, date(2026, 3, 19))
    assert keys.current().name == old.name
    go_to(clock, date(2026, 3, 20))
    assert keys.current().name == new.name
    assert [key.name for key in keys.published()] == [new.name, old.name]


def test_a_key_whose_private_half_was_destroyed_stays_published(key_folder: Path) -> None:
    gone = put_key(key_folder, date(2020, 1, 1), "a", public_only=True)
    kept = put_key(key_folder, date(2024, 1, 1), "b")
    assert [key.name for key in keys.published()] == [kept.name, gone.name]
    with pytest.raises(ProofKeyError):
        keys.published()[1].sign(b"x")


def test_nothing_is_signed_with_a_public_key_in_service(key_folder: Path) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    put_key(key_folder, date(2024, 1, 1), "b", public_only=True)
    with pytest.raises(ProofKeyError, match="public"):
        keys.current()


def test_without_a_key_nothing_is_signed_and_it_says_what_to_do(key_folder: Path) -> None:
    with pytest.raises(ProofKeyError, match="run `manage"):
        keys.current()


@pytest.mark.parametrize("name", ["2024-01-01-a.pem", "2024-01-01-a.pub.pem", "clef.pem"])
def test_a_file_that_is_no_key_is_named(key_folder: Path, name: str) -> None:
    (key_folder / name).write_text("not a key")
    with pytest.raises(ProofKeyError, match=name):
        keys.published()


def test_a_key_of_another_kind_is_refused(key_folder: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    path = key_folder / "2024-01-01-a.pem"
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    with pytest.raises(ProofKeyError, match="Ed25519"):
        keys.published()


def test_a_private_key_that_others_read_is_refused(key_folder: Path) -> None:
    put_key(key_folder, date(2024, 1, 1), "a").chmod(0o640)
    with pytest.raises(ProofKeyError, match="chmod 600"):
        keys.published()


def test_a_private_machine_makes_its_own_key_and_keeps_it(tmp_path: Path, settings: Settings) -> None:
    settings.PROOF_KEYS = tmp_path / "var" / "keys"
    keys.forget()
    first = keys.current().kid
    keys.forget()
    assert keys.current().kid == first
    (path,) = settings.PROOF_KEYS.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    keys.forget()


def test_a_real_one_makes_none(tmp_path: Path, settings: Settings) -> None:
    settings.PROOF_KEYS, settings.LOCAL = tmp_path / "keys", False
    keys.forget()
    with pytest.raises(ProofKeyError):
        keys.current()
    assert not settings.PROOF_KEYS.exists()
    keys.forget()


def test_the_command_makes_the_key_of_today_then_of_the_next_week(key_folder: Path) -> None:
    call_command("proof_key")
    call_command("proof_key")
    call_command("proof_key", "--first-day=2027-01-01")
    assert [key.first for key in keys.published()] == [date(2027, 1, 1), date(2026, 3, 23), date(2026, 3, 16)]


@pytest.mark.django_db
def test_published_keys_are_those_that_another_library_reads(key_folder: Path) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    put_key(key_folder, date(2024, 1, 1), "b")
    answer = Client().get("/.well-known/jwks.json")
    assert answer.headers["Content-Type"] == "application/jwk-set+json"
    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    shown = json.loads(answer.content)["keys"]
    assert [OKPKey.import_key(key).thumbprint() for key in shown] == [key["kid"] for key in shown]
    assert all("d" not in key for key in shown)
    assert [base64.urlsafe_b64decode(key["x"] + "=") for key in shown] == [key.raw for key in keys.published()]
    assert [key.get("exp") for key in shown] == [None, 1704153599]  # the end of 1 January 2024
