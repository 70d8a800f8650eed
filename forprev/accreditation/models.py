"""Who may train what: accreditations and the delegates attached to them."""

from __future__ import annotations

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q

from forprev.catalogue.models import Level
from forprev.organisations.models import Membership, Organisation
from forprev.people.models import Person


class AccreditationStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspendue"
    WITHDRAWN = "withdrawn", "Retirée"


@pghistory.track()
class Accreditation(models.Model):
    """An habilitation (A22): the right to run sessions of one level from `starts_on` to `ends_on`, both included."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accreditations")
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="accreditations")
    number = models.CharField("numéro", max_length=80, unique=True)
    starts_on = models.DateField("date de début")
    ends_on = models.DateField("date de fin")
    status = models.CharField("statut", max_length=10, choices=AccreditationStatus, default=AccreditationStatus.ACTIVE)

    class Meta:
        verbose_name = "habilitation"
        indexes = [
            models.Index(fields=["organisation", "ends_on"], name="accreditation_of_entity"),
            models.Index(fields=["ends_on"], name="accreditation_by_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="accreditation_ends_after_start")
        ]

    def __str__(self) -> str:
        return self.number

    def serves_on(self, day: date) -> bool:
        """Whether a session that ends on `day` may rely on it (A23, B09, B42): the bounds count."""
        return self.status == AccreditationStatus.ACTIVE and self.starts_on <= day <= self.ends_on


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Delegation(models.Model):
    """An accreditation attached to a delegate (A13)."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="delegations")
    accreditation = models.ForeignKey(Accreditation, on_delete=models.CASCADE, related_name="delegations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "accreditation"], name="delegation_unique")]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.accreditation_id}"


class DossierState(models.TextChoices):
    DRAFT = "draft", "Brouillon"
    SUBMITTED = "submitted", "Transmise"
    TO_COMPLETE = "to_complete", "À compléter"
    UNDER_REVIEW = "under_review", "En instruction"
    OPINION_GIVEN = "opinion_given", "Avis rendu"
    AWAITING_DECISION = "awaiting_decision", "En attente de décision"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    ADJOURNED = "adjourned", "Ajournée"
    CANCELLED = "cancelled", "Retirée"


UNDER_REVIEW = (
    DossierState.SUBMITTED,
    DossierState.UNDER_REVIEW,
    DossierState.OPINION_GIVEN,
    DossierState.AWAITING_DECISION,
    DossierState.ADJOURNED,
)


@pghistory.track()
class Dossier(models.Model):
    """The first request of an organisation that has no accreditation yet, and where it stands."""

    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dossiers")
    organisation_name = models.CharField("raison sociale", max_length=150)
    state = models.CharField("état", max_length=20, choices=DossierState, default=DossierState.DRAFT)
    submitted_on = models.DateField("transmise le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "demande"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DossierState.DRAFT) | Q(submitted_on__isnull=False), name="dossier_sent_has_its_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_name}, {self.get_state_display()}"
