"""The outbox: every mail that the application wants to leave."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from forprev.people.models import Person


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
    confidential = models.BooleanField(default=False, help_text="The words are erased once sent: they open something.")
    message_id = models.CharField(max_length=250, unique=True, help_text="The same at every try.")
    key = models.CharField(max_length=250, unique=True, null=True, blank=True, help_text="What is written only once.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        indexes = [
            models.Index(fields=["-created_at"], name="mail_by_date"),
            models.Index(fields=["state", "created_at"], name="mail_by_state"),
        ]

    def __str__(self) -> str:
        return self.subject
