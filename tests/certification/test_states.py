"""States, who may do what in each, who sees what: rules A36 to A39."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.certification.models import TrainingSession
from forprev.certification.selectors.sessions import awaiting, for_list, for_page, ongoing, visible_to
from forprev.certification.services import entry, exchange, issuing
from forprev.certification.services.exchange import (
    save_results,
)
from forprev.certification.services.issuing import generate_certificates
from forprev.certification.workflow import SESSION_WORKFLOW, Action, State
from forprev.core.workflow import NotAllowed
from tests.certification.common import TODAY, go_to, in_state, nothing_changes
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import (
    acting_trainer,
    answer,
    answered_session,
    details,
    draft_session,
    entity_of,
    results,
    send,
    sent_session,
    trainee_entry,
    trainer,
    trainer_of,
)
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


class TestStates:
    def test_a36_the_names_of_the_states(self) -> None:
        assert [str(state.label) for state in State][:4] == [
            "En cours de saisie",
            "En cours de validation Formateur",
            "En cours de validation Entité",
            "Certificats générés",
        ]

    def test_a36_the_way_of_a_session(self) -> None:
        session = draft_session()
        states = [session.state]
        for step in (send, answer):
            session = step(session)
            states.append(session.state)
        states.append(generate_certificates(session.pk, entity_of(session)).state)
        assert states == [State.DRAFT, State.TRAINER, State.ENTITY, State.ISSUED]

    def test_a36_each_state_stands_in_the_lists_of_those_concerned(self) -> None:
        for state, entity_waits, trainer_waits in (
            (State.DRAFT, True, None),
            (State.TRAINER, False, True),
            (State.ENTITY, True, False),
            (State.ISSUED, False, False),
        ):
            session = in_state(state)
            entity, run_by = entity_of(session), trainer_of(session)
            assert awaiting(entity).contains(session) is entity_waits
            assert ongoing(entity).contains(session) is not entity_waits
            assert awaiting(run_by).contains(session) is bool(trainer_waits)
            assert visible_to(run_by).contains(session) is (trainer_waits is not None)

    def test_a36_who_acted_last_and_when(self, clock: time_machine.Traveller) -> None:
        session = sent_session()
        go_to(clock, TOMORROW)
        run_by = trainer_of(session)
        session = save_results(session.pk, run_by, session.version, {})
        assert session.last_actor == run_by.person
        assert session.modified_at.date() == TOMORROW

    @pytest.mark.parametrize(("source", "target"), list(product(State, State)))
    def test_a36_the_database_refuses_moves_that_the_workflow_does_not_have(self, source: State, target: State) -> None:
        session = in_state(source)
        facts = {"generated_at": session.modified_at, "download_until": TODAY, "results_by": session.created_by}
        allowed = source == target or (source, target) in SESSION_WORKFLOW.moves()
        move = TrainingSession.objects.filter(pk=session.pk)
        if allowed:
            assert move.update(state=target, **facts) == 1
        else:
            with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
                move.update(state=target, **facts)

    @pytest.mark.parametrize("role", Role)
    def test_a37_a38_a39_who_may_do_what_from_where(self, role: Role) -> None:
        """The table written again, from the rules: managers and delegates, then trainers, then funds."""
        entity = {
            State.DRAFT: {Action.EDIT, Action.SEND, Action.DELETE},
            State.ENTITY: {Action.GENERATE, Action.MODIFY, Action.DELETE},
        }
        run_by = {State.TRAINER: {Action.SAVE_RESULTS, Action.SEND_RESULTS, Action.RETURN}}
        national = {State.ISSUED: {Action.CANCEL_CERTIFICATES}}
        officer = national | {state: {Action.REOPEN} for state in (State.DRAFT, State.TRAINER, State.ENTITY)}
        expected: dict[Role, dict[State, set[Action]]] = {
            Role.MANAGER: entity,
            Role.DELEGATE: entity,
            Role.TRAINER: run_by,
            Role.FUND_OFFICER: officer,
            Role.NATIONAL_ADMINISTRATOR: national,
        }
        for state in State:
            offered = {t.action for t in SESSION_WORKFLOW.available(state, role)}
            assert offered == expected.get(role, {}).get(state, set()), (role, state)


def every_action(session: TrainingSession, acting: Acting) -> dict[str, object]:
    """Each service on the session, with data that would do for who may."""
    pk, version = session.pk, session.version
    trainee = session.trainees.order_by("pk").first()
    assert trainee is not None
    typed, other, given, newcomer = details(), trainer(), results(session), trainee_entry()
    return {
        "add_trainee": lambda: entry.add_trainee(pk, acting, newcomer, uuid4()),
        "change_trainee": lambda: entry.change_trainee(pk, trainee.pk, acting, newcomer),
        "save_details": lambda: entry.save_details(pk, acting, version, typed, complete=True),
        "set_trainers": lambda: entry.set_trainers(pk, acting, version, [other]),
        "remove_trainee": lambda: entry.remove_trainee(pk, trainee.pk, acting),
        "send_to_trainer": lambda: exchange.send_to_trainer(pk, acting, version),
        "save_results": lambda: exchange.save_results(pk, acting, version, given),
        "send_results": lambda: exchange.send_results(pk, acting, version, given),
        "return_with_comment": lambda: exchange.return_with_comment(pk, acting, version, "À revoir"),
        "generate_certificates": lambda: issuing.generate_certificates(pk, acting, version),
        "modify_session": lambda: exchange.modify_session(pk, acting, version),
        "delete_session": lambda: exchange.delete_session(pk, acting, version),
        "reopen_session": lambda: exchange.reopen_session(pk, acting, TOMORROW, "Retard"),
    }


class TestStrangers:
    @pytest.mark.parametrize("state", [State.DRAFT, State.TRAINER, State.ENTITY, State.ISSUED])
    def test_someone_else_s_session_does_not_exist(self, state: State) -> None:
        session = in_state(state)
        there = OrganisationFactory()
        strangers = [
            acting_manager(there),
            acting_delegate(accredit(there)),
            acting_delegate(accredit(session.organisation, "SST", 2)),
            acting_trainer(),
            acting_officer(fund("bretagne")),
            acting_national(Role.COMMITTEE),
            acting_national(Role.SUPPORT_AGENT),
        ]
        for acting in strangers:
            assert not visible_to(acting).contains(session)
            for name, act in every_action(session, acting).items():
                with nothing_changes(), pytest.raises(TrainingSession.DoesNotExist):
                    act()  # type: ignore[operator]
                assert name

    @pytest.mark.parametrize("state", [State.DRAFT, State.TRAINER, State.ENTITY, State.ISSUED])
    def test_who_may_only_read_changes_nothing(self, state: State) -> None:
        session = in_state(state)
        for acting in (acting_national(Role.NATIONAL_ADMINISTRATOR), acting_officer()):
            assert visible_to(acting).contains(session)
            for name, act in every_action(session, acting).items():
                if name != "reopen_session":
                    with nothing_changes(), pytest.raises(NotAllowed):
                        act()  # type: ignore[operator]

    def test_a_delegate_works_on_what_a_colleague_created(self) -> None:
        session = answered_session()
        assert session.accreditation is not None
        colleague = acting_delegate(session.accreditation)
        assert generate_certificates(session.pk, colleague, session.version).state == State.ISSUED

    def test_a_deleted_session_is_seen_by_nobody(self) -> None:
        session = in_state(State.DELETED)
        for acting in (entity_of(session), acting_officer(), acting_national(Role.NATIONAL_ADMINISTRATOR)):
            assert not visible_to(acting).contains(session)
            for act in every_action(session, acting).values():
                with nothing_changes(), pytest.raises(TrainingSession.DoesNotExist):
                    act()  # type: ignore[operator]


@pytest.mark.parametrize("readers", ["manager", "delegate", "trainer", "officer", "national"])
def test_lists_cost_the_same_whatever_their_length(readers: str) -> None:
    run_by = trainer()
    first = sent_session(trainers=[run_by], trainees=1)
    assert first.accreditation is not None
    acting = {
        "manager": lambda: entity_of(first),
        "delegate": lambda: acting_delegate(first.accreditation),
        "trainer": lambda: acting_trainer(run_by),
        "officer": acting_officer,
        "national": lambda: acting_national(Role.NATIONAL_ADMINISTRATOR),
    }[readers]()

    def read() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            shown = [
                (
                    s.pk,
                    s.organisation.name,
                    str(s.accreditation and s.accreditation.level),
                    str(s.qualification),
                    str(s.last_actor),
                    s.place_label,
                    s.state_label,
                )
                for s in for_page(for_list(visible_to(acting)))
            ]
        return len(shown), len(queries)

    assert read() == (1, 1)
    for _ in range(6):
        sent_session(entity_of(first), trainers=[run_by], trainees=1)
    assert read() == (7, 1)
