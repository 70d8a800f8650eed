"""The network's delays, kept as data so that they can change without a release."""

from __future__ import annotations

import pghistory
from django.db import models

from forprev.core.parameters import Settings


@pghistory.track()
class CertificationSettings(Settings):
    """The defaults are those of domain.md."""

    generation_months = models.PositiveSmallIntegerField("délai de génération des certificats", default=3)
    download_days = models.PositiveSmallIntegerField("durée de téléchargement des certificats", default=15)
    generation_reminder_days = models.PositiveSmallIntegerField(
        "rappel avant la fin du délai de génération", default=15
    )
    download_reminder_days = models.PositiveSmallIntegerField("rappel avant la fin du téléchargement", default=3)
    reopening_months = models.PositiveSmallIntegerField("réouverture d’une session hors délai", default=12)
    retry_months = models.PositiveSmallIntegerField("délai conseillé après un échec", default=6)
    first_alert_months = models.PositiveSmallIntegerField("première alerte au formateur", default=12)
    second_alert_months = models.PositiveSmallIntegerField("deuxième alerte au formateur", default=6)
    third_alert_months = models.PositiveSmallIntegerField("troisième alerte au formateur", default=3)
    trainer_account_months = models.PositiveSmallIntegerField(
        "compte d’un formateur sans certificat valide", default=12
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_certification_settings")]

    def __str__(self) -> str:
        return "Délais de la certification"

    @property
    def alert_months(self) -> tuple[int, int, int]:
        """Months before the end of a trainer's certificate at which its holder is told."""
        return self.first_alert_months, self.second_alert_months, self.third_alert_months
