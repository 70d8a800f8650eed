"""What can be taught: schemes, levels, and the qualifications that a session can confer (domain.md, section 2)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from forprev.catalogue.models.papers import CertificateTemplate, Signatory
from forprev.core.dates import french, today

ORIGIN = date.min
"""The first rules of a qualification hold since ever: what was taken over is older than Forprev."""


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
    is_active = models.BooleanField("ouvert aux demandes d’habilitation", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TraineeKind(models.TextChoices):
    """What a level makes of its trainees: an acteur has no account, a formateur has one (A35)."""

    ACTOR = "actor", "Acteur"
    TRAINER = "trainer", "Formateur"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Level(models.Model):
    """Level 1 trains acteurs, 2 trains formateurs, 3 trains the trainers of formateurs and is the INRS's own (B01)."""

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="levels")
    number = models.PositiveSmallIntegerField("niveau")
    trainee_kind = models.CharField(max_length=10, choices=TraineeKind)
    inrs_only = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["scheme__name", "number"]
        constraints = [models.UniqueConstraint(fields=["scheme", "number"], name="level_unique")]

    def __str__(self) -> str:
        return f"{self.scheme.name} / {self.number}"

    @property
    def trains_trainers(self) -> bool:
        return self.trainee_kind == TraineeKind.TRAINER


class QualificationState(models.TextChoices):
    PREPARED = "prepared", "En préparation"
    OPEN = "offered", "Ouvert"
    CLOSED = "closed", "Fermé"


@pghistory.track()
class Qualification(Unconfirmed):
    """A certificate model; the network owns it, entities never do (B46). What its sessions obey stands in its rules.

    Title, signatory and paper count for the certificates generated from their change on.
    """

    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="qualifications")
    code = models.CharField(max_length=40, unique=True)
    short_label = models.CharField("certificat", max_length=80, unique=True)
    title = models.CharField(max_length=200, help_text="As printed on the certificate.")
    signatory = models.ForeignKey(Signatory, on_delete=models.PROTECT, related_name="qualifications")
    template = models.ForeignKey(CertificateTemplate, on_delete=models.PROTECT, related_name="qualifications")
    state = models.CharField("état", max_length=10, choices=QualificationState, default=QualificationState.PREPARED)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["level__scheme__name", "level__number", "short_label"]

    def __str__(self) -> str:
        return self.short_label

    @property
    def makes_trainers(self) -> bool:
        return self.level.trains_trainers

    @property
    def is_open(self) -> bool:
        return self.state == QualificationState.OPEN

    @cached_property
    def dated_rules(self) -> tuple[QualificationRules, ...]:
        """All of its rules, the latest first; one query for the life of this object."""
        return tuple(sorted(self.rules.all(), key=lambda rules: rules.effective_on, reverse=True))

    @property
    def current_rules(self) -> QualificationRules:
        return self.rules_on(today())

    def rules_on(self, day: date) -> QualificationRules:
        """The rules of a session that ends on `day` (B20). Raises QualificationRules.DoesNotExist before the first."""
        for rules in self.dated_rules:
            if rules.effective_on <= day:
                return rules
        raise QualificationRules.DoesNotExist(f"{self.code} has no rules on {day}")


NUMBERS = (
    "validity_months",
    "initial_hours",
    "refresher_hours",
    "group_min",
    "group_max",
    "minimum_age",
    "trainers_required",
    "bases_required",
    "sessions_expected",
    "initial_sessions_expected",
)
RELATIONS = ("taught_by", "prerequisites", "equivalents", "renews")
"""The fields of rules: figures, and links to qualifications."""


class QualificationRulesQuerySet(models.QuerySet["QualificationRules"]):
    def in_force(self, day: date, qualifications: Iterable[int] | None = None) -> QualificationRulesQuerySet:
        """Those of each qualification that count for a session ending on `day`."""
        dated = self.filter(effective_on__lte=day)
        if qualifications is not None:
            dated = dated.filter(qualification__in=qualifications)
        latest = dated.order_by("qualification_id", "-effective_on").distinct("qualification_id")
        return self.filter(pk__in=latest.values("pk"))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class QualificationRules(Unconfirmed):
    """What sessions that end on `effective_on` or later obey, until the next rules (B20)."""

    qualification = models.ForeignKey(Qualification, on_delete=models.CASCADE, related_name="rules")
    effective_on = models.DateField("à partir du", default=ORIGIN)
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
        Qualification, related_name="entitles_to_teach", blank=True, verbose_name="formateur qualifié par"
    )
    prerequisites = models.ManyToManyField(
        Qualification, related_name="gives_access_to", blank=True, verbose_name="prérequis (l’un d’eux)"
    )
    equivalents = models.ManyToManyField(
        Qualification, related_name="counts_as", blank=True, verbose_name="tient lieu de ce certificat"
    )
    renews = models.ManyToManyField(
        Qualification, related_name="renewed_by", blank=True, verbose_name="sa MAC renouvelle aussi"
    )
    version = models.PositiveIntegerField(default=1)

    objects = QualificationRulesQuerySet.as_manager()

    class Meta:
        ordering = ["qualification", "-effective_on"]
        constraints = [
            models.UniqueConstraint(fields=["qualification", "effective_on"], name="one_set_of_rules_a_day"),
            models.CheckConstraint(condition=Q(validity_months__gte=1), name="rules_give_a_validity"),
            models.CheckConstraint(condition=Q(trainers_required__in=[1, 2]), name="rules_ask_for_one_or_two_trainers"),
            models.CheckConstraint(
                condition=Q(group_min=None) | Q(group_max=None) | Q(group_min__lte=F("group_max")),
                name="rules_have_a_smallest_and_a_largest_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.qualification}, {self.since}"

    @property
    def is_to_come(self) -> bool:
        """Whether no session obeys them yet; the day on which they start counts as come."""
        return self.effective_on > today()

    @property
    def since(self) -> str:
        return "depuis l’origine" if self.effective_on == ORIGIN else f"à partir du {french(self.effective_on)}"
