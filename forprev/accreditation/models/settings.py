"""The network's delays, kept as data so that they can change without a release."""

from __future__ import annotations

import pghistory
from django.db import models

from forprev.core.parameters import Settings


@pghistory.track()
class AccreditationSettings(Settings):
    """The defaults are those of domain.md."""

    accreditation_months = models.PositiveSmallIntegerField("durée d’une habilitation", default=60)
    renewal_months = models.PositiveSmallIntegerField("renouvellement possible avant la fin", default=12)
    first_alert_months = models.PositiveSmallIntegerField("première alerte avant la fin", default=12)
    second_alert_months = models.PositiveSmallIntegerField("seconde alerte avant la fin", default=6)
    draft_months = models.PositiveSmallIntegerField("conservation d’un brouillon de demande", default=12)
    draft_warning_months = models.PositiveSmallIntegerField("annonce avant la suppression d’un brouillon", default=1)
    review_days = models.PositiveSmallIntegerField("délai d’instruction d’une demande", default=60)
    completion_days = models.PositiveSmallIntegerField("délai pour envoyer un complément", default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_accreditation_settings")]

    def __str__(self) -> str:
        return "Délais de l’habilitation"

    @property
    def alert_months(self) -> tuple[int, int]:
        """Months before the end of an accreditation at which the managers are told (A25)."""
        return self.first_alert_months, self.second_alert_months
