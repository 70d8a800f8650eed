"""Each time that an agent saw the application as a user does, and what was looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from forprev.accounts.models import Role
from forprev.certification.models.certificates import never_emptied
from forprev.core.dates import now
from forprev.people.models import Person
from forprev.people.models.retention import only_erased
from forprev.support.contact.models import ContactRequest

LONGEST = timedelta(minutes=15)
"""No consultation lasts longer, whatever the settings say."""

REASON_LENGTH = 500


class End(models.TextChoices):
    """Why a consultation ended."""

    QUIT = "quit", "Quittée"
    TIME = "time", "Durée écoulée"
    SESSION = "session", "Fin de la session de l’agent"
    AGENT = "agent", "Rôle de l’agent terminé"
    PERSON = "person", "Rôle ou compte de la personne terminé"


@pgtrigger.register(
    pgtrigger.ReadOnly(name="consultation_says_what_it_said", exclude=["agent", "person", "ended_at", "end"]),
    pgtrigger.Protect(
        name="consultation_ends_once",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__ended_at__isnull=False)
        & (
            pgtrigger.Q(old__ended_at__df=pgtrigger.F("new__ended_at"))
            | pgtrigger.Q(old__end__df=pgtrigger.F("new__end"))
        ),
    ),
    only_erased("consultations_are_kept"),
    never_emptied("consultations_are_never_emptied"),
)
class Consultation(models.Model):
    """One agent saw the application as one person does, in one role. Only its end is ever added.

    Agent and person follow the merge of two records (B44).
    """

    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="agent")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="personne")
    role = models.CharField("rôle", max_length=30, choices=Role)
    role_key = models.CharField(max_length=60, help_text="Its `Acting.key`.")
    place = models.CharField("lieu", max_length=250, blank=True, help_text="The entity, as it was called.")
    reason = models.CharField("motif", max_length=REASON_LENGTH)
    contact = models.ForeignKey(
        ContactRequest,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="demande de contact",
    )
    begun_at = models.DateTimeField("début", default=timezone.now)
    until = models.DateTimeField("au plus tard jusqu’à")
    ended_at = models.DateTimeField("fin", null=True, blank=True)
    end = models.CharField("nature de la fin", max_length=10, choices=End, blank=True)

    class Meta:
        verbose_name = "consultation de l’assistance"
        verbose_name_plural = "consultations de l’assistance"
        indexes = [
            models.Index(fields=["-begun_at"], name="seeing_by_date"),
            models.Index(fields=["role"], name="consultation_by_role"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(agent=F("person")), name="consultation_of_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="consultation_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until__gt=F("begun_at"), until__lte=F("begun_at") + LONGEST),
                name="consultation_is_short",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end="") | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="consultation_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Consultation n°{self.pk}"

    @property
    def role_shown(self) -> str:
        """`Gestionnaire MAROSE FORMATION`."""
        return f"{self.get_role_display()} {self.place}".strip()

    @property
    def over_at(self) -> datetime | None:
        """When it ended: noted, or at the latest, where nobody was there to note it; None while it goes on."""
        return self.ended_at or (self.until if self.until <= now() else None)

    @property
    def minutes(self) -> int:
        return round((self.until - self.begun_at).total_seconds() / 60)


@pgtrigger.register(
    pgtrigger.ReadOnly(name="consulted_page_stays"),
    only_erased("consulted_pages_are_kept"),
    never_emptied("consulted_pages_are_never_emptied"),
)
class ConsultedPage(models.Model):
    """An address that was opened; of what stands in it, only numbers are kept, and nothing of its query."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="pages")
    at = models.DateTimeField("le", default=timezone.now)
    name = models.CharField("nom de l’adresse", max_length=100)
    path = models.CharField("adresse", max_length=200)
    shown = models.BooleanField("montrée", help_text="Not what is closed to whoever only looks.")

    class Meta:
        verbose_name = "page consultée"
        verbose_name_plural = "pages consultées"
        indexes = [models.Index(fields=["consultation", "at", "id"], name="consulted_page_in_order")]

    def __str__(self) -> str:
        return f"{self.name}, {self.at}"
