"""A time-stamp authority on loopback, and what becomes of a seal when it is silent."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import page
import pikepdf
import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import PdfSignatureStatus, validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pytest_django import Settings

from forprev.certification.sealing import examine, keys, seal, stamping
from forprev.certification.sealing.checks import the_seal_can_be_put_on
from tests.certification.documents.test_pdf import Facts, faults, paper
from tests.certification.sealing.conftest import forget
from tests.certification.sealing.readers import Reader, syntax_faults

Answer = Callable[[tsp.TimeStampReq], bytes]


@dataclass
class Stamps:
    """A time-stamp authority: its key, its certificate, and how often it was asked."""

    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    asked: int = 0

    def __post_init__(self) -> None:
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Horodatage d’essai")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder(name, name, self.key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .sign(self.key, hashes.SHA256())
        )
        self._stamper = DummyTimeStamper(
            asn1_x509.Certificate.load(self.certificate.public_bytes(Encoding.DER)),
            asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
        )

    def token(self, asked: tsp.TimeStampReq) -> bytes:
        return self._stamper.request_tsa_response(asked).dump()


@contextmanager
def serving(authority: Stamps, answer: Answer) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            authority.asked += 1
            content = self.rfile.read(int(self.headers["Content-Length"]))
            written = answer(tsp.TimeStampReq.load(content))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def ask(settings: Settings, tmp_path: Path, address: str, *trusted: Stamps) -> None:
    path = tmp_path / "tsa.pem"
    path.write_bytes(b"".join(each.certificate.public_bytes(Encoding.PEM) for each in trusted))
    settings.SEAL_TSA_URL, settings.SEAL_TSA_CERTIFICATES, settings.SEAL_TSA_SECONDS = address, str(path), 1
    forget()


def status_of(pdf: bytes, *roots: x509.Certificate, lists: bool = False) -> PdfSignatureStatus:
    """As pyHanko sees it who trusts these roots; with lists, by what the file brings about revocations and no other."""
    reader = PdfFileReader(BytesIO(pdf))
    trusted = [asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in roots]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    if lists:
        store = DocumentSecurityStore.read_dss(reader)
        options = {"trust_roots": trusted, "allow_fetching": False, "revocation_mode": "require"}
        context = store.as_validation_context(options)
    return validate_pdf_signature(reader.embedded_regular_signatures[0], context, context)


def root_of_ours() -> x509.Certificate:
    return keys.current().chain.certificates[-1]


def test_without_an_authority_there_is_no_time_stamp() -> None:
    assert status_of(seal(paper(Facts())), root_of_ours()).timestamp_validity is None


def test_each_seal_bears_the_time_of_the_authority(settings: Settings, tmp_path: Path) -> None:
    stamps = Stamps()
    with serving(stamps, stamps.token) as address:
        ask(settings, tmp_path, address, stamps)
        sealed = seal(paper(Facts()))
    status = status_of(sealed, root_of_ours(), stamps.certificate)
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.valid
    assert status.timestamp_validity.trusted
    assert abs(status.timestamp_validity.timestamp - datetime.now(UTC)) < timedelta(minutes=5)
    reader = Reader(tmp_path / "store")
    reader.trust(keys.current().chain.pem)
    report = reader.report(sealed)
    assert report.valid
    assert report.trusted
    assert examine(sealed).genuine
    assert syntax_faults(sealed, tmp_path) == ""
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        assert faults(sealed, profile) == []


def _refused(asked: tsp.TimeStampReq) -> bytes:
    return tsp.TimeStampResp({"status": {"status": "rejection", "status_string": ["non"]}}).dump()


def _of_another_document(asked: tsp.TimeStampReq, stamps: Stamps) -> bytes:
    asked["message_imprint"]["hashed_message"] = bytes(32)
    return stamps.token(asked)


def _replayed(asked: tsp.TimeStampReq, stamps: Stamps) -> bytes:
    asked["nonce"] = 1
    return stamps.token(asked)


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked, stamps: b"",
        lambda asked, stamps: b"<html>503</html>",
        lambda asked, stamps: _refused(asked),
        lambda asked, stamps: Stamps().token(asked),
        lambda asked, stamps: stamps.token(asked)[:-40],
        _of_another_document,
        _replayed,
    ],
    ids=[
        "nothing",
        "a page",
        "refused",
        "of another authority",
        "cut off",
        "of another document",
        "replayed",
    ],
)
def test_an_answer_that_is_not_worth_anything_is_left_out(
    settings: Settings, tmp_path: Path, answer: Callable[[tsp.TimeStampReq, Stamps], bytes]
) -> None:
    stamps = Stamps()
    with serving(stamps, lambda asked: answer(asked, stamps)) as address:
        ask(settings, tmp_path, address, stamps)
        sealed = seal(paper(Facts()))
    assert stamps.asked == 1
    assert status_of(sealed, root_of_ours()).timestamp_validity is None
    assert examine(sealed).genuine


def test_a_token_longer_than_its_room_is_left_out(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamping, "ROOM", 200)
    stamps = Stamps()
    with serving(stamps, stamps.token) as address:
        ask(settings, tmp_path, address, stamps)
        sealed = seal(paper(Facts()))
    assert status_of(sealed, root_of_ours()).timestamp_validity is None
    assert examine(sealed).genuine


def test_a_silent_authority_delays_one_seal_and_fails_none(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the call, and says nothing; it is asked again when the pause is over."""
    logged: list[dict[str, object]] = []
    monkeypatch.setattr(stamping.logger, "warning", lambda event, **details: logged.append({"event": event, **details}))
    stamps = Stamps()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        ask(settings, tmp_path, address, stamps)
        settings.SEAL_TSA_SECONDS = 0.2
        forget()
        for _ in range(3):
            sealed = seal(paper(Facts()))
            assert examine(sealed).genuine
            assert status_of(sealed, root_of_ours()).timestamp_validity is None
        monkeypatch.setattr(stamping, "PAUSE", 0)
        forget()
        seal(paper(Facts()))
        seal(paper(Facts()))
    assert [each["event"] for each in logged] == ["time_stamp_missing"] * 3
    assert logged[0]["authority"] == address


def test_certificates_of_the_authority_that_cannot_be_read_are_told_before_the_start(settings: Settings) -> None:
    settings.SEAL_TSA_URL, settings.SEAL_TSA_CERTIFICATES = "http://127.0.0.1:1", "/nowhere.pem"
    forget()
    assert [found.id for found in the_seal_can_be_put_on()] == ["certification.E002"]


# Long term


def write_list(path: Path, issuer: x509.Certificate, key: object, *revoked: int) -> None:
    now = datetime.now(UTC)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now - timedelta(hours=1))
        .next_update(now + timedelta(days=7))
    )
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(hours=2)).build()
        made = made.add_revoked_certificate(entry)
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))


@pytest.mark.parametrize("is_revoked", [False, True])
def test_with_revocation_lists_a_file_proves_itself(
    settings: Settings, tmp_path: Path, folder: Path, is_revoked: bool
) -> None:
    """Baseline LT: everything that a reader asks for is in the file, under the seal."""
    lists = tmp_path / "lists"
    lists.mkdir()
    root_key = load_pem_private_key((folder / "authority.pem").read_bytes(), None)
    leaf = keys.current().chain.leaf
    write_list(lists / "ours.crl", root_of_ours(), root_key, *([leaf.serial_number] if is_revoked else []))
    stamps = Stamps()
    with serving(stamps, stamps.token) as address:
        settings.SEAL_REVOCATIONS = str(lists)
        ask(settings, tmp_path, address, stamps)
        sealed = seal(paper(Facts()))
    assert status_of(sealed, root_of_ours(), stamps.certificate, lists=True).bottom_line is not is_revoked
    with pikepdf.open(BytesIO(sealed)) as pdf:
        assert len(pdf.Root.DSS.CRLs) == 1
        assert len(pdf.Root.DSS.Certs) == 3
    reader = Reader(tmp_path / "store")
    reader.trust(keys.current().chain.pem)
    assert reader.report(sealed).valid
    assert examine(sealed).genuine
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        assert faults(sealed, profile) == []
