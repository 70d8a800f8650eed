"""What ends a certificate before its term: the issued row itself never changes."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from forprev.certification.models.certificates import Certificate, CertificateState, never_emptied
from forprev.people.models import Person
from forprev.people.models.retention import ERASING


@pgtrigger.register(
    pgtrigger.ReadOnly(name="end_says_what_it_said", exclude=["by", "reason"]),
    pgtrigger.Trigger(
        name="reason_is_only_erased",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange("reason"),
        func=f"""
            IF current_setting('{ERASING}', true) = 'on' AND NEW.reason = '' THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
        """,
    ),
    pgtrigger.Protect(name="ends_are_kept", operation=pgtrigger.Delete),
    never_emptied("ends_are_never_emptied"),
)
@pghistory.track(pghistory.InsertEvent())
class CertificateEnd(models.Model):
    """One certificate, cancelled or replaced, for good: the database refuses any change but that of `by`, which
    follows a merge (B44), and the erasure of the reason, with the holder's name."""

    class Kind(models.TextChoices):
        CANCELLED = CertificateState.CANCELLED.value, CertificateState.CANCELLED.label
        REPLACED = CertificateState.REPLACED.value, CertificateState.REPLACED.label

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="end")
    kind = models.CharField("nature", max_length=10, choices=Kind)
    reason = models.TextField("motif")
    at = models.DateTimeField("date")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="auteur")
    replacement = models.ForeignKey(
        Certificate, null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )

    class Meta:
        verbose_name = "fin d’un certificat"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="replaced", replacement__isnull=False) | Q(kind="cancelled", replacement__isnull=True),
                name="end_replaces_or_cancels",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} : {self.get_kind_display()}"
