"""Entering a session: rules A30 to A33, its accreditation and its details."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from forprev.accounts.models import Role
from forprev.catalogue.models import QualificationState
from forprev.certification.models import Course, PlaceKind
from forprev.certification.services.entry import (
    Details,
    create_session,
    save_details,
)
from forprev.certification.services.exchange import send_to_trainer
from forprev.core.errors import Conflict
from forprev.core.workflow import NotAllowed
from tests.certification.common import TODAY, found, nothing_changes, refused
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.catalogue import level, qualification
from tests.factories.certification import (
    acting_trainer,
    details,
    draft_session,
    empty_draft,
    entity_of,
)
from tests.factories.organisations import (
    OrganisationFactory,
    TrainingSiteFactory,
    acting_manager,
    acting_national,
    acting_officer,
)

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


class TestAccreditation:
    def test_a30_managers_and_delegates_create_sessions(self) -> None:
        organisation = OrganisationFactory()
        for acting in (acting_manager(organisation), acting_delegate(accredit(organisation))):
            session = create_session(acting, uuid4())
            assert (session.organisation, session.state, session.created_by) == (organisation, "draft", acting.person)

    def test_a30_nobody_else_creates_one(self) -> None:
        national = [Role.NATIONAL_ADMINISTRATOR, Role.COMMITTEE, Role.SUPPORT_AGENT]
        for acting in (acting_officer(), acting_trainer(), *map(acting_national, national)):
            with nothing_changes(), pytest.raises(NotAllowed):
                create_session(acting, uuid4())

    def test_a30_the_same_form_twice_is_one_session(self) -> None:
        acting, key = acting_manager(), uuid4()
        assert create_session(acting, key) == create_session(acting, key)

    def test_a30_the_level_is_one_of_the_entity_s(self) -> None:
        session = empty_draft()
        acting = entity_of(session)
        accredit(session.organisation, "SST", 2)
        accredit(OrganisationFactory(), "SST", 1)
        findings = refused(save_details, session.pk, acting, 1, details("SST-1"), complete=False)
        assert [(f.rule, f.field) for f in findings] == [("A30", "level")]

    def test_a30_the_level_is_one_attached_to_the_delegate(self) -> None:
        organisation = OrganisationFactory()
        accredit(organisation, "SST", 1)
        acting = acting_delegate(accredit(organisation, "SST", 2))
        session = empty_draft(acting)
        findings = refused(save_details, session.pk, acting, 1, details("SST-1"), complete=False)
        assert [(f.rule, f.field) for f in findings] == [("A30", "level")]
        session = save_details(session.pk, acting, 1, details("SST-2"), complete=True)
        assert session.qualification == qualification("SST-2")

    def test_a30_the_certificate_is_one_of_the_level(self) -> None:
        session = empty_draft()
        accredit(session.organisation)
        wrong = details("SST-1", qualification=qualification("SST-2"))
        findings = refused(save_details, session.pk, entity_of(session), 1, wrong, complete=False)
        assert [(f.rule, f.field) for f in findings] == [("A30", "qualification")]

    def test_a30_a_certificate_out_of_use_is_not_conferred(self) -> None:
        session = draft_session()
        held = qualification("SST-1")
        held.state = QualificationState.CLOSED
        held.save()
        assert [f.field for f in found(session, "A30")] == ["qualification"]

    def test_a30_of_two_accreditations_the_one_in_force_on_the_end_date_serves(self) -> None:
        session = empty_draft()
        acting = entity_of(session)
        old = accredit(session.organisation, ends_on=YESTERDAY)
        new = accredit(session.organisation, starts_on=TODAY)
        for end_date, expected in ((YESTERDAY, old), (TODAY, new)):
            session = save_details(session.pk, acting, session.version, details(end_date=end_date), complete=True)
            assert session.accreditation == expected


class TestDetails:
    def test_a31_everything_missing_is_told_beside_its_field(self) -> None:
        session = empty_draft()
        findings = refused(save_details, session.pk, entity_of(session), 1, Details(), complete=True)
        assert {f.field: f.message for f in findings} == {
            "level": "Le dispositif et le niveau doivent être renseignés.",
            "qualification": "Le certificat doit être renseigné.",
            "course": "L’identification doit être renseignée.",
            "end_date": "La date de fin de session doit être renseignée.",
            "place_kind": "Le lieu de formation doit être renseigné.",
        }
        assert {f.rule for f in findings} == {"A31"}

    @pytest.mark.parametrize(
        ("changes", "fields"),
        [
            ({"place_kind": PlaceKind.FRANCE, "postal_code": "", "city": ""}, {"postal_code", "city"}),
            ({"place_kind": PlaceKind.FRANCE, "city": "  "}, {"city"}),
            ({"place_kind": PlaceKind.ABROAD, "city": "", "country": ""}, {"country", "city"}),
            ({"place_kind": PlaceKind.SITE}, {"site"}),
            ({"course": ""}, {"course"}),
            ({"qualification": None}, {"qualification"}),
            ({"end_date": None}, {"end_date"}),
        ],
    )
    def test_a31_each_compulsory_field(self, changes: dict[str, object], fields: set[str]) -> None:
        session = empty_draft()
        accredit(session.organisation)
        findings = refused(save_details, session.pk, entity_of(session), 1, details(**changes), complete=True)
        assert {f.field for f in findings} == fields

    def test_a31_a_draft_may_be_left_unfinished(self) -> None:
        session = empty_draft()
        session = save_details(session.pk, entity_of(session), 1, Details(city=" VALENCE "), complete=False)
        session = save_details(
            session.pk, entity_of(session), session.version, Details(course=Course.REFRESHER), complete=False
        )
        assert (session.course, session.qualification, session.state) == ("refresher", None, "draft")

    def test_a31_what_is_incomplete_is_not_sent(self) -> None:
        session = empty_draft()
        findings = refused(send_to_trainer, session.pk, entity_of(session), 1)
        assert {"level", "qualification", "course", "end_date", "place_kind"} <= {f.field for f in findings}

    def test_a31_the_database_takes_no_incomplete_session_but_a_draft(self) -> None:
        session = draft_session()
        session.course = ""
        session.state = "trainer"
        with pytest.raises(Exception, match="session_complete_once_sent"):
            session.save()

    def test_a31_the_place_abroad_has_no_postal_code(self) -> None:
        session = draft_session(place_kind=PlaceKind.ABROAD, city="Genève", country="Suisse")
        assert (session.postal_code, session.place_label) == ("", "Genève (Suisse)")

    def test_a31_a_stale_form_does_not_overwrite_a_colleague_s(self) -> None:
        session = draft_session()
        colleague = acting_manager(session.organisation)
        save_details(session.pk, colleague, session.version, details(city="LYON"), complete=True)
        with nothing_changes(), pytest.raises(Conflict):
            save_details(session.pk, entity_of(session), session.version, details(city="PARIS"), complete=True)

    def test_a32_a_scheme_with_sites_takes_no_other_place(self) -> None:
        session = draft_session(code="Catec-1-S")
        elsewhere = details("Catec-1-S")
        findings = refused(save_details, session.pk, entity_of(session), session.version, elsewhere, complete=True)
        assert [(f.rule, f.field) for f in findings] == [("A32", "place_kind")]

    @pytest.mark.parametrize("fault", ["of another entity", "for another scheme", "out of use"])
    def test_a32_the_site_is_one_that_the_entity_declared_for_the_scheme(self, fault: str) -> None:
        session = draft_session(code="Catec-1-S")
        own = {"organisation": session.organisation, "scheme": level("Catec", 1).scheme, "is_active": True}
        wrong = {
            "of another entity": {"organisation": OrganisationFactory()},
            "for another scheme": {"scheme": level("SST", 1).scheme},
            "out of use": {"is_active": False},
        }
        site = TrainingSiteFactory(**{**own, **wrong[fault]})
        typed = details("Catec-1-S", place_kind=PlaceKind.SITE, site=site)
        findings = refused(save_details, session.pk, entity_of(session), session.version, typed, complete=True)
        assert [(f.rule, f.field) for f in findings] == [("A32", "site")]

    def test_a32_a_site_closed_meanwhile_stops_the_sending(self) -> None:
        session = draft_session(code="Catec-1-S")
        assert session.site is not None
        session.site.is_active = False
        session.site.save()
        assert "A32" in {f.rule for f in refused(send_to_trainer, session.pk, entity_of(session), session.version)}
