"""Whoever wants to make a first request, until its address is confirmed."""

from __future__ import annotations

from django.db import models

from forprev.core.forms import NAME_LENGTH


class Candidacy(models.Model):
    """What somebody without an account typed; the token of the link that confirms it is only in the mail.

    Deleted once it is confirmed, or once its link has ended: nothing is kept of somebody who did not come back.
    """

    last_name = models.CharField("nom", max_length=NAME_LENGTH)
    first_name = models.CharField("prénom", max_length=NAME_LENGTH)
    birth_date = models.DateField("date de naissance")
    email = models.EmailField("e-mail")
    organisation_name = models.CharField("raison sociale", max_length=150)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="candidacy_by_age")]

    def __str__(self) -> str:
        return f"{self.last_name} {self.first_name}, {self.organisation_name}"
