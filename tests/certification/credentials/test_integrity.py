"""Proofs and contexts, against the test vectors of the W3C (vc-di-eddsa, appendix B.1, `eddsa-rdfc-2022`)."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pytest_django import Settings

from forprev.certification.credentials import contexts, integrity
from forprev.certification.credentials.contexts import OPEN_BADGES, VC, ContextError

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
PUBLIC_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET_KEY = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
UNSIGNED: dict[str, Any] = {
    "@context": [VC, EXAMPLES],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
OPTIONS = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2023-02-24T23:36:38Z",
    "verificationMethod": f"https://vc.example/issuers/5678#{PUBLIC_KEY}",
    "proofPurpose": "assertionMethod",
}
OPTIONS_HASH = "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb"
DOCUMENT_HASH = "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
PROOF_VALUE = "z21EVs3eXERqTn4acNHT9viboqgzUaQ3kTmhPT3eA8qrVPE7CrQq78WkzctnMX5W4CrzcKnHw8V6dvy5pgWYCU5e9"


@pytest.fixture
def _examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The context of the vector's own terms, which the W3C keeps for examples."""
    document = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}

    def loader(address: str, options: object = None) -> dict[str, Any]:
        if address == EXAMPLES:
            return {"contextUrl": None, "documentUrl": address, "document": document}
        return contexts.document_loader(address)

    monkeypatch.setattr(integrity, "document_loader", loader)


def secret_of(multikey: str) -> Ed25519PrivateKey:
    alphabet, number = integrity._BASE58, 0
    for letter in multikey.removeprefix("z"):
        number = number * 58 + alphabet.index(letter)
    return Ed25519PrivateKey.from_private_bytes(number.to_bytes(34)[2:])


@pytest.mark.usefixtures("_examples")
def test_the_vector_of_the_w3c_is_signed_as_the_w3c_signs_it() -> None:
    data = integrity.hash_data(UNSIGNED, OPTIONS)
    assert data.hex() == OPTIONS_HASH + DOCUMENT_HASH
    assert integrity.multibase(secret_of(SECRET_KEY).sign(data)) == PROOF_VALUE


def test_the_public_key_of_the_vector_is_written_as_the_w3c_writes_it() -> None:
    raw = secret_of(SECRET_KEY).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert integrity.multibase(integrity._ED25519 + raw) == PUBLIC_KEY


def test_leading_zeros_are_kept() -> None:
    """The examples of the base58 draft of the IETF (draft-msporny-base58)."""
    assert integrity.multibase(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert integrity.multibase(bytes.fromhex("0000287fb4cd")) == "z11233QC4"


@pytest.mark.parametrize("address", [VC, OPEN_BADGES])
def test_what_credentials_name_is_read_from_the_disk(address: str) -> None:
    assert contexts.context(address)["@context"]["@protected"] is True


@pytest.mark.parametrize("address", ["https://www.w3.org/2018/credentials/v1", "file:///etc/passwd", ""])
def test_nothing_else_is_read_or_fetched(address: str) -> None:
    with pytest.raises(ContextError):
        contexts.document_loader(address)


@pytest.mark.parametrize("address", [VC, OPEN_BADGES])
def test_a_context_that_changed_is_refused(address: str, tmp_path: Path, settings: Settings) -> None:
    name, _ = contexts.PINNED[address]
    package = "/".join(name.split("/")[:2])
    copytree(settings.NODE_MODULES / package, tmp_path / package)
    changed = tmp_path / name
    changed.write_bytes(changed.read_bytes().replace(b"schema.org/name", b"schema.org/alternateName", 1))
    settings.NODE_MODULES = tmp_path
    contexts.context.cache_clear()
    with pytest.raises(ContextError, match="not the file that was pinned"):
        contexts.context(address)
    contexts.context.cache_clear()
