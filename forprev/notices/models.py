"""What people are told: their inbox; the outbox: every mail that the application wants to leave; when to remind."""

from __future__ import annotations

import uuid

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from forprev.core.parameters import Settings
from forprev.people.models import Person


class Notice(models.Model):
    """One thing that one person is told, in the application; the mail that says the same is another row."""

    class Kind(models.TextChoices):
        """By the label that each has in the preferences (A05); what concerns the account itself is always mailed."""

        TASK = "task", "Notifications"
        ALERT = "alert", "Alertes"
        MESSAGE = "message", "Messages ciblés"
        ACCOUNT = "account", "Mon compte"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField("sorte", max_length=10, choices=Kind.choices)
    subject = models.CharField("objet", max_length=250)
    text = models.TextField("texte")
    url = models.CharField(max_length=500, blank=True, help_text="Path of what it is about.")
    key = models.CharField(max_length=250, null=True, blank=True, help_text="What the person is told only once.")  # noqa: DJ001
    awaits_summary = models.BooleanField(default=False, help_text="The next daily mail is to name it.")
    created_at = models.DateTimeField("date", default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "message"
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="notice_of_person"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None, archived_at=None)),
            models.Index(fields=["person"], name="notice_for_summary", condition=Q(awaits_summary=True)),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("notices:notice", args=[self.pk])


class OutgoingMail(models.Model):
    """One message to one address, as it leaves."""

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENT = "sent", "Envoyé"
        FAILED = "failed", "Échec"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.EmailField("destinataire")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="mails")
    subject = models.CharField("objet", max_length=250)
    text = models.TextField("texte")
    html = models.TextField()
    unsubscribe_url = models.CharField(max_length=500, blank=True, help_text="For List-Unsubscribe (RFC 8058).")
    reply_to = models.CharField(max_length=250, blank=True, help_text="Who reads the answers; nobody if empty.")
    confidential = models.BooleanField(
        default=False, help_text="The words are erased once sent or given up: they open something."
    )
    message_id = models.CharField(max_length=250, unique=True, help_text="The same at every try.")
    key = models.CharField(max_length=250, unique=True, null=True, blank=True, help_text="What is written only once.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    trying_since = models.DateTimeField(default=timezone.now, help_text="It is given up 24 hours later.")
    next_try_at = models.DateTimeField(default=timezone.now, help_text="Nobody tries before.")
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="The last time that it was given up.")
    problem = models.CharField("motif", max_length=500, blank=True, help_text="What the mail server last answered.")

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        indexes = [
            models.Index(fields=["-created_at"], name="mail_by_date"),
            models.Index(fields=["next_try_at"], name="mail_due", condition=Q(state="waiting")),
            models.Index(fields=["-failed_at"], name="mail_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def can_be_sent_again(self) -> bool:
        """Whether its words are still there."""
        return self.state == self.State.FAILED and bool(self.text)


@pghistory.track()
class ReminderSettings(Settings):
    """After how many days a task on which nothing moves is recalled."""

    first_days = models.PositiveSmallIntegerField("premier rappel", default=7)
    second_days = models.PositiveSmallIntegerField("second rappel", default=21)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_row_of_reminder_settings"),
            models.CheckConstraint(condition=Q(second_days__gt=models.F("first_days")), name="reminders_in_order"),
        ]

    def __str__(self) -> str:
        return "Rappels des tâches"
