"""B43: every session counts, failures included; by entity, trainer, caisse and certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from forprev.accounts.models import Role
from forprev.network.figures.models import Grouping
from forprev.network.figures.selectors import figures
from tests.certification.common import TODAY
from tests.factories.certification import answered_session, entity_of, issued_session, trainer
from tests.factories.organisations import (
    OrganisationFactory,
    acting_manager,
    acting_national,
    acting_officer,
    fund,
)

pytestmark = pytest.mark.django_db

SINCE = TODAY - timedelta(days=365)


def test_b43_failures_count_and_everybody_sees_its_own() -> None:
    here = acting_manager(OrganisationFactory(name="ICI"))
    breton = acting_manager(OrganisationFactory(name="LÀ-BAS", department_id="35"))
    one, other = trainer(last_name="ROUX", first_name="Anne"), trainer(last_name="NOIR", first_name="Luc")
    issued_session(here, trainers=[one], trainees=4, failures=1)
    issued_session(here, trainers=[other], trainees=2, failures=2)
    issued_session(breton, "Catec-1-S", trainees=3)
    answered_session(here, trainees=7)
    national = acting_national(Role.NATIONAL_ADMINISTRATOR)

    def read(*question: object) -> list[tuple[str, int, int, int, int]]:
        found = figures(*question, SINCE, TODAY)  # type: ignore[arg-type]
        return [(f.label, f.sessions, f.trainees, f.successes, f.failures) for f in found]

    assert read(national, Grouping.ORGANISATION) == [("ICI", 2, 6, 3, 3), ("LÀ-BAS", 1, 3, 3, 0)]
    assert read(national, Grouping.FUND) == [("Carsat Rhône-Alpes", 2, 6, 3, 3), ("Carsat Bretagne", 1, 3, 3, 0)]
    assert read(here, Grouping.TRAINER) == [("ROUX Anne", 1, 4, 3, 1), ("NOIR Luc", 1, 2, 0, 2)]
    assert read(breton, Grouping.QUALIFICATION) == [("Catec-1 Surveillant", 1, 3, 3, 0)]
    assert read(acting_officer(fund("bretagne")), Grouping.ORGANISATION) == [("LÀ-BAS", 1, 3, 3, 0)]


def test_b43_of_the_period_both_days_included() -> None:
    session = issued_session(trainees=2, failures=1, end_date=TODAY - timedelta(days=5))
    acting, ended_on = entity_of(session), session.end_date
    assert ended_on is not None
    assert [(f.trainees, f.failures) for f in figures(acting, Grouping.QUALIFICATION, ended_on, ended_on)] == [(2, 1)]
    assert figures(acting, Grouping.QUALIFICATION, ended_on + timedelta(days=1), TODAY) == []
    assert figures(acting, Grouping.QUALIFICATION, SINCE, ended_on - timedelta(days=1)) == []
