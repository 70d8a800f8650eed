"""What every test stands on."""

from __future__ import annotations

from collections.abc import Iterator

import pgtrigger
import pytest
from django.db.backends.postgresql.operations import DatabaseOperations


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_between_tests() -> Iterator[None]:
    """By TRUNCATE, after a test that has transactions of its own: only there do the tables of certificates allow it."""
    flush = DatabaseOperations.execute_sql_flush

    def allowed(self: DatabaseOperations, sql_list: list[str]) -> None:
        with pgtrigger.ignore(
            "certification.Certificate:certificates_are_never_emptied",
            "certification.CertificateEnd:ends_are_never_emptied",
            "support.Consultation:consultations_are_never_emptied",
            "support.ConsultedPage:consulted_pages_are_never_emptied",
        ):
            flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", allowed)
        yield
