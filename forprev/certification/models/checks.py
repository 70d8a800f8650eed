"""What is kept of the public checks of certificates: no address but for an hour, no name of who checks."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from forprev.certification.models.certificates import Certificate


class Way(models.TextChoices):
    """How a certificate was shown to the public check."""

    QR = "qr", "QR code"
    CODE = "code", "Code et nom saisis"
    FILE = "file", "Fichier PDF"


class CertificateCheck(models.Model):
    """A certificate was checked and found; kept thirteen months (security.md, C6)."""

    class Origin(models.TextChoices):
        PHONE = "phone", "Téléphone"
        COMPUTER = "computer", "Ordinateur"
        OTHER = "other", "Autre"

    certificate = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="checks")
    at = models.DateTimeField(default=timezone.now)
    way = models.CharField(max_length=4, choices=Way.choices)
    origin = models.CharField(max_length=8, choices=Origin.choices, help_text="As the browser describes itself.")

    class Meta:
        indexes = [models.Index(fields=["at"], name="certificate_check_by_age")]

    def __str__(self) -> str:
        return f"{self.certificate_id}, {self.at}"


class CheckCount(models.Model):
    """How often a certificate was checked since it was made: what its holder is told."""

    certificate = models.OneToOneField(
        Certificate, primary_key=True, on_delete=models.PROTECT, related_name="check_count"
    )
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.count}"


class CheckAttempt(models.Model):
    """Somebody asked from an address: what the limits count, kept an hour."""

    way = models.CharField(max_length=4, choices=Way.choices)
    address = models.CharField(max_length=45)
    succeeded = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["address", "at"], name="check_from_address"),
            models.Index(fields=["at"], name="check_attempt_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.way}, {self.at}"
