"""Getting in: the account of a person."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

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
