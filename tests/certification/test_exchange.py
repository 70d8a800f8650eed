"""The session between entity, trainer and fund: rules A36 to A39, B40 and B41, and its history."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.selectors.history import history_of
from forprev.certification.selectors.sessions import awaiting, for_list, for_page, ongoing, results_count, visible_to
from forprev.certification.services import entry, exchange, issuing
from forprev.certification.services.exchange import (
    COMMENT_LENGTH,
    delete_session,
    modify_session,
    reopen_session,
    return_with_comment,
    save_results,
    send_results,
    send_to_trainer,
)
from forprev.certification.services.issuing import generate_certificates
from forprev.certification.workflow import SESSION_WORKFLOW, Action, State
from forprev.core.dates import add_months
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from tests.certification.common import TODAY, go_to, nothing_changes, refused
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import (
    acting_trainer,
    all_declared,
    answer,
    answered_session,
    details,
    draft_session,
    entity_of,
    issued_session,
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


def in_state(state: State) -> TrainingSession:
    match state:
        case State.DRAFT:
            return draft_session(trainees=1)
        case State.TRAINER:
            return sent_session(trainees=1)
        case State.ENTITY:
            return answered_session(trainees=1)
        case State.ISSUED:
            return issued_session(trainees=1)
        case State.DELETED:
            session = draft_session(trainees=1)
            return delete_session(session.pk, entity_of(session))


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
        officer = {state: {Action.REOPEN} for state in (State.DRAFT, State.TRAINER, State.ENTITY)}
        expected: dict[Role, dict[State, set[Action]]] = {
            Role.MANAGER: entity, Role.DELEGATE: entity, Role.TRAINER: run_by, Role.FUND_OFFICER: officer,
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


class TestTrainer:
    def test_a37_results_are_saved_and_taken_up_later(self) -> None:
        session = sent_session(trainees=3)
        run_by, (first, second, _) = trainer_of(session), session.trainees.all()
        session = save_results(session.pk, run_by, session.version, {first.pk: "success", second.pk: "failure"})
        assert results_count(session) == {"total": 3, "success": 1, "failure": 1}
        session = save_results(session.pk, run_by, session.version, {second.pk: ""})
        assert results_count(session) == {"total": 3, "success": 1, "failure": 0}
        assert (session.state, session.results_by) == (State.TRAINER, None)

    def test_a37_b29_every_trainee_has_one_of_two_results(self) -> None:
        session = sent_session(trainees=3)
        given = results(session)
        given.popitem()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            send_results(session.pk, trainer_of(session), session.version, given)
        assert (refusal.value.code, refusal.value.field) == ("A37", "results")
        assert "1 stagiaire" in refusal.value.message

    @pytest.mark.parametrize("result", ["pass", "SUCCESS", "1", "<b>"])
    def test_b29_there_are_two_results_and_no_other(self, result: str) -> None:
        session = sent_session(trainees=1)
        with nothing_changes(), pytest.raises(DomainError):
            save_results(session.pk, trainer_of(session), session.version, {session.trainees.get().pk: result})

    def test_a37_results_are_those_of_this_session_s_trainees(self) -> None:
        session, other = sent_session(trainees=1), sent_session(trainees=1)
        with nothing_changes(), pytest.raises(DomainError):
            save_results(session.pk, trainer_of(session), session.version, results(other))

    def test_a37_sent_results_bear_their_author(self) -> None:
        session = sent_session()
        run_by = trainer_of(session)
        session = send_results(session.pk, run_by, session.version, results(session, failures=1))
        assert (session.state, session.results_by) == (State.ENTITY, run_by.person)
        assert results_count(session) == {"total": 4, "success": 3, "failure": 1}

    def test_a37_a_session_goes_back_with_a_comment(self) -> None:
        session = sent_session()
        session = return_with_comment(session.pk, trainer_of(session), session.version, " Il manque\r\nM. Roux. ")
        assert (session.state, session.comment) == (State.DRAFT, "Il manque\nM. Roux.")
        assert history_of(session)[0].comment == "Il manque\nM. Roux."
        assert not visible_to(trainer_of(session)).contains(session)
        assert send(session).comment == ""

    @pytest.mark.parametrize("comment", ["", "  \n ", "\u200b", "x" * (COMMENT_LENGTH + 1)])
    def test_a37_a_return_without_a_comment_is_none(self, comment: str) -> None:
        session = sent_session()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            return_with_comment(session.pk, trainer_of(session), session.version, comment)
        assert refusal.value.field == "comment"

    def test_a37_a_stale_page_gives_no_result(self) -> None:
        session = sent_session()
        save_results(session.pk, trainer_of(session), session.version, {})
        with nothing_changes(), pytest.raises(Conflict):
            send_results(session.pk, trainer_of(session), session.version, results(session))


class TestEntity:
    def test_a38_a_modified_session_goes_through_the_trainer_again(self) -> None:
        session = answered_session(failures=1)
        session = modify_session(session.pk, entity_of(session), session.version)
        assert (session.state, session.results_by, session.results_at) == (State.DRAFT, None, None)
        assert results_count(session)["failure"] == 1
        with nothing_changes(), pytest.raises(NotAllowed):
            generate_certificates(session.pk, entity_of(session))
        session = send(session)
        with nothing_changes(), pytest.raises(NotAllowed):
            generate_certificates(session.pk, entity_of(session))
        session = send_results(session.pk, trainer_of(session), session.version, {})
        assert generate_certificates(session.pk, entity_of(session)).certificates.count() == 3

    @pytest.mark.parametrize("state", State)
    def test_a39_a_session_is_deleted_while_it_waits_for_the_entity(self, state: State) -> None:
        session = in_state(state)
        if state in (State.DRAFT, State.ENTITY):
            assert delete_session(session.pk, entity_of(session), session.version).state == State.DELETED
        else:
            with nothing_changes(), pytest.raises((NotAllowed, TrainingSession.DoesNotExist)):
                delete_session(session.pk, entity_of(session), session.version)

    def test_a39_b43_what_is_deleted_stays_on_record(self) -> None:
        session = in_state(State.DELETED)
        assert session.trainees.count() == 1
        assert history_of(session)[0].action == "Supprimer la session"
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            TrainingSession.objects.filter(pk=session.pk)._raw_delete("default")


class TestDates:
    def test_b41_a_session_is_sent_from_its_end_date_on(self, clock: time_machine.Traveller) -> None:
        session = draft_session(end_date=TOMORROW, trainers=[trainer()])
        acting = entity_of(session)
        findings = refused(send_to_trainer, session.pk, acting, session.version)
        assert [(f.rule, f.field) for f in findings] == [("B41", "end_date")]
        go_to(clock, TOMORROW)
        assert send_to_trainer(session.pk, acting, session.version).state == State.TRAINER

    @pytest.mark.parametrize(
        ("ended_on", "last_day"),
        [
            (date(2025, 12, 16), date(2026, 3, 16)),
            (date(2025, 11, 30), date(2026, 2, 28)),
            (date(2026, 1, 31), date(2026, 4, 30)),
        ],
    )
    def test_b40_generated_within_three_months(
        self, clock: time_machine.Traveller, ended_on: date, last_day: date
    ) -> None:
        go_to(clock, ended_on)
        session = answered_session(trainees=1)
        go_to(clock, last_day + timedelta(days=1))
        findings = refused(generate_certificates, session.pk, entity_of(session))
        assert [(f.rule, f.field) for f in findings] == [("B40", "end_date")]
        go_to(clock, last_day)
        assert generate_certificates(session.pk, entity_of(session)).state == State.ISSUED

    def test_b40_past_the_delay_nothing_is_entered_or_sent(self, clock: time_machine.Traveller) -> None:
        session = draft_session(trainees=1)
        acting, ended_on = entity_of(session), session.end_date
        assert ended_on is not None
        go_to(clock, add_months(ended_on, 3) + timedelta(days=1))
        typed = details(end_date=ended_on)
        for action in (
            lambda: send_to_trainer(session.pk, acting, session.version),
            lambda: entry.save_details(session.pk, acting, session.version, typed, complete=True),
        ):
            assert "B40" in {f.rule for f in refused(action)}

    def test_b40_the_delay_is_a_parameter(self, clock: time_machine.Traveller) -> None:
        session = answered_session(trainees=1)
        CertificationSettings.objects.create(pk=1, generation_months=4)
        go_to(clock, add_months(TODAY, 4))
        assert generate_certificates(session.pk, entity_of(session)).state == State.ISSUED

    def test_b40_the_fund_opens_it_again_with_a_reason(self, clock: time_machine.Traveller) -> None:
        session = answered_session(trainees=1)
        go_to(clock, date(2026, 7, 1))
        session = reopen_session(session.pk, acting_officer(), date(2026, 7, 15), "Formateur malade")
        assert (session.state, history_of(session)[0].comment) == (State.ENTITY, "Formateur malade")
        go_to(clock, date(2026, 7, 16))
        assert refused(generate_certificates, session.pk, entity_of(session))
        go_to(clock, date(2026, 7, 15))
        assert generate_certificates(session.pk, entity_of(session)).state == State.ISSUED

    @pytest.mark.parametrize(
        ("until", "reason", "field"), [(TODAY - timedelta(days=1), "Retard", "until"), (TOMORROW, " \n", "reason")]
    )
    def test_b40_neither_without_a_reason_nor_until_yesterday(self, until: date, reason: str, field: str) -> None:
        session = answered_session(trainees=1)
        officer = acting_officer()
        with nothing_changes(), pytest.raises(DomainError) as refusal:
            reopen_session(session.pk, officer, until, reason)
        assert refusal.value.field == field


class TestHistory:
    def test_every_step_is_told_with_its_actor_and_states(self) -> None:
        session = draft_session(trainees=3)
        entity, run_by = entity_of(session), trainer_of(session)
        session = send(session)
        session = return_with_comment(session.pk, run_by, session.version, "Nom à corriger")
        session = send(session)
        session = answer(session)
        session = generate_certificates(session.pk, entity)
        told = [(e.action, e.actor, e.role, e.before, e.after) for e in reversed(history_of(session))]
        manager, trained_by = entity.person.display_name, run_by.person.display_name
        draft, at_trainer, at_entity, issued = (str(state.label) for state in State if state != State.DELETED)
        assert told == [
            ("Nouvelle session", manager, "Gestionnaire", "", draft),
            ("Saisie de la session", manager, "Gestionnaire", "", ""),
            ("Envoyer au formateur", manager, "Gestionnaire", draft, at_trainer),
            ("Retour commenté", trained_by, "Formateur", at_trainer, draft),
            ("Envoyer au formateur", manager, "Gestionnaire", draft, at_trainer),
            ("Envoyer les résultats des stagiaires", trained_by, "Formateur", at_trainer, at_entity),
            ("Générer les certificats", manager, "Gestionnaire", at_entity, issued),
        ]

    def test_it_is_read_in_one_query(self) -> None:
        session = issued_session(trainees=8)
        with CaptureQueriesContext(connection) as queries:
            assert history_of(session)
        assert len(queries) == 1

    def test_trainees_and_results_are_on_record_too(self) -> None:
        session = answered_session(trainees=1, failures=1)
        trainee = session.trainees.get()
        last = trainee.events.order_by("-pgh_id").first()
        assert (last.result, last.pgh_context.metadata["action"]) == ("failure", "send_results")
        assert last.pgh_context.metadata["actor_id"] == trainer_of(session).person_id


class TestMail:
    def test_the_trainer_is_told_of_a_session_and_the_entity_of_the_results(self) -> None:
        session = draft_session(trainees=1)
        run_by, creator = AccountFactory(person=trainer_of(session).person), AccountFactory(person=session.created_by)
        session = send(session)
        assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == [run_by.email]
        session = return_with_comment(session.pk, trainer_of(session), session.version, "Un nom à corriger")
        returned = OutgoingMail.objects.get(recipient=creator.email)
        assert "Un nom à corriger" in returned.text
        session = answer(send(session))
        assert OutgoingMail.objects.filter(recipient=creator.email).count() == 2

    def test_what_is_refused_is_told_to_nobody(self) -> None:
        session = draft_session(trainees=0)
        AccountFactory(person=trainer_of(session).person)
        refused(send_to_trainer, session.pk, entity_of(session), session.version, all_declared(session))
        assert not OutgoingMail.objects.exists()


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
                (s.pk, s.organisation.name, str(s.accreditation and s.accreditation.level), str(s.qualification),
                 str(s.last_actor), s.place_label, s.state_label)
                for s in for_page(for_list(visible_to(acting)))
            ]
        return len(shown), len(queries)

    assert read() == (1, 1)
    for _ in range(6):
        sent_session(entity_of(first), trainers=[run_by], trainees=1)
    assert read() == (7, 1)
