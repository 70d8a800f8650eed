"""How long what is kept, what went, who looked at whom (GDPR, articles 5 and 15)."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from forprev.people.models.persons import Person

ERASING = "forprev.erasing"
"""The setting of a transaction that erases: without it the database refuses what only retention may do."""


def only_erased(name: str) -> pgtrigger.Trigger:
    """Refuses to delete a row, but to retention."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        func=f"IF current_setting('{ERASING}', true) = 'on' THEN RETURN OLD; END IF; "
        "RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
    )


@pghistory.track()
class RetentionRule(models.Model):
    """For how many months the things of a kind (`retention.registry`) are kept; a row a kind whose delay can change."""

    kind = models.CharField("catégorie", max_length=40, unique=True)
    months = models.PositiveSmallIntegerField("durée (mois)")
    reason = models.CharField("motif", max_length=500, blank=True, help_text="Of the last change.")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "durée de conservation"
        verbose_name_plural = "durées de conservation"

    def __str__(self) -> str:
        return f"{self.kind}: {self.months}"


class RetentionRun(models.Model):
    """One passage over the things of one kind; without an end, it was interrupted, and the next one goes on."""

    kind = models.CharField("catégorie", max_length=40)
    months = models.PositiveSmallIntegerField("durée appliquée (mois)")
    started_at = models.DateTimeField("début")
    ended_at = models.DateTimeField("fin", null=True, blank=True)
    examined = models.PositiveIntegerField("examinées", default=0)
    disposed = models.PositiveIntegerField("effacées", default=0)
    failed = models.PositiveIntegerField("en échec", default=0)

    class Meta:
        verbose_name = "passage"
        indexes = [
            models.Index(fields=["-started_at"], name="retention_run_by_date"),
            models.Index(fields=["kind", "-started_at"], name="retention_run_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.started_at}"

    @property
    def seconds(self) -> float | None:
        return round((self.ended_at - self.started_at).total_seconds(), 1) if self.ended_at else None


@pgtrigger.register(
    pgtrigger.Protect(name="erasures_are_kept", operation=pgtrigger.Delete | pgtrigger.Update),
)
class Erasure(models.Model):
    """What was erased, without a word of whom: played again, a restored backup brings nobody back."""

    class Kind(models.TextChoices):
        PERSON = "person", "Personne anonymisée"
        ACCOUNT = "account", "Compte effacé"
        TRAINEE = "trainee", "Stagiaire sans n° Forprev anonymisé"

    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=8, blank=True, help_text="The n° Forprev of the person.")
    trainee = models.BigIntegerField(null=True, blank=True, help_text="The key of a trainee who has no n° Forprev.")
    certificates = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["at"], name="erasure_by_date")]

    def __str__(self) -> str:
        return f"{self.kind}, {self.number or self.trainee}"


@pgtrigger.register(
    only_erased("consultations_are_kept"),
    pgtrigger.ReadOnly(name="consultation_says_what_it_said", exclude=["by", "person"]),
)
class Consultation(models.Model):
    """Somebody of the network looked at a page that shows a person, or several: then only how many."""

    class Page(models.TextChoices):
        ACCOUNT = "account", "Compte"
        CERTIFICATE = "certificate", "Certificat"
        CERTIFICATES = "certificates", "Liste de certificats"
        SESSION = "session", "Session et ses stagiaires"
        CORRECTION = "correction", "Demande de correction"
        CONTACT = "contact", "Demande de contact"
        DUPLICATES = "duplicates", "Doublons"
        DOSSIER = "dossier", "Demande d’habilitation"
        PERSONAL_DATA = "personal_data", "Toutes les données de la personne"

    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consultations_made")
    role = models.CharField("rôle", max_length=40, help_text="In what quality, as the screen says it.")
    place = models.CharField("service", max_length=80, blank=True)
    page = models.CharField("page", max_length=20, choices=Page)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="consultations", verbose_name="personne"
    )
    count = models.PositiveIntegerField("personnes", default=1)
    reason = models.CharField("motif", max_length=500, blank=True)
    at = models.DateTimeField("date", default=timezone.now)

    class Meta:
        verbose_name = "consultation"
        indexes = [
            models.Index(fields=["-at"], name="consultation_by_date"),
            models.Index(fields=["person", "-at"], name="consultation_of_person"),
            models.Index(fields=["by", "-at"], name="consultation_by_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id}, {self.page}, {self.at}"
