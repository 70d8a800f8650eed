"""Who: a person, once, under one n° Forprev."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models

from forprev.core.dates import NO_DAY, day_of, today
from forprev.core.parameters import Settings
from forprev.core.text import clean, letters_of, normalise

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
    letters = models.IntegerField(default=0, editable=False, help_text="Of both names, as `letters_of` counts them.")
    created_at = models.DateTimeField(auto_now_add=True)
    anonymised_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Names and birth date are gone since then, for good."
    )

    class Meta:
        verbose_name = "personne"
        indexes = [
            models.Index(
                fields=["birth_date", "search_last_name", "search_first_name"],
                include=["letters", "id"],
                name="person_identity",
            ),
            models.Index(
                fields=["birth_date", "search_first_name"],
                include=["search_last_name", "letters", "id"],
                name="person_by_first_name",
            ),
            models.Index(
                fields=["search_last_name", "search_first_name"], include=["birth_date", "id"], name="person_by_name"
            ),
            models.Index(fields=["search_first_name"], name="person_of_first_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=f"^{NUMBER_PATTERN}$"), name="person_number_format"
            ),
            models.CheckConstraint(
                condition=models.Q(anonymised_at=None)
                | models.Q(last_name="", first_name="", search_last_name="", search_first_name="", birth_date=NO_DAY),
                name="anonymised_person_has_no_name",
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

    def derive(self) -> None:
        """What follows from the names; before every write."""
        self.last_name, self.first_name = clean(self.last_name), clean(self.first_name)
        self.search_last_name, self.search_first_name = normalise(self.last_name), normalise(self.first_name)
        self.letters = letters_of(self.search_last_name, self.search_first_name)

    def save(self, *args: object, **kwargs: object) -> None:
        self.derive()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class NameCount(models.Model):
    """How many people of the register have a name: what two records that share it prove depends on that.

    Names that one person alone has are not counted; the whole register stands under the empty name.
    """

    class Part(models.TextChoices):
        LAST = "L", "nom"
        FIRST = "F", "prénom"

    part = models.CharField(max_length=1, choices=Part)
    name = models.CharField(max_length=200, help_text="Normalised.")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "name"], include=["count"], name="one_count_a_name")]

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


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
    subject = models.CharField(max_length=250, blank=True, help_text="What was looked up, hashed; empty for many.")
    count = models.PositiveIntegerField(default=1, help_text="People looked up at once.")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="lookup_of_person")]

    def __str__(self) -> str:
        return f"{self.by_id}, {self.at}"


class Merge(models.Model):
    """Two records of one person were brought together (B44): what the duplicate was, why, and how to undo it."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges", verbose_name="fiche gardée")
    kept_number = models.CharField("n° gardé", max_length=8)
    duplicate_id = models.BigIntegerField(help_text="The key that the duplicate had, and has again if it is undone.")
    number = models.CharField("n° du doublon", max_length=8)
    last_name = models.CharField("nom", max_length=100)
    first_name = models.CharField("prénom", max_length=100)
    birth_date = models.DateField("date de naissance")
    reason = models.TextField("motif")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("date de la fusion")
    lines = models.JSONField(default=list, help_text="What followed, in words: [label, count] each.")
    undo = models.TextField(blank=True, help_text="What `people.journal` takes back, encrypted; emptied in the end.")
    undo_days = models.PositiveSmallIntegerField(default=30, help_text="For how long it can be undone.")
    undone_at = models.DateTimeField("annulée le", null=True, blank=True)
    undone_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "fusion"
        indexes = [
            models.Index(fields=["-at"], name="merge_by_date"),
            models.Index(fields=["by", "-at"], name="merge_by_actor"),
            models.Index(fields=["number"], name="merge_of_number"),
        ]

    def __str__(self) -> str:
        return f"Fusion n°{self.pk}"

    @property
    def duplicate_name(self) -> str:
        return display_name(self.last_name, self.first_name)

    @property
    def last_day(self) -> date:
        """The last day on which it can be undone."""
        return day_of(self.at) + timedelta(days=self.undo_days)

    @property
    def can_be_undone(self) -> bool:
        return self.undone_at is None and today() <= self.last_day

    @property
    def state(self) -> str:
        return "undone" if self.undone_at else "done"

    @property
    def state_label(self) -> str:
        return "Annulée" if self.undone_at else "Effectuée"


ANONYMISED = "Personne anonymisée"
"""What stands for a name that was erased."""


def display_name(last_name: str, first_name: str) -> str:
    return f"{last_name.upper()} {first_name}" if last_name or first_name else ANONYMISED


@pghistory.track()
class PeopleSettings(Settings):
    """For how long two records brought together can be parted again (B44)."""

    undo_days = models.PositiveSmallIntegerField("annulation d’une fusion de doublons", default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_people_settings")]

    def __str__(self) -> str:
        return "Délais des personnes"
