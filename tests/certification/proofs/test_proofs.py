"""The proof in the QR code: made, printed, read from the paper, and checked by a program that knows only the keys."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from joserfc import jws
from joserfc.jwk import KeySet

from forprev.certification.documents.pdf import render
from forprev.certification.models import Certificate
from forprev.certification.proofs import keys
from forprev.certification.proofs.compact import proof_of
from forprev.certification.proofs.keys import b64url
from tests.certification.common import go_to
from tests.certification.documents.test_pdf import CHECK_URL, LONG, Facts
from tests.certification.proofs.common import fetched_keys, printed, put_key
from tests.documents import scanned

pytestmark = pytest.mark.django_db


def verified(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """By the published program, fetched as anybody does and run apart from the application."""
    program = folder / "verifier_certificat.py"
    program.write_bytes(Client().get("/verification/verifier_certificat.py").content)
    command = [sys.executable, "-I", str(program), str(fetched_keys(folder)), text]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def said(run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.partition("\n")[2])


def expected(certificate: Certificate) -> dict[str, str]:
    return {
        "n": certificate.number,
        "h": certificate.holder,
        "b": certificate.holder_birth_date.isoformat(),
        "f": certificate.holder_number,
        "t": certificate.title,
        "o": certificate.organisation_name,
        "d": certificate.issued_on.isoformat(),
        "e": certificate.expires_on.isoformat(),
    }


def test_the_paper_proves_itself_without_the_server(tmp_path: Path) -> None:
    certificate, text = printed()
    address, _, _ = text.partition("#")
    assert address == f"http://localhost:8000/verification/{certificate.verification_code}"
    run = verified(text, tmp_path)
    assert said(run) == expected(certificate)
    assert "Annulations inconnues hors ligne" in run.stdout


def test_a_text_cut_in_lines_or_without_its_address_is_read_too(tmp_path: Path) -> None:
    certificate, text = printed()
    assert said(verified(f" {text[:100]}\n{text[100:]}\n", tmp_path)) == expected(certificate)
    assert said(verified(text.partition("#")[2], tmp_path)) == expected(certificate)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_another_library_reads_it() -> None:
    """RFC 9864 would have `Ed25519` for `EdDSA`, which is what most libraries know."""
    certificate, text = printed()
    known = KeySet.import_key_set(json.loads(Client().get("/.well-known/jwks.json").content))
    read = jws.deserialize_compact(text.partition("#")[2], known, algorithms=["EdDSA"])
    assert json.loads(read.payload) == expected(certificate)
    assert read.headers() == {"alg": "EdDSA", "kid": keys.current().kid}


def test_one_letter_changed_anywhere_is_refused(tmp_path: Path) -> None:
    _, text = printed()
    start = text.index("#") + 1
    for place in [*range(start, len(text) - 1, 67), text.index(".", start) + 5]:
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        run = verified(changed, tmp_path)
        assert run.returncode == 1, place
        assert not run.stdout
        assert "Traceback" not in run.stderr


def test_another_name_under_the_same_signature_is_refused(tmp_path: Path) -> None:
    certificate, text = printed()
    header, _, signature = text.partition("#")[2].split(".")
    payload = b64url(json.dumps(expected(certificate) | {"h": "MENTEUR Max"}).encode())
    run = verified(f"{header}.{payload}.{signature}", tmp_path)
    assert "SIGNATURE FAUSSE" in run.stderr
    assert run.returncode == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://localhost:8000/verification/ABC",
        "a.b.c",
        "....",
        "#",
        "e30.e30.e30",
        "bnVsbA.bnVsbA.bnVsbA",
        "é.é.é",
    ],
)
def test_what_is_no_proof_is_said_to_be_none(text: str, tmp_path: Path) -> None:
    run = verified(text, tmp_path)
    assert "PREUVE ILLISIBLE" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_unknown_key_is_named_so(key_folder: Path, tmp_path: Path) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    _, text = printed()
    next(key_folder.iterdir()).unlink()
    put_key(key_folder, date(2020, 1, 1), "b")
    keys.forget()
    assert "CLÉ INCONNUE" in verified(text, tmp_path).stderr


def test_no_algorithm_but_ours_is_taken(tmp_path: Path) -> None:
    """RFC 8725, section 3.1: the text does not choose how it is checked."""
    _, text = printed()
    _, payload, signature = text.partition("#")[2].split(".")
    header = b64url(json.dumps({"alg": "none", "kid": keys.current().kid}).encode())
    assert verified(f"{header}.{payload}.{signature}", tmp_path).returncode == 1


def test_a_key_out_of_service_proves_what_was_delivered_before(
    key_folder: Path, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    genuine = CHECK_URL + "#" + proof_of(Facts(issued_on=date(2026, 3, 2)))
    forged = CHECK_URL + "#" + proof_of(Facts(issued_on=date(2026, 3, 3)))
    put_key(key_folder, date(2026, 3, 2), "b")
    keys.forget()
    go_to(clock, date(2026, 4, 1))
    assert said(verified(genuine, tmp_path))["d"] == "2026-03-02"
    assert "CLÉ EXPIRÉE" in verified(forged, tmp_path).stderr


def test_the_same_row_gives_the_same_proof_and_paper() -> None:
    assert proof_of(Facts()) == proof_of(Facts())
    address = f"{CHECK_URL}#{proof_of(Facts())}"
    assert render(Facts(), check_url=address) == render(Facts(), check_url=address)


@pytest.mark.parametrize("resolution", [100, 150])
@pytest.mark.parametrize("facts", [Facts(), Facts(holder="NGUYỄN-ŒDIPE Zoé", organisation_name="Œuvre d’Ålesund")])
def test_the_proof_is_read_from_a_coarse_copy(facts: Facts, resolution: int) -> None:
    address = f"{CHECK_URL}#{proof_of(facts)}"
    assert scanned(render(facts, check_url=address), resolution) == [address]


def test_the_longest_certificate_still_bears_its_proof() -> None:
    longest = Facts(number="W" * 60, title="É" * 200, holder=f"{LONG} {'Ÿ' * 120}", organisation_name="Œ" * 150)
    address = f"{CHECK_URL}#{proof_of(longest)}"
    assert scanned(render(longest, check_url=address)) == [address]


def test_the_page_says_what_it_cannot_know(key_folder: Path) -> None:
    put_key(key_folder, date(2020, 1, 1), "a")
    for path in ("/verification/hors-ligne", "/verification/hors-ligne.html"):
        page = Client().get(path).content.decode()
        assert "Elle ne peut pas savoir si un certificat a été annulé ou remplacé." in page
        assert keys.current().kid in page
