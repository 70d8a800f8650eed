"""Dossiers: what is asked of the network, by whom, and what becomes of it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from forprev.accreditation.models.accreditations import Accreditation
from forprev.accreditation.workflow import CLOSED, WORKFLOWS, DossierState, Track
from forprev.catalogue.models import Level
from forprev.core.text import normalise
from forprev.organisations.models import DataChange, Organisation, OrganisationKind, Regime, RegionalFund
from forprev.people.models import Person


class MeetingState(models.TextChoices):
    PLANNED = "planned", "Prévue"
    CLOSED = "closed", "Close"


@pghistory.track()
class CommitteeMeeting(models.Model):
    """A meeting of the national committee: its agenda is the dossiers that refer to it, by `agenda_rank`."""

    held_on = models.DateField("date de la commission", unique=True)
    state = models.CharField("état", max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    attendance = models.TextField("membres présents", blank=True, help_text="One a line; printed in the minutes.")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "commission nationale"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MeetingState.PLANNED, closed_at__isnull=True)
                | Q(state=MeetingState.CLOSED, closed_at__isnull=False),
                name="meeting_closed_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"Commission nationale du {self.held_on:%d/%m/%Y}"


class Opinion(models.TextChoices):
    FAVOURABLE = "favourable", "Favorable"
    RESERVED = "reserved", "Favorable avec réserves"
    UNFAVOURABLE = "unfavourable", "Défavorable"


@pgtrigger.register(
    pgtrigger.FSM(
        name="moves_before_the_committee",
        field="state",
        transitions=sorted({*WORKFLOWS[Track.GENERAL].moves(), *WORKFLOWS[Track.OTHER].moves()}),
        condition=~pgtrigger.Q(old__track=Track.DATA),
    ),
    pgtrigger.FSM(
        name="moves_of_a_data_dossier",
        field="state",
        transitions=list(WORKFLOWS[Track.DATA].moves()),
        condition=pgtrigger.Q(old__track=Track.DATA),
    ),
)
@pghistory.track()
class Dossier(models.Model):
    """A demande: one sending of an applicant, reviewed and decided together.

    A first request has no `organisation` before it is accepted, but a `Candidate`; the others are an entity's. Those
    of the track `DATA` have a `data_change`, the others `lines`, one a level. `version` grows with every change of the
    dossier, its lines, its pieces or its candidate.
    """

    track = models.CharField("circuit", max_length=10, choices=Track)
    number = models.CharField("numéro", max_length=20, unique=True, null=True, blank=True)
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="dossiers")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    organisation_name = models.CharField("raison sociale", max_length=150, blank=True)
    search_name = models.CharField(max_length=300, editable=False)
    fund = models.ForeignKey(
        RegionalFund,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dossiers",
        help_text="Whose officers review it; none where the INRS does.",
    )
    data_change = models.OneToOneField(
        DataChange, null=True, blank=True, on_delete=models.PROTECT, related_name="dossier"
    )
    state = models.CharField("état", max_length=20, choices=DossierState, default=DossierState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    creation_key = models.UUIDField(unique=True, help_text="Of the form posted: the same form twice makes one dossier.")
    created_at = models.DateTimeField("commencée le", auto_now_add=True)
    modified_at = models.DateTimeField("modifiée le")
    submitted_on = models.DateField("transmise le", null=True, blank=True)
    due_on = models.DateField("échéance", null=True, blank=True, help_text="Of whoever has the next word.")
    assigned_to = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="confiée à"
    )
    completion = models.TextField("complément demandé", blank=True, help_text="Until it is sent.")
    opinion = models.CharField("avis", max_length=15, choices=Opinion, blank=True)
    opinion_reason = models.TextField("motif de l’avis", blank=True)
    meeting = models.ForeignKey(
        CommitteeMeeting, null=True, blank=True, on_delete=models.PROTECT, related_name="dossiers"
    )
    agenda_rank = models.PositiveSmallIntegerField(default=0)
    decided_on = models.DateField("décidée le", null=True, blank=True)
    decision_reason = models.TextField("motif de la décision", blank=True, help_text="And the way out.")

    class Meta:
        verbose_name = "demande"
        indexes = [
            models.Index(fields=["applicant", "-created_at"], name="dossier_of_applicant"),
            models.Index(fields=["organisation", "state"], name="dossier_of_entity"),
            models.Index(fields=["fund", "state", "due_on"], name="dossier_of_fund"),
            models.Index(fields=["state", "due_on"], name="dossier_by_state"),
            models.Index(fields=["search_name"], name="dossier_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DossierState.DRAFT) | Q(submitted_on__isnull=False, number__isnull=False),
                name="dossier_sent_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(track=Track.DATA, data_change__isnull=False, organisation__isnull=False)
                | (~Q(track=Track.DATA) & Q(data_change__isnull=True)),
                name="data_change_of_its_track",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DossierState.REFUSED, DossierState.ADJOURNED]) | ~Q(decision_reason=""),
                name="dossier_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=DossierState.TO_COMPLETE) | ~Q(completion=""), name="completion_says_what"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DossierState.OPINION_GIVEN, DossierState.AWAITING_DECISION]) | ~Q(opinion=""),
                name="dossier_decided_on_an_opinion",
            ),
            models.CheckConstraint(
                condition=Q(state=DossierState.AWAITING_DECISION, meeting__isnull=False)
                | ~Q(state=DossierState.AWAITING_DECISION),
                name="dossier_awaits_a_meeting",
            ),
            models.CheckConstraint(condition=Q(state__in=DossierState.values), name="dossier_state_known"),
        ]

    def __str__(self) -> str:
        return f"Demande {self.number}" if self.number else "Demande en brouillon"

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_name = normalise(self.organisation_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def state_label(self) -> str:
        return str(DossierState(self.state).label)

    @property
    def is_first(self) -> bool:
        """Of an organisation that was not in Forprev when it was begun."""
        return hasattr(self, "candidate")

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED


@pghistory.track()
class Candidate(models.Model):
    """The common part of a first request: the entity as it would be. A draft may lack anything."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, primary_key=True, related_name="candidate")
    kind = models.CharField("type", max_length=1, choices=OrganisationKind, blank=True)
    regime = models.CharField("régime", max_length=10, choices=Regime, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True, db_index=True)
    nda = models.CharField("numéro de déclaration d’activité", max_length=11, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("ville", max_length=100, blank=True)
    signatory_name = models.CharField("nom du signataire", max_length=100, blank=True)
    signatory_title = models.CharField("fonction du signataire", max_length=100, blank=True)
    activities = models.TextField("activités", blank=True)

    def __str__(self) -> str:
        return f"{self.dossier.organisation_name} ({self.siret})"


class LineKind(models.TextChoices):
    NEW = "new", "Nouvelle habilitation"
    RENEWAL = "renewal", "Renouvellement"


class Outcome(models.TextChoices):
    GRANTED = "granted", "Accordée"
    REFUSED = "refused", "Refusée"


@pghistory.track()
class DossierLine(models.Model):
    """One level asked for; `accreditation` is the one to renew, then the one that the decision gave."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="lines")
    kind = models.CharField("objet", max_length=10, choices=LineKind)
    level = models.ForeignKey(Level, on_delete=models.PROTECT, related_name="+")
    accreditation = models.ForeignKey(
        Accreditation, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )
    outcome = models.CharField("décision", max_length=10, choices=Outcome, blank=True)
    outcome_reason = models.TextField("motif", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "level"], name="one_line_a_level"),
            models.CheckConstraint(
                condition=Q(kind=LineKind.NEW) | Q(accreditation__isnull=False), name="renewal_of_something"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REFUSED) | ~Q(outcome_reason=""), name="line_refused_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{LineKind(self.kind).label}\N{NO-BREAK SPACE}: {self.level}"


@pghistory.track(pghistory.InsertEvent())
class DossierMessage(models.Model):
    """One message of the thread of a dossier; an internal note is never shown to the applicant."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=24, help_text="In what quality.")
    text = models.TextField("message")
    is_internal = models.BooleanField("note interne", default=False)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="message_says_something")]

    def __str__(self) -> str:
        return f"{self.author_id}, {self.written_at:%d/%m/%Y %H:%M}"
