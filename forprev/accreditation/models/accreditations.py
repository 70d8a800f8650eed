"""Accreditations and the delegates attached to them."""

from __future__ import annotations

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from forprev.accreditation.life.workflow import LIFE, AccreditationStatus
from forprev.catalogue.models import Level
from forprev.organisations.models import Membership, Organisation


@pgtrigger.register(pgtrigger.FSM(name="moves_of_an_accreditation", field="status", transitions=list(LIFE.moves())))
@pghistory.track()
class Accreditation(models.Model):
    """An habilitation (A22): the right to run sessions of one level from `starts_on` to `ends_on`, both included."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accreditations")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="accreditations")
    number = models.CharField("numéro", max_length=80, unique=True)
    starts_on = models.DateField("date de début")
    ends_on = models.DateField("date de fin")
    status = models.CharField("statut", max_length=10, choices=AccreditationStatus, default=AccreditationStatus.ACTIVE)
    status_since = models.DateField("statut depuis le", null=True, blank=True)
    status_reason = models.TextField("motif du statut", blank=True, help_text="Of a suspension or a withdrawal (B09).")

    class Meta:
        verbose_name = "habilitation"
        indexes = [
            models.Index(fields=["organisation", "ends_on"], name="accreditation_of_entity"),
            models.Index(fields=["ends_on"], name="accreditation_by_end"),
            models.Index(
                fields=["organisation"],
                name="accreditation_suspended",
                condition=Q(status=AccreditationStatus.SUSPENDED),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="accreditation_ends_after_start"),
        ]

    def __str__(self) -> str:
        return self.number

    def serves_on(self, day: date) -> bool:
        """Whether a session that ends on `day` may rely on it (A23, B09, B42): the bounds count."""
        return self.status == AccreditationStatus.ACTIVE and self.starts_on <= day <= self.ends_on


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Delegation(models.Model):
    """An accreditation attached to a delegate (A13)."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="delegations")
    accreditation = models.ForeignKey(Accreditation, on_delete=models.CASCADE, related_name="delegations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "accreditation"], name="delegation_unique")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.accreditation_id}"
