"""The badge as a verifier made for Open Badges 3.0 reads it (`openbadgeslib`), with 1EdTech's own context."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from django.test import Client
from openbadgeslib.ob3 import OB3VerificationError
from openbadgeslib.ob3.ldp import OB3LdpVerifier

from forprev.certification.credentials import contexts, integrity
from forprev.certification.credentials.contexts import OPEN_BADGES, VC
from tests.certification.credentials.test_badges import HERE, ISSUER, own_badge
from tests.factories.certification import ended

pytestmark = pytest.mark.django_db

GUIDE = {
    "@context": [VC, OPEN_BADGES],
    "id": "http://example.com/credentials/3527",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "issuer": {
        "id": "https://example.edu/issuers/565049",
        "type": ["Profile"],
        "url": "https://www.imsglobal.org",
        "name": "Example Corp",
    },
    "validFrom": "2010-01-01T00:00:00Z",
    "name": "Teamwork Badge",
    "credentialSubject": {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://example.com/achievements/21st-century-skills/teamwork",
            "type": ["Achievement"],
            "criteria": {"narrative": "N."},
            "description": "D.",
            "name": "Teamwork",
        },
    },
}
"""The credential of the implementation guide of Open Badges 3.0, its two long texts cut short."""

TEAMWORK = "<https://example.com/achievements/21st-century-skills/teamwork>"
OB, W3 = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#", "https://www.w3.org/2018/credentials#"
XSD, XSDS = "http://www.w3.org/2001/XMLSchema#", "https://www.w3.org/2001/XMLSchema#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
GUIDE_SAYS = f"""\
<did:example:ebfeb1f712ebc6f1c276e12ec21> {TYPE} <{OB}AchievementSubject> .
<did:example:ebfeb1f712ebc6f1c276e12ec21> <{OB}achievement> {TEAMWORK} .
<http://example.com/credentials/3527> {TYPE} <{OB}OpenBadgeCredential> .
<http://example.com/credentials/3527> {TYPE} <{W3}VerifiableCredential> .
<http://example.com/credentials/3527> <https://schema.org/name> "Teamwork Badge" .
<http://example.com/credentials/3527> <{W3}credentialSubject> <did:example:ebfeb1f712ebc6f1c276e12ec21> .
<http://example.com/credentials/3527> <{W3}issuer> <https://example.edu/issuers/565049> .
<http://example.com/credentials/3527> <{W3}validFrom> "2010-01-01T00:00:00Z"^^<{XSD}dateTime> .
{TEAMWORK} {TYPE} <{OB}Achievement> .
{TEAMWORK} <{OB}Criteria> _:c14n0 .
{TEAMWORK} <https://schema.org/description> "D." .
{TEAMWORK} <https://schema.org/name> "Teamwork" .
<https://example.edu/issuers/565049> {TYPE} <{OB}Profile> .
<https://example.edu/issuers/565049> <https://schema.org/name> "Example Corp" .
<https://example.edu/issuers/565049> <https://schema.org/url> "https://www.imsglobal.org"^^<{XSDS}anyURI> .
_:c14n0 <{OB}narrative> "N." .
"""
"""What the guide gives as its normal form (its signature is still that of an earlier context, and proves nothing)."""


def download(address: str) -> bytes:
    """Of this site alone, as it publishes it."""
    assert address.startswith("https://localhost:8000/") or address.startswith(f"{HERE}/")
    return Client().get("/" + address.split("/", 3)[3]).content


def read(badge: dict[str, Any]) -> Any:
    """It takes signed lists as JWT alone: the proof of ours is verified by the other library (test_badges.py)."""
    verifier = OB3LdpVerifier.for_issuer_did(ISSUER)
    return verifier.verify(json.dumps(badge), check_status=True, download=download, verify_status_list=False)


def test_the_guide_s_credential_says_what_the_guide_says_it_does() -> None:
    assert integrity.canonical(GUIDE) == GUIDE_SAYS


@pytest.mark.parametrize(
    ("address", "name"), [(VC, "credentials-v2.json"), (OPEN_BADGES, "ob-v3p0-context-3.0.3.json")]
)
def test_our_contexts_define_words_as_the_published_ones_do(address: str, name: str) -> None:
    """Ours of Open Badges lacks two words of 1EdTech's file (SHA-256 3d34f4d4…), which no badge of ours says."""
    published = json.loads((files("openbadgeslib.ob3.contexts") / name).read_text())
    for word in ("jti", "endorsementJwt"):
        published["@context"].pop(word, None)
    assert contexts.context(address) == published


def test_a_verifier_of_open_badges_takes_it() -> None:
    certificate, badge = own_badge()
    credential = read(badge)
    assert credential.achievement.name == certificate.title
    assert credential.issuer.id == ISSUER


@pytest.mark.parametrize("kind", ["cancelled", "replaced"])
def test_it_refuses_one_that_ended(kind: str) -> None:
    certificate, badge = own_badge()
    ended(certificate, kind)
    with pytest.raises(OB3VerificationError, match="revocation"):
        read(badge)


def test_it_refuses_one_that_was_changed() -> None:
    _, badge = own_badge()
    badge["credentialSubject"]["identifier"][0]["identityHash"] = "MENTEUR Max"
    with pytest.raises(OB3VerificationError, match=r"(?i)signature"):
        read(badge)
