"""A chain of our own, for where no certification authority gave one: a root, and the certificates that it signs."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

ROOT = "authority.pem"
"""The root's private key and certificate: it makes certificates, and takes no part in a seal."""
ROOT_NAME, SEAL_NAME = "Autorité du cachet de Forprev", "Cachet électronique de Forprev"
ROOT_YEARS, SEAL_YEARS = 20, 3


def make_key(folder: Path, name: str) -> None:
    """Writes `<name>.key.pem` and `<name>.chain.pem`: a new key of P-256, certified by the folder's root."""
    key = ec.generate_private_key(ec.SECP256R1())
    _write(folder / f"{name}.key.pem", _pem(key))
    certify(folder, name, key.public_key())


def certify(folder: Path, name: str, key: ec.EllipticCurvePublicKey) -> None:
    """Writes `<name>.chain.pem` for a key that may be kept elsewhere. FileExistsError if the name is taken."""
    root_key, root = _root(folder)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    made = (
        _certificate(SEAL_NAME, key, ROOT_NAME, SEAL_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_documents=True), critical=True)
        .add_extension(identifier, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    _write(folder / f"{name}.chain.pem", made.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))


def _root(folder: Path) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """The folder's root, made if there is none."""
    path = folder / ROOT
    if not path.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        made = (
            _certificate(ROOT_NAME, key.public_key(), ROOT_NAME, ROOT_YEARS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_documents=False), critical=True)
            .sign(key, hashes.SHA256())
        )
        _write(path, _pem(key) + made.public_bytes(Encoding.PEM))
    content = path.read_bytes()
    root_key = cast(ec.EllipticCurvePrivateKey, load_pem_private_key(content, None))
    return root_key, x509.load_pem_x509_certificate(content)


def _certificate(name: str, key: ec.EllipticCurvePublicKey, issuer: str, years: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(_distinguished(name))
        .issuer_name(_distinguished(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _distinguished(name: str) -> x509.Name:
    parts = {NameOID.COUNTRY_NAME: "FR", NameOID.ORGANIZATION_NAME: "Forprev", NameOID.COMMON_NAME: name}
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items()])


def _usage(*, signs_documents: bool) -> x509.KeyUsage:
    """Of whoever signs documents, or else certificates."""
    return x509.KeyUsage(
        digital_signature=signs_documents,
        content_commitment=signs_documents,
        key_cert_sign=not signs_documents,
        crl_sign=not signs_documents,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """A new file that only its owner reads; FileExistsError rather than another one overwritten."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
