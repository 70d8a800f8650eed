"""The paper of certificates: who signs, and the words and colours of each version of a template (B46)."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Max, Q

HEX_COLOUR = RegexValidator(r"^#[0-9a-f]{6}$", "Une couleur s’écrit # puis six chiffres ou lettres de a à f.")


@pghistory.track()
class Signatory(models.Model):
    """Who signs certificates for the network; a change counts for those generated from then on."""

    name = models.CharField("nom", max_length=100, help_text="As printed: `Camille VERDIER`.")
    title = models.CharField("fonction", max_length=150)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}"


@pghistory.track()
class CertificateTemplate(models.Model):
    """A modèle de certificat of the network, which lives by its versions."""

    name = models.CharField("nom", max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def in_force(self) -> TemplateVersion:
        """The version on which certificates are generated now. Raises TemplateVersion.DoesNotExist if none is."""
        return self.versions.filter(state=PaperState.PUBLISHED).latest("number")


class PaperState(models.TextChoices):
    DRAFT = "draft", "En préparation"
    PUBLISHED = "published", "Publiée"


# A certificate made again must be the same paper: what is published never changes.
@pgtrigger.register(
    pgtrigger.Protect(
        name="published_version_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__state="published"),
    )
)
@pghistory.track()
class TemplateVersion(models.Model):
    """The words and colours of a certificate. `layout` names the drawing that they are set in (documents/pdf.py)."""

    template = models.ForeignKey(CertificateTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(unique=True, help_text="Over all templates, in the order of creation.")
    state = models.CharField("état", max_length=10, choices=PaperState, default=PaperState.DRAFT)
    layout = models.PositiveSmallIntegerField(default=1)
    awarded_text = models.CharField("au-dessus du nom", max_length=60, default="délivré à")
    partner_text = models.CharField("au-dessus de l’entité", max_length=60, default="Partenaire habilité par l’INRS")
    stamp_text = models.CharField("sous cette mention", max_length=60, default="(Cachet et signature)")
    check_text = models.CharField("à côté du QR code", max_length=40, default="Vérifiez ce certificat")
    mention = models.CharField("mention", max_length=160, blank=True, help_text="Below the dates.")
    colour = models.CharField("couleur", max_length=7, default="#0b4f64", validators=[HEX_COLOUR])
    accent = models.CharField("couleur des ornements", max_length=7, default="#c8590a", validators=[HEX_COLOUR])
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["template"], condition=Q(state=PaperState.DRAFT), name="one_draft_version_a_template"
            ),
            models.CheckConstraint(
                condition=Q(state=PaperState.DRAFT, published_at=None)
                | Q(state=PaperState.PUBLISHED, published_at__isnull=False),
                name="published_version_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}, version {self.number}"

    @classmethod
    def next_number(cls) -> int:
        return (cls.objects.aggregate(last=Max("number"))["last"] or 0) + 1
