"""Trainees of a session and their results."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from forprev.certification.models.sessions import TrainingSession
from forprev.core.text import clean, normalise
from forprev.people.models import Person, display_name


class Result(models.TextChoices):
    SUCCESS = "success", "Réussite"
    FAILURE = "failure", "Échec"


@pghistory.track()
class Trainee(models.Model):
    """A person as entered in a session. `person` is set once that is known: chosen by n° Forprev, or on success.

    The row stays whatever the result (B29, B43).
    """

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="trainees")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments")
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance")
    email = models.EmailField("e-mail", blank=True)
    search_last_name = models.CharField(max_length=200, editable=False)
    search_first_name = models.CharField(max_length=200, editable=False)
    somebody_else = models.BooleanField(
        default=False, help_text="The likely duplicates were shown, and the answer was that it is none of them."
    )
    prerequisite_declared = models.BooleanField("certificat prérequis présenté", default=False)
    bases_declared = models.BooleanField("« bases en prévention » présentées", default=False)
    earlier_declared = models.BooleanField("le stagiaire a présenté son certificat", default=False)
    result = models.CharField("résultat", max_length=10, choices=Result, blank=True)
    creation_key = models.UUIDField(unique=True)

    class Meta:
        ordering = ["search_last_name", "search_first_name", "birth_date", "pk"]
        verbose_name = "stagiaire"
        indexes = [
            models.Index(fields=["birth_date", "search_last_name", "search_first_name"], name="trainee_identity")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "search_last_name", "search_first_name", "birth_date"],
                condition=Q(somebody_else=False) & ~Q(search_last_name=""),
                name="trainee_once_a_session",
            ),
            models.UniqueConstraint(fields=["session", "person"], name="person_once_a_session"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return display_name(self.last_name, self.first_name)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two entries the same person at level acteur."""
        return (self.search_last_name, self.search_first_name, self.birth_date.isoformat())

    def normalise_names(self) -> None:
        self.last_name, self.first_name = clean(self.last_name), clean(self.first_name)
        self.search_last_name, self.search_first_name = normalise(self.last_name), normalise(self.first_name)

    def save(self, *args: object, **kwargs: object) -> None:
        self.normalise_names()
        super().save(*args, **kwargs)  # type: ignore[arg-type]
