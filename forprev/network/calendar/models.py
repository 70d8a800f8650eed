"""The secret address of a person's calendar."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from forprev.accounts.models import Account


class CalendarFeed(models.Model):
    """Whoever knows the address reads the account's terms; the token in it, of 256 bits, is only told once."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_read_at = models.DateTimeField(null=True, blank=True)
    hour_began_at = models.DateTimeField(null=True, blank=True, help_text="Of the hour in which readings are counted.")
    readings = models.PositiveIntegerField(default=0, help_text="In that hour.")

    def __str__(self) -> str:
        return f"{self.account_id}, {self.created_at}"
