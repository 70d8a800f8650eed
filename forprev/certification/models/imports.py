"""Spreadsheets of trainees between their sending and their confirmation."""

from __future__ import annotations

from django.db import models

from forprev.certification.models.sessions import TrainingSession
from forprev.people.models import Identity, Person, display_name


class Verdict(models.IntegerChoices):
    """What becomes of a line; those that somebody has to look at come first."""

    REFUSED = 1, "Refusée"
    DOUBTFUL = 2, "À vérifier"
    KEPT = 3, "Retenue"
    ALREADY = 4, "Déjà dans la session"
    LEFT_OUT = 5, "Retirée"


class TraineeImport(models.Model):
    """One spreadsheet for one draft, seen by whoever sent it; nobody is a trainee before it is confirmed.

    Its lines go with the confirmation, and with the day: what is told afterwards is counted here.
    """

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="imports")
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=150, help_text="The name of the file; empty if it was pasted.")
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict, help_text="Lines by verdict, at the confirmation.")

    class Meta:
        verbose_name = "import de stagiaires"
        indexes = [models.Index(fields=["created_at"], name="import_by_age")]

    def __str__(self) -> str:
        return self.source or "Lignes collées"


class ImportLine(models.Model):
    """A line as typed, what was understood of it, and what becomes of it.

    `remarks`: pairs of a field, or "", and what is to be said of it. `proposals`: persons of the register who may be
    this one, masked, as `Proposal` says. `decision`: of whoever looked; see `imports.judging`.
    """

    of = models.ForeignKey(TraineeImport, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField("ligne")
    last_name = models.CharField(max_length=500, blank=True)
    first_name = models.CharField(max_length=500, blank=True)
    birth_date = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=500, blank=True)
    forprev_number = models.CharField(max_length=500, blank=True)
    day = models.DateField(null=True)
    search_last_name = models.CharField(max_length=200, blank=True)
    search_first_name = models.CharField(max_length=200, blank=True)
    verdict = models.PositiveSmallIntegerField(choices=Verdict)
    remarks = models.JSONField(default=list)
    proposals = models.JSONField(default=list)
    decision = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["verdict", "row"]
        indexes = [
            models.Index(fields=["of", "verdict", "row"], name="import_line_by_verdict"),
            models.Index(fields=["of", "search_last_name", "day"], name="import_line_identity"),
        ]
        constraints = [models.UniqueConstraint(fields=["of", "row"], name="import_line_once")]

    def __str__(self) -> str:
        return f"Ligne {self.row}"

    @property
    def display_name(self) -> str:
        return display_name(self.last_name, self.first_name)

    @property
    def identity(self) -> Identity | None:
        """None as long as there is no date."""
        return Identity(self.last_name, self.first_name, self.day) if self.day else None

    @property
    def verdict_label(self) -> str:
        return str(Verdict(self.verdict).label)
