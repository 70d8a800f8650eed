"""The keys of the seal: in files, in a token, one after the other, and what is said when they are not there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
)
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pytest_django import Settings

from forprev.certification.sealing import SealError, authority, examine, keys, seal
from forprev.certification.sealing.checks import the_seal_can_be_put_on
from tests.certification.documents.test_pdf import Facts, paper
from tests.certification.sealing.conftest import forget
from tests.certification.sealing.readers import Reader

PIN = "1234"


def problems() -> list[tuple[str, str]]:
    return [(str(found.id), str(found.msg)) for found in the_seal_can_be_put_on()]


def later(folder: Path, name: str, days: int = 1) -> None:
    """A key made so many days on."""
    with time_machine.travel(datetime.now(UTC) + timedelta(days=days), tick=False):
        authority.make_key(folder, name)
    forget()


def test_only_their_owner_reads_them(folder: Path) -> None:
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_the_newest_signs_and_all_stay_published(folder: Path, tmp_path: Path) -> None:
    before = seal(paper(Facts()))
    later(folder, "second")
    after = seal(paper(Facts()))
    assert [chain.name for chain in keys.published()] == ["second", "first"]
    assert keys.current().chain.name == "second"
    assert examine(before).genuine
    assert examine(after).genuine
    reader = Reader(tmp_path / "store")
    reader.trust(keys.published()[0].pem)
    assert reader.report(before).trusted


def test_an_old_key_may_be_destroyed(folder: Path) -> None:
    before = seal(paper(Facts()))
    later(folder, "second")
    (folder / "first.key.pem").unlink()
    forget()
    assert problems() == []
    assert examine(before).genuine
    assert examine(seal(paper(Facts()))).genuine


def test_a_leaked_key_taken_out_is_ours_no_more(folder: Path) -> None:
    before = seal(paper(Facts()))
    later(folder, "second")
    (folder / "first.chain.pem").unlink()
    forget()
    found = examine(before)
    assert found.intact
    assert not found.ours
    assert not found.genuine


def test_the_command_makes_the_next_key(folder: Path) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1), tick=False):
        call_command("seal_key", name="next", verbosity=0)
    forget()
    assert keys.current().chain.name == "next"
    with pytest.raises(CommandError, match="next"):
        call_command("seal_key", name="next", verbosity=0)


def test_the_command_refuses_a_key_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    public = rsa.generate_private_key(65537, 2048).public_key()
    path.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(CommandError, match="P-256"):
        call_command("seal_key", public_key=path)


# Before the start


def _unreadable(folder: Path) -> None:
    (folder / "first.key.pem").write_text("-----BEGIN PRIVATE KEY-----")


def _open_to_others(folder: Path) -> None:
    (folder / "first.key.pem").chmod(0o640)


def _of_another_certificate(folder: Path) -> None:
    other = folder.with_name("other")
    authority.make_key(other, "first")
    shutil.copy(other / "first.key.pem", folder / "first.key.pem")


def _of_another_kind(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    (folder / "first.chain.pem").unlink()
    authority.certify(folder, "first", key.public_key())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "first.key.pem").write_bytes(pem)


def _chain_cut_off(folder: Path) -> None:
    """The certificate alone, without its root."""
    path = folder / "first.chain.pem"
    path.write_text(path.read_text().split("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda folder: shutil.rmtree(folder) or folder.mkdir(), "No certificate of the seal"),
        (lambda folder: (folder / "first.key.pem").unlink(), "first.key.pem cannot be read"),
        (_unreadable, "first.key.pem cannot be read"),
        (_open_to_others, "can be read by others"),
        (_of_another_certificate, "is not the one of its certificate"),
        (_of_another_kind, "is not one of a P-256 key"),
        (_chain_cut_off, "is not a chain of certificates up to its root"),
        (lambda folder: (folder / "first.chain.pem").write_text(""), "is not a chain of certificates up to its root"),
    ],
)
def test_item52_keys_that_do_not_sign_are_told_before_the_start(
    folder: Path, spoil: Callable[[Path], object], told: str
) -> None:
    assert problems() == []
    spoil(folder)
    forget()
    ((code, message),) = problems()
    assert code == "certification.E001"
    assert told in message
    with pytest.raises(SealError):
        seal(paper(Facts()))


def test_a_certificate_that_ends_soon_is_told_and_goes_on_signing() -> None:
    end = keys.current().chain.leaf.not_valid_after_utc
    with time_machine.travel(end - timedelta(days=61), tick=False):
        assert problems() == []
    for days in (-59, 1):
        with time_machine.travel(end + timedelta(days=days), tick=False):
            assert [code for code, _ in problems()] == ["certification.W001"]
            assert examine(seal(paper(Facts()))).genuine


def test_a_private_machine_makes_its_own_the_first_time(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_KEYS = tmp_path / "nowhere" / "seal"
    forget()
    assert problems() == []
    assert examine(seal(paper(Facts()))).genuine
    assert [path.name for path in settings.SEAL_KEYS.parent.iterdir()] == ["seal"]


def test_elsewhere_none_is_made(tmp_path: Path, settings: Settings) -> None:
    settings.SEAL_KEYS, settings.LOCAL = tmp_path / "nowhere", False
    forget()
    ((code, _),) = problems()
    assert code == "certification.E001"
    assert not settings.SEAL_KEYS.exists()


# A token


@pytest.fixture
def token(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> pkcs11.Token:
    """SoftHSM's, empty."""
    library = next(Path("/usr/lib").glob("**/softhsm/libsofthsm2.so"))
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    label = f"forprev-{os.getpid()}-{tmp_path.name}"[:32]
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", "5678"]
    subprocess.run(command, check=True, capture_output=True)
    settings.SEAL_PKCS11_MODULE, settings.SEAL_PKCS11_TOKEN, settings.SEAL_PKCS11_PIN = str(library), label, PIN
    pkcs11.lib(str(library)).reinitialize()
    return pkcs11.lib(str(library)).get_token(token_label=label)


def key_in(token: pkcs11.Token, label: str, path: Path) -> Path:
    """A key that never leaves the token, whose public half is written down."""
    with token.open(user_pin=PIN, rw=True) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}, local=True
        )
        public, _ = parameters.generate_keypair(store=True, label=label)
        key = load_der_public_key(encode_ec_public_key(public))
    path.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return path


def test_item52_a_key_in_a_token_seals(token: pkcs11.Token, folder: Path, tmp_path: Path) -> None:
    public = key_in(token, "hsm", tmp_path / "public.pem")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=1), tick=False):
        call_command("seal_key", name="hsm", public_key=public, verbosity=0)
    forget()
    assert problems() == []
    assert keys.current().chain.name == "hsm"
    assert not (folder / "hsm.key.pem").exists()
    reader = Reader(tmp_path / "store")
    reader.trust(keys.current().chain.pem)
    sealed = seal(paper(Facts()))
    report = reader.report(sealed)
    assert report.valid
    assert report.trusted
    assert examine(sealed).genuine


@pytest.mark.parametrize("wrong", [{"SEAL_PKCS11_PIN": "0000"}, {"SEAL_PKCS11_TOKEN": "another"}, {}])
def test_a_token_that_does_not_sign_is_told_before_the_start(
    token: pkcs11.Token, folder: Path, tmp_path: Path, settings: Settings, wrong: dict[str, str]
) -> None:
    """With another PIN, in another token, or under another label."""
    public = key_in(token, "hsm" if wrong else "other", tmp_path / "public.pem")
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=1), tick=False):
        call_command("seal_key", name="hsm", public_key=public, verbosity=0)
    for name, value in wrong.items():
        setattr(django_settings, name, value)
    forget()
    ((code, message),) = problems()
    assert code == "certification.E001"
    assert "The token does not sign with the key hsm" in message
