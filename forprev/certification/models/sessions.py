"""Training sessions and who runs them."""

from __future__ import annotations

from datetime import date

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from forprev.accreditation.models import Accreditation
from forprev.catalogue.models import Qualification, QualificationRules
from forprev.certification.workflow import SESSION_WORKFLOW, State
from forprev.core.dates import add_months, today
from forprev.organisations.models import Organisation, TrainingSite
from forprev.people.models import Person


class Course(models.TextChoices):
    INITIAL = "initial", "Stage initial"
    REFRESHER = "refresher", "Stage de mise à jour des compétences"


class PlaceKind(models.TextChoices):
    FRANCE = "france", "Lieu de formation en France"
    ABROAD = "abroad", "Lieu de formation à l’étranger"
    SITE = "site", "Plateforme pédagogique"


@pgtrigger.register(
    pgtrigger.FSM(name="moves_of_the_workflow", field="state", transitions=list(SESSION_WORKFLOW.moves())),
    pgtrigger.Protect(name="sessions_are_kept", operation=pgtrigger.Delete),
)
@pghistory.track()
class TrainingSession(models.Model):
    """One session of an entity. Its number on screen is the primary key; a deleted one is only marked (B43).

    A draft may lack anything; any other state is complete. `version` grows with every change of the session,
    its trainers or its trainees, so that a stale form is recognised.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sessions")
    accreditation = models.ForeignKey(
        Accreditation, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    qualification = models.ForeignKey(
        Qualification,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="sessions",
        verbose_name="certificat",
    )
    course = models.CharField("identification", max_length=10, choices=Course, blank=True)
    place_kind = models.CharField("lieu de formation", max_length=10, choices=PlaceKind, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    country = models.CharField("pays", max_length=100, blank=True)
    site = models.ForeignKey(TrainingSite, null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    end_date = models.DateField("date de fin de session", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    creation_key = models.UUIDField(unique=True, help_text="Of the form posted: the same form twice makes one session.")
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    last_actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="+", verbose_name="dernier intervenant"
    )
    modified_at = models.DateTimeField("date de modification")
    comment = models.TextField(
        "commentaire du formateur", blank=True, help_text="Of the last return, until it is sent again."
    )
    results_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    results_at = models.DateTimeField(null=True, blank=True)
    reopened_until = models.DateField(
        null=True, blank=True, help_text="Set by the regional fund, past the delay (B40)."
    )
    warnings = models.JSONField(default=list, blank=True, help_text="What was said and accepted at sending, e.g. B23.")
    generated_at = models.DateTimeField(null=True, blank=True)
    download_until = models.DateField(null=True, blank=True, help_text="Last day of download by the entity (A40).")
    first_downloaded_at = models.DateTimeField(null=True, blank=True)
    certificates_cancelled_at = models.DateTimeField(
        null=True, blank=True, help_text="When all of them were, at once: the session no longer counts."
    )

    class Meta:
        verbose_name = "session de certification"
        indexes = [
            models.Index(fields=["organisation", "state", "-modified_at"], name="session_of_entity"),
            models.Index(fields=["accreditation", "state", "-modified_at"], name="session_of_accreditation"),
            models.Index(fields=["state", "end_date"], name="session_by_deadline"),
            models.Index(fields=["state", "download_until"], name="session_by_download"),
            # What the network's list is searched by stands in the index: going far down reads no session.
            models.Index(
                fields=["-modified_at", "-id"],
                name="session_by_change",
                condition=~Q(state=State.DELETED),
                include=["organisation", "accreditation", "qualification", "state"],
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[State.DRAFT, State.DELETED])
                | (
                    Q(accreditation__isnull=False, qualification__isnull=False, end_date__isnull=False)
                    & ~Q(course="")
                    & ~Q(place_kind="")
                ),
                name="session_complete_once_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ISSUED)
                | Q(generated_at__isnull=False, download_until__isnull=False, results_by__isnull=False),
                name="session_issued_has_its_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"Session de certification n°{self.pk}"

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def place_label(self) -> str:
        """`26800 ETOILE SUR RHONE`, `Genève (Suisse)` or the site."""
        if self.place_kind == PlaceKind.SITE:
            return str(self.site)
        if self.place_kind == PlaceKind.ABROAD:
            return f"{self.city} ({self.country})"
        return f"{self.postal_code} {self.city}".strip()

    @property
    def rules(self) -> QualificationRules | None:
        """Those of its certificate that hold on its last day, or today as long as it has none (B20)."""
        return self.qualification.rules_on(self.end_date or today()) if self.qualification else None

    @property
    def certificates_expire_on(self) -> date | None:
        """Until when the session's certificates are valid, that day included (A43)."""
        if self.end_date is None or self.qualification is None:
            return None
        return add_months(self.end_date, self.qualification.rules_on(self.end_date).validity_months)

    def can_be_downloaded_on(self, day: date) -> bool:
        return self.state == State.ISSUED and self.download_until is not None and day <= self.download_until


@pghistory.track()
class SessionTrainer(models.Model):
    """Who runs the session: one trainer, or as many as the qualification asks for (B30). The first is the main one."""

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="trainers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions_run", verbose_name="formateur")
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["session", "position"], name="one_trainer_a_position"),
            models.UniqueConstraint(fields=["session", "person"], name="trainer_once_a_session"),
        ]

    def __str__(self) -> str:
        return str(self.person)
