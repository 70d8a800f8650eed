"""Checks answered and counted: who asked is not known, and what was asked in vain is not kept."""

from __future__ import annotations

from datetime import datetime, time

from django.db import connection
from django.utils import timezone

from forprev.certification.checking import codes, limits
from forprev.certification.checking.selectors import by_number, by_qr_code, by_typed_code, same_surname
from forprev.certification.models import Certificate, CertificateCheck, CheckAttempt, Way
from forprev.certification.sealing import examine
from forprev.core.dates import add_months, today

KEPT_MONTHS = 13
"""Of the details of a check; its count stays."""

Origin = CertificateCheck.Origin

_COUNTED = """
WITH tried AS (UPDATE certification_checkattempt SET succeeded = true WHERE id = %(attempt)s),
     noted AS (INSERT INTO certification_certificatecheck (certificate_id, at, way, origin)
               VALUES (%(certificate)s, %(at)s, %(way)s, %(origin)s))
INSERT INTO certification_checkcount (certificate_id, count, last_at) VALUES (%(certificate)s, 1, %(at)s)
ON CONFLICT (certificate_id)
DO UPDATE SET count = certification_checkcount.count + 1, last_at = EXCLUDED.last_at
"""
"""All that a certificate found leaves, in one go: it is most of the time that an answer takes."""


def draw_typed_codes(count: int) -> list[str]:
    """As many new codes, which no certificate bears; two queries at the most, but by the rarest of chances."""
    drawn: set[str] = set()
    while len(drawn) < count:
        drawn |= {codes.new_typed_code() for _ in range(count - len(drawn))}
        hashes = {codes.hash_of_typed(code): code for code in drawn}
        taken = Certificate.objects.filter(typed_hash__in=hashes).values_list("typed_hash", flat=True)
        drawn -= {hashes[bytes(each)] for each in taken}
    return [*drawn]


def check_qr(text: str, address: str, origin: Origin | None) -> Certificate | None:
    """The certificate of a QR code; None for an unknown one, TooManyChecks past the limits of the address.

    Without `origin` nothing is counted for the holder: so it is for whoever asks for the headers alone.
    """
    attempt = limits.begin(Way.QR, address)
    return _answered(attempt, by_qr_code(text), origin)


def check_holder(text: str, surname: str, address: str, origin: Origin) -> tuple[Certificate | None, bool]:
    """The certificate of a QR code, and whether that is its holder's surname, without which it is a try in vain.

    Any is, for a holder who was anonymised: nobody can tell any more.
    """
    attempt = limits.begin(Way.CODE, address)
    certificate = by_qr_code(text)
    right = certificate is not None and (
        certificate.is_anonymised or same_surname(surname, certificate.holder_last_name)
    )
    _answered(attempt, certificate if right else None, origin)
    return certificate, right


def check_code(code: str, surname: str, address: str, origin: Origin) -> Certificate | None:
    """The certificate of a code that `codes.read_typed_code` gave, whose holder has that surname; None otherwise."""
    attempt = limits.begin(Way.CODE, address)
    return _answered(attempt, by_typed_code(code, surname), origin)


def check_file(attempt: CheckAttempt, pdf: bytes, origin: Origin) -> tuple[Certificate | None, str]:
    """The certificate that a sealed file is, or why the file proves nothing; nothing of it is kept.

    The attempt is the caller's, who began it before anything of the file was read.
    """
    seal = examine(pdf)
    if not seal.sealed or not seal.ours:
        return None, "Ce fichier ne porte pas le sceau de Forprev : il ne prouve rien."
    if not seal.genuine:
        return None, "Ce fichier a été modifié depuis que Forprev l’a délivré : il ne prouve plus rien."
    return _answered(attempt, by_number(seal.number), origin), ""


def _answered(attempt: CheckAttempt, certificate: Certificate | None, origin: Origin | None) -> Certificate | None:
    """Note what was found, for the limits and for the holder."""
    if certificate is None:
        return None
    if origin is None:
        limits.succeed(attempt)
        return certificate
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTED,
            {
                "attempt": attempt.pk,
                "certificate": certificate.pk,
                "at": attempt.at,
                "way": attempt.way,
                "origin": origin.value,
            },
        )
    return certificate


def forget() -> None:
    """Delete the details of checks after thirteen months; counts stay."""
    oldest = timezone.make_aware(datetime.combine(add_months(today(), -KEPT_MONTHS), time.min))
    CertificateCheck.objects.filter(at__lt=oldest).delete()
