"""A targeted message with its audience, and whom it reached."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from forprev.accounts.models import Role
from forprev.catalogue.models import Level
from forprev.core.uploads import NAME_LENGTH as DOCUMENT_NAME_LENGTH
from forprev.network.messages.workflow import MESSAGE_WORKFLOW, State
from forprev.organisations.models import OrganisationKind, RegionalFund
from forprev.people.models import Person

ADDRESSABLE = (Role.MANAGER, Role.DELEGATE, Role.TRAINER)
"""The roles that a message can be for."""


@pgtrigger.register(pgtrigger.FSM(name="moves_of_a_message", field="state", transitions=list(MESSAGE_WORKFLOW.moves())))
@pghistory.track(exclude=["listed_up_to", "progressed_at"])
class TargetedMessage(models.Model):
    """A message ciblé, of a regional fund or, without `fund`, national.

    Its audience: `roles`; of the accreditations or certificates of `levels`, of any if there are none; of the region
    of `fund`, or of the `funds` chosen, of all if there are none; of the `kinds` of entity, of any if there are none.
    Who that is is decided when it leaves, in `Recipient` rows: `listed_up_to` is the last person looked at.
    """

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="targeted_messages")
    fund = models.ForeignKey(
        RegionalFund, null=True, blank=True, on_delete=models.PROTECT, related_name="targeted_messages"
    )
    roles = ArrayField(models.CharField(max_length=20, choices=[(r.value, r.label) for r in ADDRESSABLE]), default=list)
    levels = models.ManyToManyField(Level, related_name="+", blank=True)
    funds = models.ManyToManyField(RegionalFund, related_name="+", blank=True)
    kinds = ArrayField(models.CharField(max_length=1, choices=OrganisationKind), default=list, blank=True)
    subject = models.CharField("objet", max_length=150, blank=True)
    text = models.TextField("texte", blank=True)
    document = models.CharField(max_length=200, blank=True, help_text="Its key in the storage.")
    document_name = models.CharField("pièce jointe", max_length=DOCUMENT_NAME_LENGTH, blank=True)
    document_type = models.CharField(max_length=50, blank=True)
    document_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256: tells whether it is the same.")
    send_at = models.DateTimeField("date d’envoi", null=True, blank=True, help_text="None: as soon as it is confirmed.")
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    creation_key = models.UUIDField(unique=True, help_text="Of the form posted: the same form twice makes one message.")
    created_at = models.DateTimeField("créé le", default=timezone.now)
    started_at = models.DateTimeField("début de l’envoi", null=True, blank=True)
    listed_up_to = models.BigIntegerField(default=0)
    recipients_count = models.PositiveIntegerField(
        "destinataires", null=True, blank=True, help_text="Known once all of them are listed."
    )
    progressed_at = models.DateTimeField(null=True, blank=True, help_text="When its sending last went on.")
    finished_at = models.DateTimeField("fin de l’envoi", null=True, blank=True)

    class Meta:
        verbose_name = "message ciblé"
        verbose_name_plural = "messages ciblés"
        indexes = [
            models.Index(fields=["fund", "-created_at"], name="message_of_fund"),
            models.Index(fields=["-created_at"], name="message_by_date"),
            models.Index(fields=["state", "send_at"], name="message_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_known"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[role.value for role in ADDRESSABLE]), name="message_roles_known"
            ),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=OrganisationKind.values), name="message_kinds_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.CANCELLED])
                | (Q(roles__len__gt=0, send_at__isnull=False) & ~Q(subject="") & ~Q(text="")),
                name="message_complete_once_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT)
                | Q(started_at__isnull=False, finished_at__isnull=False, recipients_count__isnull=False),
                name="message_sent_has_its_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or f"Message n°{self.pk}"

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def sender(self) -> str:
        """Who writes, as readers see it."""
        return str(self.fund) if self.fund else "INRS"


class Recipient(models.Model):
    """Somebody whom a message is for: it stands in the application from `served_at` on, and was opened at `read_at`."""

    message = models.ForeignKey(TargetedMessage, on_delete=models.PROTECT, related_name="recipients")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages_received")
    served_at = models.DateTimeField("reçu le", null=True, blank=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["message", "id"], condition=Q(served_at=None), name="recipient_to_serve"),
            models.Index(fields=["message"], condition=Q(read_at__isnull=False), name="recipient_who_read"),
            models.Index(fields=["person", "-served_at"], name="recipient_of_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message", "person"], name="recipient_once_a_message"),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(served_at__isnull=False), name="recipient_read_what_was_served"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}, {self.person_id}"
