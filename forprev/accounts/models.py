"""Getting in: the account of a person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from forprev.people.models import Person


class Role(models.TextChoices):
    """In what quality a person acts (A08); the label is the one of the top bar."""

    MANAGER = "manager", "Gestionnaire"
    DELEGATE = "delegate", "Délégataire"
    TRAINER = "trainer", "Formateur"
    FUND_OFFICER = "fund_officer", "Instructeur de caisse"
    COMMITTEE = "committee", "Commission nationale"
    NATIONAL_ADMINISTRATOR = "national_administrator", "Administrateur national"
    SUPPORT_AGENT = "support_agent", "Hotline"


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """The means of one person to sign in (A01); people without one, such as trainees acteur, are only in `people`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    email = models.EmailField("e-mail", unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = "compte"
        constraints = [models.UniqueConstraint(Lower("email"), name="account_email_unique")]

    def __str__(self) -> str:
        return str(self.person)


class PasswordLink(models.Model):
    """A link that lets an account choose its password (A02); the token itself is only in the mail."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="password_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Used, or replaced by a newer one.")

    class Meta:
        indexes = [models.Index(fields=["account", "created_at"], name="password_link_of_account")]

    def __str__(self) -> str:
        return f"{self.account_id}, {self.created_at}"


class Attempt(models.Model):
    """Somebody tried to get in from an address: what throttling counts, kept a short time."""

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in"
        LINK = "link"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject = models.CharField(max_length=64, help_text="The account, or what was typed for one, hashed.")
    address = models.CharField(max_length=45)
    succeeded = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "at"], name="attempt_at_account"),
            models.Index(fields=["address", "at"], name="attempt_from_address"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.at}"
