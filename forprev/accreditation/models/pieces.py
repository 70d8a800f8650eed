"""The pieces of a dossier: which are demanded (B05), which were sent, what the reviewer thinks of each."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from forprev.accreditation.models.dossiers import Dossier, DossierLine
from forprev.catalogue.models import Scheme, Unconfirmed
from forprev.core.uploads import NAME_LENGTH
from forprev.organisations.models import OrganisationKind


@pghistory.track()
class PieceRule(Unconfirmed):
    """A piece demanded of a dossier (B05): an empty `scheme`, `level_number` or `kind` stands for all of them.

    One without a scheme is demanded once a dossier of an entity that is not in Forprev yet; the others once a level.
    """

    code = models.SlugField(max_length=60, unique=True)
    label = models.CharField("pièce", max_length=150)
    help_text = models.CharField("ce qu’elle doit montrer", max_length=500, blank=True)
    scheme = models.ForeignKey(Scheme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    level_number = models.PositiveSmallIntegerField("niveau", null=True, blank=True)
    kind = models.CharField("type d’entité", max_length=1, choices=OrganisationKind, blank=True)
    is_required = models.BooleanField("obligatoire", default=True)
    is_active = models.BooleanField(default=True)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme__isnull=False) | Q(level_number__isnull=True),
                name="level_of_a_piece_with_its_scheme",
            )
        ]

    def __str__(self) -> str:
        return self.label


class PieceState(models.TextChoices):
    RECEIVED = "received", "Reçue"
    CONFORMING = "conforming", "Conforme"
    TO_CORRECT = "to_correct", "À corriger"


@pghistory.track()
class Piece(models.Model):
    """A document sent for a rule, and for a line where the rule is a level's; sent anew, it takes its own place."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="pieces")
    rule = models.ForeignKey(PieceRule, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(DossierLine, null=True, blank=True, on_delete=models.CASCADE, related_name="pieces")
    document = models.CharField(max_length=200, help_text="Its key in the storage.")
    name = models.CharField(max_length=NAME_LENGTH)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField(help_text="In bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256: tells whether it is the same.")
    sent_at = models.DateTimeField("envoyée le")
    state = models.CharField("état", max_length=10, choices=PieceState, default=PieceState.RECEIVED)
    remark = models.TextField("remarque", blank=True)

    class Meta:
        verbose_name = "pièce"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "rule", "line"], nulls_distinct=False, name="one_piece_a_rule"),
            models.CheckConstraint(
                condition=~Q(state=PieceState.TO_CORRECT) | ~Q(remark=""), name="piece_to_correct_with_a_remark"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} ({self.name})"

    @property
    def state_label(self) -> str:
        return str(PieceState(self.state).label)
