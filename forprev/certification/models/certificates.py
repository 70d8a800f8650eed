"""Certificates: rows that hold everything that the paper says, made once."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Concat

from forprev.catalogue.models import Qualification
from forprev.certification.checking.codes import QR_DOMAIN, TYPED_DOMAIN
from forprev.certification.models.sessions import Course, TrainingSession
from forprev.certification.models.trainees import Trainee
from forprev.organisations.models import Organisation
from forprev.people.models import Person, display_name


def _hash(domain: str, field: str) -> models.GeneratedField:
    """The SHA-256 of a code, by which alone it is found; the database computes it (checking/codes.py)."""
    named = Cast(Concat(Value(domain), field), models.BinaryField())
    return models.GeneratedField(
        expression=Func(named, function="sha256"), output_field=models.BinaryField(), db_persist=True, unique=True
    )


# The hashes follow from the codes, and no trigger can compare what is not computed yet.
@pgtrigger.register(
    pgtrigger.ReadOnly(name="certificate_says_what_it_said", exclude=["person", "qr_hash", "typed_hash"]),
    pgtrigger.Protect(name="certificates_are_kept", operation=pgtrigger.Delete),
)
class Certificate(models.Model):
    """One success, certified (A42). The database refuses any change but the person's, which follows a merge (B44)."""

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
    template_version = models.PositiveSmallIntegerField()
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

    class Meta:
        verbose_name = "certificat"
        indexes = [
            models.Index(fields=["person", "qualification", "-expires_on"], name="certificate_of_person"),
            models.Index(fields=["session"], name="certificate_of_session"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["trainee", "qualification"], name="one_certificate_a_success"),
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
    def course_label(self) -> str:
        return str(Course(self.course).label)

    def is_valid_on(self, day: date) -> bool:
        """Both bounds count: a certificate that ends on a day is valid that day."""
        return self.issued_on <= day <= self.expires_on
