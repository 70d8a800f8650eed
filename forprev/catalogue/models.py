"""What can be taught: schemes, levels, and the qualifications that a session can confer (domain.md, section 2)."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models


class Unconfirmed(models.Model):
    """Data of which some values are ours until the network confirms them: the field names stand in `unconfirmed`."""

    unconfirmed = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name="valeurs à confirmer"
    )

    class Meta:
        abstract = True


@pghistory.track()
class Scheme(Unconfirmed):
    """A dispositif."""

    code = models.CharField(max_length=40, unique=True, help_text="As it stands in accreditation numbers.")
    name = models.CharField("dispositif", max_length=40, unique=True)
    title = models.CharField(max_length=200)
    site_required = models.BooleanField("plateforme pédagogique exigée", default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TraineeKind(models.TextChoices):
    """What a level makes of its trainees: an acteur has no account, a formateur has one (A35)."""

    ACTOR = "actor", "Acteur"
    TRAINER = "trainer", "Formateur"


@pghistory.track()
class Level(models.Model):
    """Level 1 trains acteurs, 2 trains formateurs, 3 trains the trainers of formateurs and is the INRS's own (B01)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="levels")
    number = models.PositiveSmallIntegerField("niveau")
    trainee_kind = models.CharField(max_length=10, choices=TraineeKind)
    inrs_only = models.BooleanField(default=False)

    class Meta:
        ordering = ["scheme__name", "number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="level_unique")]

    def __str__(self) -> str:
        return f"{self.scheme.name} / {self.number}"

    @property
    def trains_trainers(self) -> bool:
        return self.trainee_kind == TraineeKind.TRAINER


@pghistory.track()
class Qualification(Unconfirmed):
    """A certificate model with the parameters of its sessions (B20); the network owns them, entities never do (B46)."""

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="qualifications")
    code = models.CharField(max_length=40, unique=True)
    short_label = models.CharField("certificat", max_length=80, unique=True)
    title = models.CharField(max_length=200, help_text="As printed on the certificate.")
    validity_months = models.PositiveSmallIntegerField("validité (mois)")
    initial_hours = models.PositiveSmallIntegerField("durée du stage initial (heures)", null=True, blank=True)
    refresher_hours = models.PositiveSmallIntegerField("durée de la MAC (heures)", null=True, blank=True)
    group_min = models.PositiveSmallIntegerField("effectif minimal", null=True, blank=True)
    group_max = models.PositiveSmallIntegerField("effectif maximal", null=True, blank=True)
    minimum_age = models.PositiveSmallIntegerField("âge minimal", null=True, blank=True)
    trainers_required = models.PositiveSmallIntegerField("nombre de formateurs", default=1)
    bases_required = models.BooleanField("« bases en prévention » exigées", default=False)
    sessions_expected = models.PositiveSmallIntegerField(
        "sessions animées attendues", null=True, blank=True, help_text="Over the three previous calendar years (B32)."
    )
    initial_sessions_expected = models.PositiveSmallIntegerField("dont stages initiaux", null=True, blank=True)
    taught_by = models.ManyToManyField(
        "self", symmetrical=False, related_name="entitles_to_teach", blank=True, verbose_name="formateur qualifié par"
    )
    prerequisites = models.ManyToManyField(
        "self", symmetrical=False, related_name="gives_access_to", blank=True, verbose_name="prérequis (l’un d’eux)"
    )
    equivalents = models.ManyToManyField(
        "self", symmetrical=False, related_name="counts_as", blank=True, verbose_name="tient lieu de ce certificat"
    )
    renews = models.ManyToManyField(
        "self", symmetrical=False, related_name="renewed_by", blank=True, verbose_name="sa MAC renouvelle aussi"
    )
    signatory_name = models.CharField(max_length=100)
    signatory_title = models.CharField(max_length=150)
    template_version = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["level__scheme__name", "level__number", "short_label"]

    def __str__(self) -> str:
        return self.short_label

    @property
    def makes_trainers(self) -> bool:
        return self.level.trains_trainers
