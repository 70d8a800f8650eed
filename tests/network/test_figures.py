"""B43: every session counts, failures included; by entity, trainer, caisse and certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.network.dashboard import figures_card
from forprev.network.figures import services
from forprev.network.figures.models import CountedFigures, Grouping
from forprev.network.figures.selectors import figures, shown_to
from forprev.network.figures.services import count_figures
from tests.certification.common import TODAY
from tests.factories.certification import answered_session, entity_of, issued_session, trainer
from tests.factories.organisations import (
    OrganisationFactory,
    acting_manager,
    acting_national,
    acting_officer,
    fund,
)
from tests.http.world import browser_of

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


NETWORK = [lambda: acting_national(Role.NATIONAL_ADMINISTRATOR), lambda: acting_officer(fund("bretagne"))]


@pytest.mark.parametrize("network", NETWORK)
def test_b43_the_network_sees_what_was_counted_last(network: Callable[[], Acting]) -> None:
    breton = acting_manager(OrganisationFactory(name="LÀ-BAS", department_id="35"))
    issued_session(breton, trainees=3, failures=1)
    acting = network()
    for grouping in Grouping:
        now = shown_to(acting, grouping)
        count_figures()
        then = shown_to(acting, grouping)
        assert now.counted_at is None
        assert (then.rows, then.since, then.until, then.more) == (now.rows, now.since, now.until, 0) or (
            grouping == Grouping.FUND and acting.fund_id
        )
        CountedFigures.objects.all().delete()


def test_b43_a_session_closed_today_counts_at_once_for_its_entity_and_tomorrow_for_the_network() -> None:
    breton = acting_manager(OrganisationFactory(department_id="35"))
    national = NETWORK[0]()
    issued_session(breton, trainees=3)
    count_figures()
    issued_session(breton, trainees=2, failures=1)

    def sessions_and_failures(acting: Acting) -> tuple[str, str]:
        card = figures_card(acting)
        assert card is not None
        return card.figures[0].value, card.figures[2].value

    assert sessions_and_failures(breton) == ("2", "1")
    assert sessions_and_failures(national) == ("1", "0")
    count_figures()
    assert sessions_and_failures(national) == ("2", "1")
    assert CountedFigures.objects.filter(fund=None).count() == len(Grouping)


def test_b43_the_page_says_when_it_was_counted() -> None:
    browser = browser_of(NETWORK[0]().person)
    issued_session(trainees=2)
    assert "comptées le" not in browser.get("/chiffres").content.decode()
    count_figures()
    page = browser.get("/chiffres?par=caisse").content.decode()
    assert "comptées le" in page
    assert "Carsat Rhône-Alpes" in page


def test_b43_no_more_groups_are_kept_than_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ROWS", 1)
    for name, trainees in (("GRANDE", 3), ("PETITE", 1)):
        issued_session(acting_manager(OrganisationFactory(name=name)), trainees=trainees)
    count_figures()
    shown = shown_to(NETWORK[0](), Grouping.ORGANISATION)
    assert ([row.label for row in shown.rows], shown.more) == (["GRANDE"], 1)


def test_b43_homonymous_trainers_are_two_lines() -> None:
    here = acting_manager()
    for trainees in (2, 1):
        issued_session(here, trainers=[trainer(last_name="ROUX", first_name="Anne")], trainees=trainees)
    assert [(row.label, row.trainees) for row in shown_to(here, Grouping.TRAINER).rows] == [
        ("ROUX Anne", 2),
        ("ROUX Anne", 1),
    ]
