"""Getting in: the account of a person."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from forprev.core.parameters import Settings
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
    APPLICANT = "applicant", "Demandeur"
    """Of a first request: in its own dossier and nowhere else, hence never among the roles of a person."""


NETWORK_ROLES = (Role.FUND_OFFICER, Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT)
"""The prevention network's own people, of whom a second factor is demanded (security.md, item 10)."""


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """The means of one person to sign in (A01); people without one, such as trainees acteur, are only in `people`."""

    class MailRhythm(models.TextChoices):
        IMMEDIATE = "immediate", "Un e-mail par message, tout de suite"
        DAILY = "daily", "Un seul e-mail par jour, le matin, qui les rassemble"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    email = models.EmailField("e-mail", unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    welcomed_at = models.DateTimeField(null=True, blank=True, help_text="The steps of the first sign-in are done.")
    has_second_factor = models.BooleanField(default=False, help_text="An application of codes or a passkey.")
    wants_alerts = models.BooleanField("Alertes", default=True)
    wants_tasks = models.BooleanField("Notifications", default=True)
    wants_messages = models.BooleanField("Messages ciblés", default=True)
    mail_rhythm = models.CharField(
        "rythme des e-mails", max_length=10, choices=MailRhythm.choices, default=MailRhythm.IMMEDIATE
    )
    bounced_at = models.DateTimeField(
        null=True, blank=True, help_text="The address refuses our mail since then; empty once it takes one."
    )
    end_announced_at = models.DateTimeField(
        null=True, blank=True, help_text="When its owner was told that the account is to be erased, unless it serves."
    )

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
        SECOND_FACTOR = "second_factor"
        CONFIRMATION = "confirmation"
        CONTACT = "contact"

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


class EmailChange(models.Model):
    """A new address that its owner has not confirmed yet (A04); the token itself is only in the mail."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="email_changes")
    email = models.EmailField("nouvel e-mail")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Confirmed, given up or replaced.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=models.Q(ended_at=None), name="one_open_email_change")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}, {self.created_at}"


class Totp(models.Model):
    """The key of an application that makes one-time codes (RFC 6238)."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="totp")
    secret = models.CharField(max_length=200, help_text="Encrypted (core.secrets).")
    last_step = models.BigIntegerField(default=0, help_text="Of the last code taken: none is taken twice.")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.account_id)


class Passkey(models.Model):
    """A WebAuthn credential: only the device holds what is secret in it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField("nom", max_length=60)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField(help_text="AttestedCredentialData: identifier and public key.")
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of the codes that stand in, once each, for a lost second factor; 80 bits, kept hashed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "code_hash"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.account_id)


class OpenIdIdentity(models.Model):
    """Whom an OpenID provider knows as `subject`: what signs the account in besides its password (B55)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="identities")
    issuer = models.URLField(max_length=200)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="openid_identity_unique")]

    def __str__(self) -> str:
        return f"{self.account_id}, {self.issuer}"


class FactorReset(models.Model):
    """A second factor that was lost and that two persons of the hotline take away (security.md, item 12)."""

    class State(models.TextChoices):
        ASKED = "asked", "À approuver"
        APPROVED = "approved", "Approuvée"
        REFUSED = "refused", "Refusée"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="factor_resets")
    reason = models.CharField("vérification faite", max_length=500)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "asked_at"], name="factor_reset_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(state="asked"), name="one_open_factor_reset"
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked", decided_by=None)
                | (~models.Q(state="asked") & models.Q(decided_by__isnull=False)),
                name="factor_reset_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="factor_reset_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}, {self.get_state_display()}"


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
"""What a browser's description of itself contains, and what people call it; the first that fits."""


class Session(AbstractBaseSession):
    """A session with what its owner recognises it by; the columns repeat what the session itself holds."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=250, blank=True, help_text="As the browser describes itself.")

    class Meta:
        indexes = [models.Index(fields=["account", "-seen_at"], name="session_of_account")]

    @property
    def handle(self) -> str:
        """Names the session on a page, where its key must not appear."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:32]

    @property
    def device_name(self) -> str:
        """`Firefox sur Windows`, as far as the browser tells."""
        browser = next((name for mark, name in BROWSERS if mark in self.device), "Navigateur inconnu")
        system = next((name for mark, name in SYSTEMS if mark in self.device), "")
        return f"{browser} sur {system}" if system else browser

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from forprev.accounts.sessions import SessionStore

        return SessionStore


@pghistory.track()
class AccountSettings(Settings):
    """How long what is mailed to open an account serves."""

    link_hours = models.PositiveSmallIntegerField("validité d’un lien envoyé par courriel", default=72)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_account_settings")]

    def __str__(self) -> str:
        return "Délais des comptes"

    @property
    def link_life(self) -> timedelta:
        return timedelta(hours=self.link_hours)
