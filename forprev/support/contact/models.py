"""Contact requests and their threads."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.utils import timezone

from forprev.core.dates import day_of
from forprev.core.uploads import NAME_LENGTH as DOCUMENT_NAME_LENGTH
from forprev.organisations.models import Organisation
from forprev.people.models import Person
from forprev.support.contact.workflow import CONTACT_WORKFLOW, ContactState

NAME_LENGTH = 200
TEXT_LENGTH = 5000


TURN = models.Case(
    *(models.When(state=state, then=models.Value(turn)) for turn, state in enumerate(ContactState)),
    output_field=models.IntegerField(),
)
"""The place of a state among those of a list: what waits for the hotline first, what is resolved last."""


class Subject(models.TextChoices):
    SIGNING_IN = "connexion", "Me connecter, mon compte"
    ACCREDITATION = "habilitation", "Une habilitation ou une demande"
    SESSION = "session", "Une session ou ses résultats"
    CERTIFICATE = "certificat", "Un certificat"
    DATA = "donnees", "Mes données personnelles"
    OTHER = "autre", "Autre chose"


@pgtrigger.register(
    pgtrigger.FSM(
        name="moves_of_a_contact",
        field="state",
        transitions=[(source, target) for source, target in CONTACT_WORKFLOW.moves() if source != target],
    )
)
@pghistory.track(
    fields=["state", "assigned_to", "person", "organisation", "version"],
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    model_name="ContactRequestEvent",
)
class ContactRequest(models.Model):
    """One matter that somebody brought to the hotline. `person`, `organisation`: whom it is about, as far as known.

    What was written is the `writer`'s alone, whomever it is about.
    """

    key = models.UUIDField(unique=True, help_text="Of the form that was sent: twice the same is one request.")
    name = models.CharField("nom", max_length=NAME_LENGTH)
    email = models.EmailField("e-mail")
    typed_number = models.CharField("n° Forprev indiqué", max_length=20, blank=True)
    subject = models.CharField("objet", max_length=20, choices=Subject)
    role = models.CharField("rôle", max_length=150, blank=True, help_text="Of the writer, as the screen says it.")
    page = models.CharField("page", max_length=300, blank=True, help_text="The path where help was asked for.")
    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contact_requests",
        verbose_name="personne",
    )
    writer = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="demandeur",
        help_text="If known when it was written.",
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="entité"
    )
    state = models.CharField("état", max_length=10, choices=ContactState, default=ContactState.NEW)
    assigned_to = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="affectée à"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField("reçue le", default=timezone.now)
    modified_at = models.DateTimeField("modifiée le", default=timezone.now)

    class Meta:
        verbose_name = "demande de contact"
        verbose_name_plural = "demandes de contact"
        indexes = [
            models.Index(TURN, "created_at", "id", name="contact_by_turn"),
            models.Index(fields=["state", "-modified_at"], name="contact_by_state"),
            models.Index(fields=["-created_at"], name="contact_by_date"),
            models.Index(fields=["email"], name="contact_by_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=ContactState.values), name="contact_state_known")
        ]

    def __str__(self) -> str:
        return f"Demande {self.number}"

    @property
    def number(self) -> str:
        """`C26-000123`: what people quote."""
        return f"C{day_of(self.created_at):%y}-{self.pk:06}"

    @property
    def state_label(self) -> str:
        return str(ContactState(self.state).label)


class ContactMessage(models.Model):
    """What was written, in the order of the thread; a note is for the hotline alone."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Message du demandeur"
        ANSWER = "answer", "Réponse de l’assistance"
        NOTE = "note", "Note interne"

    request = models.ForeignKey(ContactRequest, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    author = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    message_id = models.CharField(
        max_length=250, unique=True, null=True, blank=True, help_text="Of the mail that it came or left as."
    )
    document = models.CharField(max_length=100, blank=True, help_text="Its key in the storage.")
    document_name = models.CharField(max_length=DOCUMENT_NAME_LENGTH, blank=True)
    document_type = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at}"


@pghistory.track()
class CannedAnswer(models.Model):
    """A text that agents start an answer from; its `{variables}` are filled in for the request that is answered."""

    title = models.CharField("titre", max_length=100, unique=True)
    text = models.TextField("texte", max_length=TEXT_LENGTH)
    is_active = models.BooleanField("proposée", default=True)

    class Meta:
        verbose_name = "réponse type"
        verbose_name_plural = "réponses types"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
