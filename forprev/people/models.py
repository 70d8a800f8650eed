"""Who: a person, once, under one n° Forprev."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models

from forprev.core.text import clean, normalise

NUMBER_PATTERN = r"[A-Z]{3}[0-9]{5}"


class Identity(NamedTuple):
    """What a person's papers say, as written there."""

    last_name: str
    first_name: str
    birth_date: date


@pghistory.track()
class Person(models.Model):
    """Anybody recorded: trainee, trainer, manager, officer. An account is another matter (accounts)."""

    number = models.CharField(
        "n° Forprev", max_length=8, unique=True, validators=[RegexValidator(f"^{NUMBER_PATTERN}$")]
    )
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance")
    search_last_name = models.CharField(max_length=200, editable=False)
    search_first_name = models.CharField(max_length=200, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "personne"
        indexes = [
            models.Index(fields=["birth_date", "search_last_name", "search_first_name"], name="person_identity"),
            models.Index(fields=["search_last_name", "search_first_name"], name="person_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=f"^{NUMBER_PATTERN}$"), name="person_number_format"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """`NOM Prénom`, as the network writes it."""
        return display_name(self.last_name, self.first_name)

    @property
    def identity(self) -> Identity:
        return Identity(self.last_name, self.first_name, self.birth_date)

    def save(self, *args: object, **kwargs: object) -> None:
        self.last_name, self.first_name = clean(self.last_name), clean(self.first_name)
        self.search_last_name, self.search_first_name = normalise(self.last_name), normalise(self.first_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


@pgtrigger.register(pgtrigger.Protect(name="number_is_for_ever", operation=pgtrigger.Delete))
class IssuedNumber(models.Model):
    """Every n° Forprev ever given (A03) and the person that it leads to now: never reused, followed after a merge."""

    number = models.CharField(max_length=8, primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="issued_numbers")

    def __str__(self) -> str:
        return self.number


class Lookup(models.Model):
    """Somebody looked a person up: kept so that nobody reads the register out number by number."""

    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="lookups")
    subject = models.CharField(max_length=250, help_text="What was looked up, hashed.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="lookup_of_person")]

    def __str__(self) -> str:
        return f"{self.by_id}, {self.at}"


def display_name(last_name: str, first_name: str) -> str:
    return f"{last_name.upper()} {first_name}"
