"""What people ask the hotline."""

from __future__ import annotations

from dataclasses import dataclass

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from forprev.core.dates import french
from forprev.core.uploads import NAME_LENGTH as DOCUMENT_NAME_LENGTH
from forprev.people.models import Identity, Person
from forprev.support.contact.models import CannedAnswer, ContactMessage, ContactRequest
from forprev.support.help.models import Opinions, Question
from forprev.support.manuals.models import Chapter, Edition
from forprev.support.seeing.models import Consultation, ConsultedPage
from forprev.support.workflow import CLOSED, CORRECTION_WORKFLOW, State

__all__ = [
    "CannedAnswer",
    "Chapter",
    "Consultation",
    "ConsultedPage",
    "ContactMessage",
    "ContactRequest",
    "CorrectionRequest",
    "Edition",
    "Opinions",
    "Question",
    "Value",
]


@dataclass(frozen=True)
class Value:
    """One line of an identity, before and after, as the screen writes it."""

    label: str
    before: str
    after: str

    @property
    def changes(self) -> bool:
        return self.before != self.after


@pgtrigger.register(
    pgtrigger.FSM(name="moves_of_a_correction", field="state", transitions=list(CORRECTION_WORKFLOW.moves()))
)
@pghistory.track()
class CorrectionRequest(models.Model):
    """A person asks that its last name, first name or birth date be corrected (A04); its document is in the storage."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="correction_requests")
    old_last_name = models.CharField("nom", max_length=100)
    old_first_name = models.CharField("prénom", max_length=100)
    old_birth_date = models.DateField("date de naissance")
    new_last_name = models.CharField("nom demandé", max_length=100)
    new_first_name = models.CharField("prénom demandé", max_length=100)
    new_birth_date = models.DateField("date de naissance demandée")
    message = models.TextField("message", blank=True)
    document = models.CharField(max_length=200, blank=True, help_text="Its key in the storage.")
    document_name = models.CharField("justificatif", max_length=DOCUMENT_NAME_LENGTH, blank=True)
    document_type = models.CharField(max_length=50, blank=True)
    document_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256: tells whether it is the same.")
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField("date de la demande", default=timezone.now)
    closed_at = models.DateTimeField("date de traitement", null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("motif", blank=True, help_text="Of a refusal.")

    class Meta:
        verbose_name = "demande de correction"
        verbose_name_plural = "demandes de correction"
        indexes = [
            models.Index(F("closed_at").desc(), "created_at", "id", name="correction_by_wait"),
            models.Index(fields=["state", "created_at"], name="correction_by_state"),
            models.Index(fields=["created_at"], name="correction_by_date"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=State.OPEN), name="one_open_correction_a_person"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="correction_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, closed_at__isnull=True, closed_by__isnull=True)
                | Q(state__in=CLOSED, closed_at__isnull=False, closed_by__isnull=False),
                name="correction_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.REFUSED) & ~Q(reason="")) | (~Q(state=State.REFUSED) & Q(reason="")),
                name="correction_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(
                    new_last_name=F("old_last_name"),
                    new_first_name=F("old_first_name"),
                    new_birth_date=F("old_birth_date"),
                ),
                name="correction_changes_something",
            ),
        ]

    def __str__(self) -> str:
        return f"Demande de correction n°{self.pk}"

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def old_identity(self) -> Identity:
        return Identity(self.old_last_name, self.old_first_name, self.old_birth_date)

    @property
    def new_identity(self) -> Identity:
        return Identity(self.new_last_name, self.new_first_name, self.new_birth_date)

    @property
    def values(self) -> list[Value]:
        """Last name, first name and birth date, side by side."""
        old, new = self.old_identity, self.new_identity
        return [
            Value("Nom", old.last_name, new.last_name),
            Value("Prénom", old.first_name, new.first_name),
            Value("Date de naissance", french(old.birth_date), french(new.birth_date)),
        ]
