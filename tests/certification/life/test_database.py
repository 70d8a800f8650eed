"""What the database itself refuses: any change or deletion of a certificate delivered, or of what ended it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from forprev.accounts.models import Role
from forprev.certification.life.services import cancel
from forprev.certification.models import Certificate, CertificateEnd
from forprev.core.dates import now
from tests.certification.common import nothing_changes
from tests.factories.certification import issued_session
from tests.factories.organisations import acting_national
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

REASON = "Stagiaire absent le second jour, attesté par l’employeur"
CERTIFICATES, ENDS = "certification_certificate", "certification_certificateend"
MAY_FOLLOW = {CERTIFICATES: "person_id", ENDS: "by_id"}


@pytest.fixture
def end() -> CertificateEnd:
    certificate = issued_session(trainees=2).certificates.all()[0]
    return cancel(certificate.pk, acting_national(Role.NATIONAL_ADMINISTRATOR), REASON)


def refused(sql: str) -> None:
    """By the guard, and not by what the test's own transaction left to check."""
    refusal = pytest.raises(DatabaseError, match="pgtrigger: Cannot")
    with nothing_changes(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with refusal, transaction.atomic():
            cursor.execute(sql)


def columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


COMPUTED = ("qr_hash", "typed_hash")
"""From the codes: PostgreSQL lets nobody write them."""


@pytest.mark.parametrize("table", [CERTIFICATES, ENDS])
@pytest.mark.usefixtures("end")
class TestRawStatements:
    def test_item50_no_column_changes_but_the_person(self, table: str) -> None:
        kept = set(columns(table)) - {MAY_FOLLOW[table], "id", *COMPUTED}
        assert len(kept) >= 5
        of_type = {"date": "{} + 1", "timestamp with time zone": "{} + interval '1 day'"}
        for name in sorted(kept):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                    [table, name],
                )
                (kind,) = cursor.fetchone()
            changed = of_type.get(kind, "coalesce({} + 1, 1)" if "int" in kind else "reverse({})").format(name)
            refused(f"UPDATE {table} SET {name} = {changed}")  # noqa: S608

    def test_item50_nothing_is_deleted(self, table: str) -> None:
        refused(f"DELETE FROM {table}")  # noqa: S608

    def test_item50_nothing_is_emptied(self, table: str) -> None:
        refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.usefixtures("end")
def test_item50_not_even_through_another_table() -> None:
    refused("TRUNCATE certification_trainingsession CASCADE")


def test_item50_bulk_changes_are_refused_too(end: CertificateEnd) -> None:
    for change in (
        lambda: Certificate.objects.update(holder_last_name="AUTRE"),
        lambda: Certificate.objects.bulk_update([Certificate(pk=end.certificate_id, title="x")], ["title"]),
        lambda: Certificate.objects.filter(end=None).delete(),
        lambda: CertificateEnd.objects.update(kind="replaced"),
        lambda: CertificateEnd.objects.update(reason="Une autre raison"),
        lambda: CertificateEnd.objects.all().delete(),
        lambda: end.delete(),
    ):
        with nothing_changes(), pytest.raises(DatabaseError, match="pgtrigger: Cannot"), transaction.atomic():
            change()


def test_b44_only_people_follow_a_merge(end: CertificateEnd) -> None:
    person = PersonFactory()
    assert Certificate.objects.filter(pk=end.certificate_id).update(person=person) == 1
    assert CertificateEnd.objects.filter(pk=end.pk).update(by=person) == 1


def test_one_end_a_certificate(end: CertificateEnd) -> None:
    again = CertificateEnd(certificate=end.certificate, kind="cancelled", reason=REASON, at=now(), by=end.by)
    with nothing_changes(), pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_replacement_is_there_if_and_only_if_it_replaces(end: CertificateEnd) -> None:
    standing = Certificate.objects.standing().get(session__isnull=False)
    for kind, replacement in (("replaced", None), ("cancelled", end.certificate)):
        with nothing_changes(), pytest.raises(IntegrityError), transaction.atomic():
            CertificateEnd.objects.create(
                certificate=standing, kind=kind, reason=REASON, at=now(), by=end.by, replacement=replacement
            )
