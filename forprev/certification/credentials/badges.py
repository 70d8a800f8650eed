"""A certificate as an Open Badge 3.0 (1EdTech): what it says, and the address where it is."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, time
from secrets import compare_digest
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from forprev.certification.credentials.contexts import OPEN_BADGES, VC
from forprev.certification.credentials.integrity import Document, issuer, signed, utc
from forprev.certification.credentials.status import entry_of
from forprev.certification.models import Certificate
from forprev.certification.proofs.keys import b64url

DESCRIPTION = "Certificat du dispositif {}, délivré par un partenaire habilité par l’INRS."
CRITERIA = (
    "Avoir suivi la formation en entier et réussi ses épreuves certificatives, devant un formateur certifié d’un "
    "organisme habilité par le réseau Assurance maladie – risques professionnels / INRS."
)
_CODE = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{22})")


def badge(certificate: Certificate) -> Document:
    """The `OpenBadgeCredential`, signed now. Of the holder: the name and the n° Forprev, nothing else.

    `qualification` is read: select it with the certificate.
    """
    address = settings.PUBLIC_URL + reverse("certification:badge", args=[code_of(certificate)])
    return signed(
        {
            "@context": [VC, OPEN_BADGES],
            "id": address,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": certificate.title,
            "issuer": {"id": issuer(), "type": ["Profile"], "name": "Forprev", "url": settings.PUBLIC_URL},
            "validFrom": utc(_paris(certificate.issued_on, time.min)),
            "validUntil": utc(_paris(certificate.expires_on, time.max)),
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [
                    _identity("name", certificate.holder),
                    _identity("ext:numeroForprev", certificate.holder_number),
                ],
                "licenseNumber": certificate.number,
                "source": {
                    "id": f"urn:uuid:{uuid5(NAMESPACE_URL, f'{address}#source')}",
                    "type": ["Profile"],
                    "name": certificate.organisation_name,
                },
                "achievement": _achievement(certificate),
            },
            "credentialStatus": entry_of(certificate),
        }
    )


def code_of(certificate: Certificate) -> str:
    """What stands in the badge's address: its key, and 132 bits that follow from the QR's code, which they hide."""
    digest = hashlib.sha256(f"forprev:certificate:badge:{certificate.verification_code}".encode()).digest()
    return f"{certificate.pk}-{b64url(digest)[:22]}"


def by_code(code: str) -> Certificate | None:
    """The certificate of a badge's address; one query at the most."""
    read = _CODE.fullmatch(code)
    if read is None:
        return None
    found = Certificate.objects.filter(pk=int(read[1])).select_related("qualification").first()
    return found if found and compare_digest(code_of(found), code) else None


def _achievement(certificate: Certificate) -> Document:
    """The same for all certificates of one title: its identifier follows from what it says."""
    code = certificate.qualification.code
    named = f"{settings.PUBLIC_URL}/{code}/{certificate.scheme_name}/{certificate.title}"
    return {
        "id": f"urn:uuid:{uuid5(NAMESPACE_URL, named)}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "humanCode": code,
        "name": certificate.title,
        "description": DESCRIPTION.format(certificate.scheme_name),
        "criteria": {"narrative": CRITERIA},
    }


def _identity(kind: str, value: str) -> Document:
    """In clear: whoever is shown the badge compares it with the person."""
    return {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": kind}


def _paris(day: date, moment: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, moment))
