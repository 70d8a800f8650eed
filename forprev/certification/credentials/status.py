"""Which credentials were revoked: bitstring status lists (W3C, vc-bitstring-status-list), a bit a certificate.

A certificate's place is its key: the list `key // SIZE`, at `key % SIZE`. Neighbours are mostly of one session, but a
list tells only that some neighbour was revoked, not who; and whoever reads one takes all of its 131,072 bits, so that
we do not learn which credential is being checked.
"""

from __future__ import annotations

import gzip
from datetime import datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from forprev.certification.credentials.contexts import VC
from forprev.certification.credentials.integrity import Document, issuer, signed, utc
from forprev.certification.models import Certificate, CertificateEnd
from forprev.certification.proofs.keys import b64url
from forprev.core.dates import today

SIZE = 131_072
"""The least that the specification wants in a list, for privacy; 16 KiB before compression."""
AGE = 60
"""Seconds that a copy of a list may be kept: a revocation is seen within the minute (security.md, C6)."""
VALID_DAYS = 7
"""A list older than that, replayed by somebody, says nothing."""


def entry_of(certificate: Certificate) -> Document:
    """The `credentialStatus` of its credential."""
    number, place = divmod(certificate.pk, SIZE)
    address = address_of(number)
    return {
        "id": f"{address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(place),
        "statusListCredential": address,
    }


def address_of(number: int) -> str:
    return settings.PUBLIC_URL + reverse("certification:status_list", args=[number])


def status_list(number: int) -> Document | None:
    """The list, signed, as it is now; None past the last certificate. Two queries, whatever there are."""
    last = Certificate.objects.order_by("-pk").values_list("pk", flat=True).first()
    if last is None or number > last // SIZE:
        return None
    first = number * SIZE
    ended = CertificateEnd.objects.filter(certificate_id__gte=first, certificate_id__lt=first + SIZE)
    bits = bytearray(SIZE // 8)
    for key in ended.values_list("certificate_id", flat=True):
        place = key - first
        bits[place // 8] |= 0x80 >> place % 8  # the first place is the leftmost bit
    begun = timezone.make_aware(datetime.combine(today(), time.min))
    address = address_of(number)
    return signed(
        {
            "@context": [VC],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": issuer(),
            "validFrom": utc(begun),
            "validUntil": utc(begun + timedelta(days=VALID_DAYS)),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": "u" + b64url(gzip.compress(bytes(bits), compresslevel=6, mtime=0)),
                "ttl": AGE * 1000,
            },
        }
    )
