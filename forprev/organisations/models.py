"""Entities and their people, regional funds and their departments."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from forprev.accounts.models import NETWORK_ROLES, Role
from forprev.catalogue.models import Scheme
from forprev.core.dates import now, today
from forprev.core.text import normalise
from forprev.core.uploads import NAME_LENGTH as DOCUMENT_NAME_LENGTH
from forprev.organisations.updating.workflow import CLOSED, DATA_CHANGE_WORKFLOW, State
from forprev.people.models import Person


@pghistory.track()
class RegionalFund(models.Model):
    """A caisse: Carsat, Cramif, CGSS or CSS (domain.md, section 5).

    What follows its name is how its entities and trainers reach it. `version` grows too with each department that
    comes or goes.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField("caisse", max_length=80, unique=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("e-mail", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Department(models.Model):
    """Of one fund at each moment: that of all entities whose address is there."""

    code = models.CharField("département", max_length=3, primary_key=True)
    fund = models.ForeignKey(RegionalFund, on_delete=models.PROTECT, related_name="departments")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class OrganisationKind(models.TextChoices):
    """The value is the letter in accreditation numbers (B07)."""

    TRAINING_BODY = "O", "Organisme de formation"
    COMPANY = "E", "Entreprise"
    LOCAL_AUTHORITY = "C", "Collectivité"


class Regime(models.TextChoices):
    GENERAL = "general", "Régime général"
    OTHER = "other", "Hors régime"


class WithUrssaf(models.Model):
    """An attestation URSSAF, or none; the document is in the storage."""

    urssaf = models.CharField(max_length=200, blank=True, help_text="Its key in the storage.")
    urssaf_name = models.CharField("attestation URSSAF", max_length=DOCUMENT_NAME_LENGTH, blank=True)
    urssaf_type = models.CharField(max_length=50, blank=True)
    urssaf_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256: tells whether it is the same.")

    class Meta:
        abstract = True


@pghistory.track()
class Organisation(WithUrssaf):
    """An entity: what it is, where, and who signs for it (A20).

    `version` grows with each change of it, of its sites, and of what it asks to change.
    """

    name = models.CharField("raison sociale", max_length=150)
    search_name = models.CharField(max_length=300, editable=False)
    kind = models.CharField("type", max_length=1, choices=OrganisationKind)
    regime = models.CharField("régime", max_length=10, choices=Regime, default=Regime.GENERAL)
    siret = models.CharField("SIRET", max_length=14, unique=True)
    address = models.CharField("adresse", max_length=200)
    postal_code = models.CharField("code postal", max_length=5)
    city = models.CharField("ville", max_length=100)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="organisations")
    signatory_name = models.CharField("nom du signataire", max_length=100)
    signatory_title = models.CharField("fonction du signataire", max_length=100)
    published = models.BooleanField("diffusion sur le site de l’INRS", default=False)
    nda = models.CharField(
        "numéro de déclaration d’activité", max_length=11, blank=True, help_text="Of training bodies alone (B11)."
    )
    activities = models.TextField("activités", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "entité"
        indexes = [
            models.Index(fields=["search_name"], name="organisation_by_name"),
            models.Index(
                fields=["department", "search_name"],
                name="organisation_published",
                condition=Q(kind=OrganisationKind.TRAINING_BODY, published=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.search_name = normalise(self.name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


MEMBER_ROLES = (Role.MANAGER, Role.DELEGATE)


def held_now(prefix: str = "") -> Q:
    """Of roles (`prefix` leads to them: `membership__`): neither removed nor past their last day."""
    still = Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": today()})
    return Q(**{f"{prefix}ended_at": None}) & still


@pghistory.track()
class Membership(models.Model):
    """A person's role in an entity, until it is ended."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=20, choices=[(r.value, r.label) for r in MEMBER_ROLES])
    description = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ends_on = models.DateField("dernier jour", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(ended_at__isnull=True),
                name="one_active_membership_a_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()} {self.organisation}"


@pghistory.track()
class NetworkRole(models.Model):
    """A person's role in the prevention network, until it is ended: fund officers have a fund, the others are national.

    Who gave it, who ended it and why is in its history.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="network_roles")
    role = models.CharField("rôle", max_length=24, choices=[(r.value, r.label) for r in NETWORK_ROLES])
    fund = models.ForeignKey(RegionalFund, null=True, blank=True, on_delete=models.PROTECT, related_name="officers")
    created_at = models.DateTimeField(default=now)
    ends_on = models.DateField("dernier jour", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role=Role.FUND_OFFICER, fund__isnull=False)
                | (~Q(role=Role.FUND_OFFICER) & Q(fund__isnull=True)),
                name="fund_for_fund_officers_only",
            ),
            models.UniqueConstraint(
                fields=["person", "role", "fund"],
                condition=Q(ended_at__isnull=True),
                name="one_active_network_role",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"


@pghistory.track()
class FundAttachment(models.Model):
    """The caisse de rattachement that a trainer chose (A06)."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, primary_key=True, related_name="fund_attachment")
    fund = models.ForeignKey(RegionalFund, on_delete=models.PROTECT, related_name="attachments")

    class Meta:
        verbose_name = "caisse de rattachement"

    def __str__(self) -> str:
        return f"{self.person}, {self.fund}"


@pghistory.track()
class TrainingSite(models.Model):
    """A plateforme pédagogique, declared by an entity for one scheme (A32)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sites")
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("plateforme pédagogique", max_length=120)
    postal_code = models.CharField("code postal", max_length=5)
    city = models.CharField("ville", max_length=100)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}, {self.postal_code} {self.city}"


@pgtrigger.register(
    pgtrigger.FSM(name="moves_of_a_data_change", field="state", transitions=list(DATA_CHANGE_WORKFLOW.moves()))
)
@pghistory.track()
class DataChange(WithUrssaf):
    """A demande d’actualisation (A21): what an entity asks its regional fund to change; it has one open at the most.

    `fields` holds what changes, and nothing else, as `{"name": ["before", "after"]}`; `urssaf` is told there by the
    names of the documents, the one wished being this row's. `sites` holds the platforms that change, as
    `{"site": 3, "before": {...}, "after": {...}}` with `scheme` (its code), `name`, `postal_code` and `city`: one to
    declare has neither `site` nor `before`, one to withdraw no `after`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="data_changes")
    fields = models.JSONField(default=dict)
    sites = models.JSONField(default=list)
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    sent_at = models.DateTimeField("envoyée le")
    sent_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="data_changes")
    closed_at = models.DateTimeField("date de traitement", null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("motif", blank=True, help_text="Of a refusal.")

    class Meta:
        verbose_name = "demande d’actualisation"
        verbose_name_plural = "demandes d’actualisation"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state=State.OPEN), name="one_open_data_change_an_entity"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="data_change_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.OPEN, closed_at__isnull=True, closed_by__isnull=True)
                | Q(state__in=CLOSED, closed_at__isnull=False, closed_by__isnull=False),
                name="data_change_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.REFUSED) & ~Q(reason="")) | (~Q(state=State.REFUSED) & Q(reason="")),
                name="data_change_refused_with_a_reason",
            ),
            models.CheckConstraint(condition=~Q(fields={}, sites=[]), name="data_change_changes_something"),
        ]

    def __str__(self) -> str:
        return f"Demande d’actualisation n°{self.pk}"

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)
