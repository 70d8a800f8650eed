"""The chapters of the manuals, and the manuals on paper."""

from __future__ import annotations

import pghistory
from django.db import models

from forprev.support.manuals.registry import CHOICES


@pghistory.track()
class Chapter(models.Model):
    """The text is light Markdown (markup.py); `{variables}` stand for what is in force."""

    manual = models.CharField("manuel", max_length=20, choices=CHOICES)
    slug = models.SlugField("adresse", max_length=80)
    rank = models.PositiveSmallIntegerField("rang")
    title = models.CharField("titre", max_length=120)
    text = models.TextField("texte", max_length=20_000)
    version = models.PositiveIntegerField(default=1)
    modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["manual", "rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["manual", "slug"], name="chapter_address_once_a_manual")]
        indexes = [models.Index(fields=["manual", "rank"], name="chapter_in_order")]

    def __str__(self) -> str:
        return self.title


class Edition(models.Model):
    """A manual as PDF, made of what `digest` sums up; made again when that is no longer so."""

    manual = models.CharField(max_length=20, choices=CHOICES, primary_key=True)
    digest = models.CharField(max_length=64, blank=True)
    content = models.BinaryField()
    size = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.manual
