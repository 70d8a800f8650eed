"""The life of a dossier: the table against the actors, the services and the database (B02, B03)."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import DatabaseError, transaction

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.dossiers.common import acting_on, available
from forprev.accreditation.dossiers.selectors import applicant, visible_to
from forprev.accreditation.management.commands import draw_dossiers
from forprev.accreditation.models import Dossier, DossierState, Opinion, Track
from forprev.accreditation.workflow import CLOSED, WORKFLOWS, Action
from forprev.core.dates import now, today
from forprev.core.errors import Conflict
from forprev.core.workflow import NotAllowed
from forprev.organisations.models import DataChange, Regime
from tests.factories.dossiers import data_dossier, entity_dossier, first_request, meeting
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund

pytestmark = pytest.mark.django_db

State = DossierState
COMMON = {
    State.DRAFT: {Action.EDIT, Action.DISCARD, Action.SUBMIT},
    State.SUBMITTED: {Action.WITHDRAW, Action.WRITE},
    State.TO_COMPLETE: {Action.EDIT, Action.COMPLETE, Action.WITHDRAW, Action.WRITE},
    State.UNDER_REVIEW: {Action.WITHDRAW, Action.WRITE},
    State.OPINION_GIVEN: {Action.WITHDRAW, Action.WRITE},
    State.AWAITING_DECISION: {Action.WITHDRAW, Action.WRITE},
    State.ADJOURNED: {Action.EDIT, Action.COMPLETE, Action.WITHDRAW, Action.WRITE},
}
REVIEWER = {
    State.SUBMITTED: {Action.TAKE, Action.ASSIGN, Action.WRITE, Action.NOTE},
    State.TO_COMPLETE: {Action.ASSIGN, Action.WRITE, Action.NOTE},
    State.UNDER_REVIEW: {
        Action.ASSIGN,
        Action.EXAMINE,
        Action.ASK_COMPLETION,
        Action.GIVE_OPINION,
        Action.WRITE,
        Action.NOTE,
    },
    State.OPINION_GIVEN: {Action.WRITE, Action.NOTE},
    State.AWAITING_DECISION: {Action.WRITE, Action.NOTE},
    State.ADJOURNED: {Action.WRITE, Action.NOTE},
}
SECRETARIAT = {
    State.SUBMITTED: {Action.NOTE},
    State.TO_COMPLETE: {Action.NOTE},
    State.UNDER_REVIEW: {Action.NOTE},
    State.OPINION_GIVEN: {Action.NOTE, Action.SCHEDULE, Action.SEND_BACK},
    State.AWAITING_DECISION: {Action.NOTE, Action.ORDER, Action.UNSCHEDULE, Action.SEND_BACK},
    State.ADJOURNED: {Action.NOTE, Action.SCHEDULE},
}
COMMITTEE = SECRETARIAT | {
    State.AWAITING_DECISION: SECRETARIAT[State.AWAITING_DECISION] | {Action.ACCEPT, Action.REFUSE, Action.ADJOURN}
}


def _both(one: dict[State, set[Action]], other: dict[State, set[Action]]) -> dict[State, set[Action]]:
    return {state: one.get(state, set()) | other.get(state, set()) for state in {*one, *other}}


DATA_OF_THE_FUND = {
    State.SUBMITTED: REVIEWER[State.SUBMITTED],
    State.TO_COMPLETE: REVIEWER[State.TO_COMPLETE],
    State.UNDER_REVIEW: REVIEWER[State.UNDER_REVIEW] - {Action.GIVE_OPINION} | {Action.ACCEPT, Action.REFUSE},
}
DATA_OF_THE_ENTITY = {
    State.SUBMITTED: COMMON[State.SUBMITTED],
    State.TO_COMPLETE: COMMON[State.TO_COMPLETE] - {Action.EDIT},
    State.UNDER_REVIEW: COMMON[State.UNDER_REVIEW],
}
OF_DATA = {*DATA_OF_THE_FUND, *CLOSED}
EXPECTED = {
    Track.GENERAL: {
        Role.APPLICANT: COMMON,
        Role.MANAGER: COMMON,
        Role.FUND_OFFICER: REVIEWER,
        Role.NATIONAL_ADMINISTRATOR: SECRETARIAT,
        Role.COMMITTEE: COMMITTEE,
    },
    Track.OTHER: {
        Role.APPLICANT: COMMON,
        Role.MANAGER: COMMON,
        Role.NATIONAL_ADMINISTRATOR: _both(REVIEWER, SECRETARIAT),
        Role.COMMITTEE: COMMITTEE,
    },
    Track.DATA: {Role.MANAGER: DATA_OF_THE_ENTITY, Role.FUND_OFFICER: DATA_OF_THE_FUND},
}
"""Who may do what, written here a second time by hand: the table of the application must say the same."""
PLACES = [(track, state) for track in Track for state in State if track != Track.DATA or state in OF_DATA]


@pytest.mark.parametrize("track", Track)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", State)
def test_b02_who_may_do_what(track: Track, state: State, role: Role) -> None:
    allowed = {each.action for each in WORKFLOWS[track].available(state, role)}
    assert allowed == EXPECTED[track].get(role, {}).get(state, set())


def test_the_names_of_the_states() -> None:
    assert [str(state.label) for state in State] == [
        "Brouillon",
        "Transmise",
        "À compléter",
        "En instruction",
        "Avis rendu",
        "En attente de décision",
        "Acceptée",
        "Refusée",
        "Ajournée",
        "Retirée",
    ]


def test_the_page_of_the_documentation_says_the_same() -> None:
    assert draw_dossiers.PAGE.read_text(encoding="utf-8") == draw_dossiers.page(), "run manage.py draw_dossiers"


def actors(dossier: Dossier) -> dict[Role, Acting]:
    """One of each role, at the dossier's own place."""
    found = {role: acting_national(role) for role in (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR, Role.SUPPORT_AGENT)}
    found[Role.FUND_OFFICER] = acting_officer()
    found[Role.MANAGER] = acting_manager(dossier.organisation)
    found[Role.APPLICANT] = applicant(dossier.applicant)
    return found


def of_track(track: Track, state: State) -> Dossier:
    if track != Track.DATA:
        place = OrganisationFactory(regime=Regime.GENERAL if track == Track.GENERAL else Regime.OTHER)
        return entity_dossier(place, state)
    change = DataChange.objects.create(
        organisation=OrganisationFactory(),
        fields={"address": ["1 rue A", "2 rue B"]},
        sent_at=now(),
        sent_by=acting_manager().person,
    )
    return data_dossier(change, state)


@pytest.mark.parametrize(("track", "state"), PLACES)
def test_b02_nobody_does_what_the_table_has_not(track: Track, state: State) -> None:
    dossier = of_track(track, state)
    before = Dossier.objects.values().get()
    for (role, acting), action in product(actors(dossier).items(), Action):
        if action in EXPECTED[track].get(role, {}).get(state, set()) and visible_to(acting).exists():
            assert action in available(dossier, acting)
            continue
        with pytest.raises((NotAllowed, Dossier.DoesNotExist)), acting_on(dossier.pk, acting, action):
            pytest.fail("the block was entered")
    assert Dossier.objects.values().get() == before


@pytest.mark.parametrize(("track", "source"), PLACES)
def test_b02_the_database_refuses_other_moves(track: Track, source: State) -> None:
    dossier = of_track(track, source)
    moves = set(WORKFLOWS[track].moves())
    whole = {
        "submitted_on": today(),
        "number": "D2026-99999",
        "completion": "La page 2.",
        "opinion": Opinion.FAVOURABLE,
        "decision_reason": "Non.",
        "meeting": meeting(),
    }
    for target in State:
        if target == source:
            continue
        try:
            with transaction.atomic():
                Dossier.objects.filter(pk=dossier.pk).update(state=target, **whole)
                moved = True
                transaction.set_rollback(True)
        except DatabaseError:
            moved = False
        assert moved == ((source.value, target.value) in moves), (source, target)


def test_a_stale_form_is_recognised() -> None:
    dossier = entity_dossier(state=State.SUBMITTED)
    officer = acting_officer()
    with acting_on(dossier.pk, officer, Action.TAKE, version=dossier.version):
        pass
    with pytest.raises(Conflict), acting_on(dossier.pk, officer, Action.ASSIGN, version=dossier.version):
        pytest.fail("the block was entered")
    dossier.refresh_from_db()
    assert (dossier.state, dossier.version) == (State.UNDER_REVIEW, 2)


class TestWhoSees:
    def test_a_first_request_is_its_applicant_s_and_the_network_s_once_sent(self) -> None:
        draft, sent = first_request(), first_request(state=State.SUBMITTED)
        assert list(visible_to(applicant(draft.applicant))) == [draft]
        for acting in (acting_officer(), acting_national(Role.COMMITTEE), acting_national(Role.NATIONAL_ADMINISTRATOR)):
            assert list(visible_to(acting)) == [sent]
        for acting in (acting_officer(fund("bretagne")), acting_manager(), acting_national(Role.SUPPORT_AGENT)):
            assert not visible_to(acting).exists()

    def test_an_entity_s_is_its_managers_whoever_sent_it(self) -> None:
        dossier = entity_dossier()
        assert list(visible_to(acting_manager(dossier.organisation))) == [dossier]
        assert not visible_to(applicant(dossier.applicant)).exists()
        assert not visible_to(acting_manager()).exists()

    def test_b03_outside_the_general_regime_funds_have_no_part(self) -> None:
        dossier = first_request(state=State.SUBMITTED, regime=Regime.OTHER)
        assert not visible_to(acting_officer()).exists()
        assert list(visible_to(acting_national(Role.NATIONAL_ADMINISTRATOR))) == [dossier]

    def test_data_changes_are_the_fund_s_alone(self) -> None:
        dossier = of_track(Track.DATA, State.SUBMITTED)
        assert list(visible_to(acting_officer())) == [dossier]
        for role in (Role.COMMITTEE, Role.NATIONAL_ADMINISTRATOR):
            assert not visible_to(acting_national(role)).exists()
