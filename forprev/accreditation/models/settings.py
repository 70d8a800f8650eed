"""The network's delays, kept as data so that they can change without a release."""

from __future__ import annotations

import pghistory
from django.db import models


@pghistory.track()
class AccreditationSettings(models.Model):
    """One row. The defaults are those of domain.md; a change counts from then on."""

    accreditation_months = models.PositiveSmallIntegerField("durée d’une habilitation (mois)", default=60)
    renewal_months = models.PositiveSmallIntegerField("renouvellement avant la fin (mois)", default=12)
    draft_months = models.PositiveSmallIntegerField("conservation d’un brouillon (mois)", default=12)
    review_days = models.PositiveSmallIntegerField("délai d’instruction (jours)", default=60)
    completion_days = models.PositiveSmallIntegerField("délai pour un complément (jours)", default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_accreditation_settings")]

    def __str__(self) -> str:
        return "Délais de l’habilitation"

    @classmethod
    def current(cls) -> AccreditationSettings:
        """The row in force; the defaults until somebody changes them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
