"""What was counted of all sessions, by night (decision 18)."""

from __future__ import annotations

from django.db import models

from forprev.organisations.models import RegionalFund


class Grouping(models.TextChoices):
    QUALIFICATION = "qualification", "Certificat"
    TRAINER = "trainer", "Formateur"
    ORGANISATION = "organisation", "Entité"
    FUND = "fund", "Caisse"


class CountedFigures(models.Model):
    """The figures of one fund's entities, or of all entities, by one grouping; each count takes the place of the last.

    `rows` are the largest groups: lists of the key of what is grouped by, sessions, trainees, successes and failures.
    Names are read when they are shown, so that none stays here.
    """

    fund = models.ForeignKey(RegionalFund, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    grouping = models.CharField(max_length=13, choices=Grouping)
    since = models.DateField()
    until = models.DateField()
    rows = models.JSONField(default=list)
    groups = models.PositiveIntegerField(help_text="How many there are, those included that are in no row.")
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "grouping"], name="figures_counted_once_a_scope", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.fund or 'National'}, {self.get_grouping_display()}"
