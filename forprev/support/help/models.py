"""Questions and their answers, and whether the answers helped."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F


class Module(models.TextChoices):
    """What a question is about, in the order of the screen."""

    SIGNING_IN = "connexion", "Connexion et rôles"
    ACCOUNT = "compte", "Mon compte"
    ENTITY = "entite", "Mon entité et ses utilisateurs"
    ACCREDITATIONS = "habilitations", "Habilitations et demandes"
    SESSIONS = "sessions", "Sessions de certification"
    RESULTS = "resultats", "Résultats"
    CERTIFICATES = "certificats", "Certificats"
    CHECK = "verification", "Vérification des certificats"
    MESSAGES = "messages", "Messages et échéances"
    DATA = "donnees", "Données personnelles et assistance"


@pghistory.track()
class Question(models.Model):
    """The answer: paragraphs parted by an empty line, lists of lines that start with `- `, `{variables}`."""

    slug = models.SlugField("adresse", max_length=80, unique=True)
    module = models.CharField("module", max_length=20, choices=Module)
    rank = models.PositiveSmallIntegerField("rang dans le module", default=100)
    text = models.CharField("question", max_length=200)
    answer = models.TextField("réponse", max_length=4000)
    words = models.CharField("autres mots", max_length=300, blank=True)
    is_published = models.BooleanField("publiée", default=True)
    version = models.PositiveIntegerField(default=1)
    modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["module", "rank", "pk"]

    def __str__(self) -> str:
        return self.text


class Opinions(models.Model):
    """How many found that an answer helped: nothing of who they are."""

    question = models.OneToOneField(Question, on_delete=models.CASCADE, primary_key=True, related_name="opinions")
    helped = models.PositiveIntegerField(default=0)
    did_not = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.helped} / {self.did_not}"

    @classmethod
    def count(cls, question: Question, *, helped: bool) -> None:
        """One more; two at once are both counted."""
        cls.objects.get_or_create(question=question)
        field = "helped" if helped else "did_not"
        cls.objects.filter(question=question).update(**{field: F(field) + 1})
