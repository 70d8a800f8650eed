"""The session between entity, trainer and fund: rules A37 to A39, B40 and B41, and its history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from forprev.certification.models import CertificationSettings, TrainingSession
from forprev.certification.selectors.history import history_of
from forprev.certification.selectors.sessions import results_count, visible_to
from forprev.certification.services import entry
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
from forprev.certification.workflow import State
from forprev.core.dates import add_months
from forprev.core.errors import Conflict, DomainError
from forprev.core.workflow import NotAllowed
from forprev.notices.models import OutgoingMail
from tests.certification.common import TODAY, go_to, in_state, nothing_changes, refused
from tests.factories.accounts import AccountFactory
from tests.factories.certification import (
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
    taken_over,
    trainer,
    trainer_of,
)
from tests.factories.organisations import acting_manager, acting_officer

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


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


class TestResultsGoWithWhatTheyWereGivenFor:
    """A38: a session that changes goes through the trainer again, and what changed takes the results along."""

    def modified(self) -> TrainingSession:
        session = answered_session()
        return modify_session(session.pk, entity_of(session), session.version)

    def given(self, session: TrainingSession) -> set[str]:
        return set(session.trainees.values_list("result", flat=True))

    def test_a38_they_stay_where_nothing_changed(self) -> None:
        session = self.modified()
        entry.save_details(session.pk, entity_of(session), session.version, details(city="LYON"), complete=True)
        assert self.given(session) == {"success"}

    def test_a38_another_date_clears_them(self) -> None:
        session = self.modified()
        end_date = session.end_date - timedelta(days=1)  # type: ignore[operator]
        changed = details(end_date=end_date)
        entry.save_details(session.pk, entity_of(session), session.version, changed, complete=True)
        assert self.given(session) == {""}

    def test_a38_another_trainer_clears_them(self) -> None:
        session = self.modified()
        entry.set_trainers(session.pk, entity_of(session), session.version, [trainer()])
        assert self.given(session) == {""}


def test_a_trainer_who_is_a_member_of_the_entity_is_recorded() -> None:
    """Both steps stay apart, and the fund sees it."""
    acting = acting_manager()
    taken_over(acting.person, "SST-2")
    session = send(draft_session(acting, trainers=[acting.person]))
    assert [w for w in session.warnings if "membre de l’entité" in w["message"]]
