"""Certificates: rows that hold everything that the paper says, made once."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat, Upper

from forprev.catalogue.models import Qualification, TemplateVersion
from forprev.certification.checking.codes import QR_DOMAIN, TYPED_DOMAIN
from forprev.certification.models.sessions import Course, TrainingSession
from forprev.certification.models.trainees import Trainee
from forprev.core.dates import NO_DAY
from forprev.organisations.models import Organisation
from forprev.people.models import Identity, Person, display_name
from forprev.people.models.retention import ERASING


class CertificateState(models.TextChoices):
    VALID = "valid", "Valide"
    EXPIRED = "expired", "Expiré"
    CANCELLED = "cancelled", "Annulé"
    REPLACED = "replaced", "Remplacé"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def standing(self) -> CertificateQuerySet:
        """Those that nobody cancelled or replaced: whoever asks what a person holds asks these."""
        return self.filter(end=None)

    def valid_on(self, day: date) -> CertificateQuerySet:
        """Those that stand and are valid on `day`, both bounds included."""
        return self.standing().filter(issued_on__lte=day, expires_on__gte=day)


def never_emptied(name: str) -> pgtrigger.Trigger:
    """Refuses TRUNCATE, which fires no trigger of a row."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
    )


def _hash(domain: str, field: str) -> models.GeneratedField:
    """The SHA-256 of a code, by which alone it is found; the database computes it (checking/codes.py)."""
    named = Cast(Concat(Value(domain), field), models.BinaryField())
    return models.GeneratedField(
        expression=Func(named, function="sha256"), output_field=models.BinaryField(), db_persist=True, unique=True
    )


HOLDER = ("holder_last_name", "holder_first_name", "holder_birth_date", "holder_number")
NOBODY = {"holder_last_name": "", "holder_first_name": "", "holder_birth_date": NO_DAY, "holder_number": ""}
"""The holder of a certificate whose person was anonymised."""


# The hashes follow from the codes, and no trigger can compare what is not computed yet.
@pgtrigger.register(
    pgtrigger.ReadOnly(name="certificate_says_what_it_said", exclude=["person", "qr_hash", "typed_hash", *HOLDER]),
    pgtrigger.Trigger(
        name="holder_is_only_erased",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*HOLDER),
        func=f"""
            IF current_setting('{ERASING}', true) = 'on' AND NEW.expires_on < CURRENT_DATE
                AND NEW.holder_last_name = '' AND NEW.holder_first_name = '' AND NEW.holder_number = ''
                AND NEW.holder_birth_date = DATE '{NO_DAY.isoformat()}'
            THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;
        """,
    ),
    pgtrigger.Protect(name="certificates_are_kept", operation=pgtrigger.Delete),
    never_emptied("certificates_are_never_emptied"),
)
class Certificate(models.Model):
    """One success, certified (A42). The database refuses any change but the person's, which follows a merge (B44), and
    the erasure of the holder's name, past its term (people/retention).

    What ends one before its term is a row of its own, its `CertificateEnd`.
    """

    number = models.CharField(max_length=60, unique=True)
    verification_code = models.CharField(max_length=26, help_text="In the QR code.")
    typed_code = models.CharField(max_length=12, help_text="Printed beside it.")
    qr_hash = _hash(QR_DOMAIN, "verification_code")
    typed_hash = _hash(TYPED_DOMAIN, "typed_code")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, related_name="certificates")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="certificates")
    session = models.ForeignKey(TrainingSession, null=True, on_delete=models.PROTECT, related_name="certificates")
    trainee = models.ForeignKey(Trainee, null=True, on_delete=models.PROTECT, related_name="certificates")
    edition = models.PositiveSmallIntegerField(default=1, help_text="1 as generated; what replaces it is one more.")
    template_version = models.ForeignKey(
        TemplateVersion,
        to_field="number",
        db_column="template_version",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The words and colours of its paper.",
    )
    scheme_name = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    course = models.CharField(max_length=10, choices=Course)
    holder_last_name = models.CharField(max_length=100)
    holder_first_name = models.CharField(max_length=100)
    holder_birth_date = models.DateField()
    holder_number = models.CharField(max_length=8)
    organisation_name = models.CharField(max_length=150)
    signatory_name = models.CharField(max_length=100)
    signatory_title = models.CharField(max_length=150)
    issued_on = models.DateField("date de délivrance", help_text="The session's end date (A33).")
    expires_on = models.DateField("date de fin de validité", help_text="Valid that day too (A43).")
    created_at = models.DateTimeField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = "certificat"
        indexes = [
            models.Index(fields=["person", "qualification", "-expires_on"], name="certificate_of_person"),
            models.Index(fields=["session"], name="certificate_of_session"),
            models.Index(OpClass(Upper("number"), name="text_pattern_ops"), name="certificate_by_number"),
            models.Index(fields=["holder_last_name", "holder_first_name"], name="certificate_by_holder"),
            models.Index(fields=["issued_on"], name="certificate_by_issue"),
            models.Index(fields=["qualification", "issued_on"], name="certificate_by_qualification"),
            models.Index(fields=["expires_on"], name="certificate_by_term"),
            # Who holds a valid one of some qualifications, among millions, without reading a certificate.
            models.Index(
                fields=["qualification", "expires_on"],
                name="certificate_by_validity",
                include=["person", "issued_on", "id"],
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "qualification", "edition"], name="one_certificate_a_success"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("issued_on")), name="certificate_expires_after_issue"),
            models.CheckConstraint(
                condition=Q(session__isnull=False, trainee__isnull=False, organisation__isnull=False)
                | Q(session__isnull=True, trainee__isnull=True),
                name="certificate_of_a_session_or_taken_over",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def holder(self) -> str:
        return display_name(self.holder_last_name, self.holder_first_name)

    @property
    def is_anonymised(self) -> bool:
        return not self.holder_number

    @property
    def holder_identity(self) -> Identity:
        """As it is printed, whatever became of the person since."""
        return Identity(self.holder_last_name, self.holder_first_name, self.holder_birth_date)

    @property
    def course_label(self) -> str:
        return str(Course(self.course).label)

    @property
    def makes_trainers(self) -> bool:
        return self.qualification.makes_trainers

    def is_valid_on(self, day: date) -> bool:
        """By its dates alone; both bounds count: a certificate that ends on a day is valid that day."""
        return self.issued_on <= day <= self.expires_on

    def state_on(self, day: date) -> CertificateState:
        """What it is worth on `day`; reads its end, for which a list selects `end`."""
        if hasattr(self, "end"):
            return CertificateState(self.end.kind)
        return CertificateState.VALID if self.is_valid_on(day) else CertificateState.EXPIRED
