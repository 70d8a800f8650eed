"""Certificates that count no more: the row of the certificate never changes, its end is a row of its own."""

from __future__ import annotations

import pgtrigger
from django.db import models

from forprev.certification.models.certificates import Certificate
from forprev.people.models import Person


@pgtrigger.register(
    pgtrigger.ReadOnly(name="certificate_end_says_what_it_said", exclude=["by"]),
    pgtrigger.Protect(name="certificate_ends_are_kept", operation=pgtrigger.Delete),
)
class CertificateEnd(models.Model):
    """A certificate cancelled, or replaced by another one; only who did it changes, which follows a merge (B44)."""

    class Kind(models.TextChoices):
        CANCELLED = "cancelled", "Annulé"
        REPLACED = "replaced", "Remplacé"

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="end")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    replacement = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="replaces")

    def __str__(self) -> str:
        return f"{self.certificate}, {self.get_kind_display()}"
