"""Who fetches certificates, how long: rules A40 and A41."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forprev.accounts.models import Role
from forprev.certification.life.selectors import of_session
from forprev.certification.models import CertificationSettings
from forprev.certification.selectors.certificates import (
    downloadable_by,
    own_trainer_certificates,
)
from forprev.certification.selectors.history import history_of
from forprev.certification.services import issuing
from tests.certification.common import TODAY, go_to
from tests.factories.accreditation import acting_delegate
from tests.factories.certification import (
    acting_trainer,
    entity_of,
    issued_session,
    taken_over,
    trainee_entry,
    trainer,
    trainer_of,
)
from tests.factories.organisations import acting_manager, acting_national, acting_officer

pytestmark = pytest.mark.django_db


class TestDownload:
    def test_a40_fifteen_days_from_generation(self, clock: time_machine.Traveller) -> None:
        session = issued_session(trainees=3, failures=1, end_date=TODAY - timedelta(days=30))
        acting, last = entity_of(session), TODAY + timedelta(days=15)
        assert session.download_until == last
        assert session.accreditation is not None
        readers = [acting, acting_manager(session.organisation), acting_delegate(session.accreditation)]
        for reader in readers:
            assert downloadable_by(reader, last).count() == 2
            assert downloadable_by(reader, last + timedelta(days=1)).count() == 0
        assert session.can_be_downloaded_on(last)
        assert not session.can_be_downloaded_on(last + timedelta(days=1))
        go_to(clock, last)
        assert of_session(session, last).count() == 2

    def test_a40_the_number_of_days_is_a_parameter(self) -> None:
        CertificationSettings.objects.create(pk=1, download_days=5)
        assert issued_session(trainees=1).download_until == TODAY + timedelta(days=5)

    def test_a40_nobody_else_downloads_them(self) -> None:
        session = issued_session(trainees=1)
        others = [
            acting_manager(),
            acting_officer(),
            acting_national(Role.NATIONAL_ADMINISTRATOR),
            trainer_of(session),
        ]
        for acting in others:
            assert not downloadable_by(acting, TODAY).filter(session=session).exists()

    def test_a40_an_acteur_gets_no_duplicate(self) -> None:
        """Not even one who also is a trainer."""
        person = trainer()
        session = issued_session(entries=[trainee_entry(person=person)])
        assert session.certificates.get().person == person
        codes = {c.qualification.code for c in downloadable_by(acting_trainer(person), TODAY)}
        assert codes == {"SST-2"}

    def test_a41_a_trainer_downloads_its_own_as_long_as_they_are_valid(self) -> None:
        person, other = trainer(expires_on=TODAY), trainer()
        taken_over(person, "SST-3", issued_on=TODAY)
        assert {c.qualification.code for c in downloadable_by(acting_trainer(person), TODAY)} == {"SST-2", "SST-3"}
        tomorrow = TODAY + timedelta(days=1)
        assert {c.qualification.code for c in downloadable_by(acting_trainer(person), tomorrow)} == {"SST-3"}
        assert not downloadable_by(acting_trainer(person), TODAY).filter(person=other).exists()

    def test_a41_the_list_shows_the_latest_first_in_one_query(self) -> None:
        person = trainer(issued_on=date(2023, 5, 2))
        taken_over(person, "SST-2", issued_on=date(2026, 1, 5))
        taken_over(person, "SST-1")
        with CaptureQueriesContext(connection) as queries:
            shown = [
                (c.qualification.short_label, str(c.qualification.level), c.issued_on, c.expires_on)
                for c in own_trainer_certificates(person)
            ]
        assert shown == [
            ("SST-2", "SST / 2", date(2026, 1, 5), date(2029, 1, 5)),
            ("SST-2", "SST / 2", date(2023, 5, 2), date(2026, 5, 2)),
        ]
        assert len(queries) == 1

    def test_the_first_download_is_noted(self, clock: time_machine.Traveller) -> None:
        session = issued_session(trainees=1)
        issuing.record_download(session, entity_of(session))
        session.refresh_from_db()
        first = session.first_downloaded_at
        assert first is not None
        go_to(clock, TODAY + timedelta(days=1))
        issuing.record_download(session, entity_of(session))
        session.refresh_from_db()
        assert session.first_downloaded_at == first
        assert history_of(session)[0].action == "Premier téléchargement des certificats"
