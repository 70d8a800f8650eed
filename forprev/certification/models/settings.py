"""The network's delays, kept as data so that they can change without a release."""

from __future__ import annotations

import pghistory
from django.db import models


@pghistory.track()
class CertificationSettings(models.Model):
    """One row. The defaults are those of domain.md; a change counts from then on."""

    generation_months = models.PositiveSmallIntegerField("délai de génération (mois)", default=3)
    download_days = models.PositiveSmallIntegerField("durée de téléchargement (jours)", default=15)
    generation_reminder_days = models.PositiveSmallIntegerField(
        "rappel avant le délai de génération (jours)", default=15
    )
    download_reminder_days = models.PositiveSmallIntegerField(
        "rappel avant la fin du téléchargement (jours)", default=3
    )
    retry_months = models.PositiveSmallIntegerField("délai conseillé après un échec (mois)", default=6)

    trainer_account_months = models.PositiveSmallIntegerField(
        "compte d’un formateur dont le certificat a expiré (mois)", default=12
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_certification_settings")]

    def __str__(self) -> str:
        return "Délais de la certification"

    @classmethod
    def current(cls) -> CertificationSettings:
        """The row in force; the defaults until somebody changes them."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)
