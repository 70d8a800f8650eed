"""Random actors do random things to sessions; whatever they do, the promises of the main job hold."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from forprev.accounts.acting import Acting
from forprev.accounts.models import Role
from forprev.accreditation.models import Accreditation, AccreditationStatus
from forprev.certification.models import Course, TrainingSession
from forprev.certification.services import entry, exchange, issuing
from forprev.certification.workflow import Action, State
from forprev.core.dates import today
from forprev.core.errors import DomainError
from tests.certification.common import everything_written
from tests.certification.promises import Promises
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit, acting_delegate
from tests.factories.certification import (
    acting_trainer,
    all_declared,
    details,
    results,
    taken_over,
    trainee_entry,
    trainer,
)
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_officer, fund

START = datetime(2026, 3, 16, 9, tzinfo=UTC)
CODES = ("SST-1", "SST-2")
STAGES = (State.DRAFT, State.TRAINER, State.ENTITY, State.ISSUED)
REFUSALS = (DomainError, TrainingSession.DoesNotExist)

SEEN_BY_TRAINERS = (State.TRAINER, State.ENTITY, State.ISSUED)
RIGHTS: dict[Role, set[Action]] = {
    Role.TRAINER: {Action.SAVE_RESULTS, Action.SEND_RESULTS, Action.RETURN},
    Role.FUND_OFFICER: {Action.REOPEN},
}
"""What each role may do, written from the rules and not from the code; entities may do the rest."""

FROM: dict[Action, tuple[State, ...]] = {
    Action.EDIT: (State.DRAFT,),
    Action.SEND: (State.DRAFT,),
    Action.SAVE_RESULTS: (State.TRAINER,),
    Action.SEND_RESULTS: (State.TRAINER,),
    Action.RETURN: (State.TRAINER,),
    Action.GENERATE: (State.ENTITY,),
    Action.MODIFY: (State.ENTITY,),
    Action.DELETE: (State.DRAFT, State.ENTITY),
    Action.REOPEN: (State.DRAFT, State.TRAINER, State.ENTITY),
}

EVENTS: Tally[str] = Tally()
"""What happened over all examples: proves that the machine went all the way."""


class MainJob(Promises):
    """Two entities with a manager and a delegate each, two trainers, an officer, an outsider; time passes."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.populate()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        self.clock.stop()

    def populate(self) -> None:
        here, there = OrganisationFactory(), OrganisationFactory(department_id="35")
        first, second, far = accredit(here, "SST", 1), accredit(here, "SST", 2), accredit(there, "SST", 1)
        self.accreditations = [first, second, far]
        self.trainers = [trainer("SST-2"), trainer("SST-3")]
        manager = acting_manager(here)
        delegates = [acting_delegate(first), acting_delegate(far)]
        self.attached = {delegates[0].person_id: {first.pk}, delegates[1].person_id: {far.pk}}
        both = acting_manager(there, person=self.trainers[1])
        self.actors = [
            manager,
            delegates[0],
            both,
            delegates[1],
            *map(acting_trainer, self.trainers),
            acting_officer(fund()),
            acting_manager(OrganisationFactory()),
        ]
        for person in {actor.person for actor in self.actors}:
            AccountFactory(person=person)
        known = AccountFactory().person
        taken_over(known, "SST-1")
        self.entries = [
            *(trainee_entry() for _ in range(4)),
            *(trainee_entry(email=f"futur{n}@exemple.test") for n in range(3)),
            trainee_entry(person=known),
            trainee_entry(person=self.trainers[0]),
            trainee_entry(birth_date=date(2999, 1, 1)),
            trainee_entry(last_name="<b>"),
        ]
        self.keys = {actor.key + str(actor.person_id): uuid4() for actor in self.actors}
        self.sessions: list[int] = []

    # Who may do what

    def sees(self, actor: Acting, session: TrainingSession) -> bool:
        if session.state == State.DELETED:
            return False
        match actor.role:
            case Role.MANAGER:
                return session.organisation_id == actor.organisation_id
            case Role.DELEGATE:
                attached = session.accreditation_id in self.attached[actor.person_id]
                own = session.accreditation_id is None and session.created_by_id == actor.person_id
                return session.organisation_id == actor.organisation_id and (attached or own)
            case Role.TRAINER:
                named = session.trainers.filter(person=actor.person).exists()
                return named and session.state in SEEN_BY_TRAINERS
            case _:
                return session.organisation.department_id == "26"

    def may(self, actor: Acting, action: Action, session: TrainingSession) -> bool:
        entity = {Action.EDIT, Action.SEND, Action.GENERATE, Action.MODIFY, Action.DELETE}
        return action in RIGHTS.get(actor.role, entity) and self.sees(actor, session)

    def attempt(self, actor: Acting, action: Action, session_id: int, act: Callable[[], object]) -> None:
        """Done by who may, or refused without a trace."""
        allowed = self.may(actor, action, TrainingSession.objects.get(pk=session_id))
        before = everything_written()
        try:
            act()
        except REFUSALS:
            EVENTS["refused"] += 1
            assert everything_written() == before
        else:
            assert allowed, f"{actor.role} did {action}"
            EVENTS[action.value] += 1

    # What they do

    def actor(self, rank: int) -> Acting:
        return self.actors[rank % len(self.actors)]

    def pick(self, rank: int, which: int, action: Action) -> tuple[TrainingSession, Acting]:
        """A session and an actor: three times of four such that it can be done, so that sessions come to their end."""
        known = TrainingSession.objects.filter(pk__in=self.sessions).select_related("organisation")
        sessions = list(known.order_by("pk"))
        if rank % 4 < 3:
            able = [s for s in sessions if s.state in FROM[action]]
            session = (able or sessions)[which % len(able or sessions)]
            actors = [actor for actor in self.actors if self.may(actor, action, session)] or self.actors
        else:
            session, actors = sessions[which % len(sessions)], self.actors
        return session, actors[rank % len(actors)]

    ranks = st.integers(0, 997)

    @rule(rank=ranks, fresh=st.booleans())
    def create(self, rank: int, fresh: bool) -> None:
        actor = self.actor(rank)
        key: UUID = uuid4() if fresh else self.keys[actor.key + str(actor.person_id)]
        before = everything_written()
        try:
            session = entry.create_session(actor, key)
        except DomainError:
            assert actor.role not in (Role.MANAGER, Role.DELEGATE)
            assert everything_written() == before
            return
        assert session.organisation_id == actor.organisation_id
        if session.pk not in self.sessions:
            self.sessions.append(session.pk)

    plays = st.tuples(ranks, st.sampled_from(CODES), st.sampled_from(STAGES))

    @initialize(stages=st.lists(plays, min_size=2, max_size=3))
    def begin(self, stages: list[tuple[int, str, State]]) -> None:
        for rank, code, stage in stages:
            self.play(rank, code, stage)

    @rule(rank=ranks, code=st.sampled_from(CODES), stage=st.sampled_from(STAGES))
    def play(self, rank: int, code: str, stage: State) -> None:
        """What entity and trainer do when all goes well."""
        actor = self.actors[0 if code == "SST-2" else rank % 4]
        session = entry.create_session(actor, uuid4())
        self.sessions.append(session.pk)
        qualified = self.trainers[1] if code == "SST-2" else self.trainers[rank % 2]
        pool = self.entries[4:7] if code == "SST-2" else self.entries[:4]
        try:
            session = entry.save_details(session.pk, actor, session.version, details(code), complete=True)
            session = entry.set_trainers(session.pk, actor, session.version, [qualified])
            for typed in pool[: 1 + rank % 4]:
                entry.add_trainee(session.pk, actor, typed, uuid4())
            session.refresh_from_db()
            if stage != State.DRAFT:
                session = exchange.send_to_trainer(session.pk, actor, session.version, all_declared(session))
                EVENTS[Action.SEND.value] += 1
            if stage in (State.ENTITY, State.ISSUED):
                given = results(session, failures=rank % 2)
                exchange.send_results(session.pk, acting_trainer(qualified), session.version, given)
                EVENTS[Action.SEND_RESULTS.value] += 1
            if stage == State.ISSUED:
                issuing.generate_certificates(session.pk, actor)
                EVENTS[Action.GENERATE.value] += 1
        except DomainError as refusal:
            EVENTS[f"not played: {refusal.code}"] += 1

    @precondition(lambda self: self.sessions)
    @rule(
        rank=ranks,
        which=ranks,
        code=st.sampled_from(CODES),
        course=st.sampled_from([*Course.values, *Course.values, ""]),
        days=st.sampled_from([-200, 0, 0, 0, -1, 3]),
        complete=st.booleans(),
        behind=st.sampled_from([0, 0, 0, 1]),
    )
    def enter_details(
        self, rank: int, which: int, code: str, course: str, days: int, complete: bool, behind: int
    ) -> None:
        session, actor = self.pick(rank, which, Action.EDIT)
        typed = details(code, course=course, end_date=today() + timedelta(days=days))
        version = session.version - behind
        self.attempt(
            actor,
            Action.EDIT,
            session.pk,
            lambda: entry.save_details(session.pk, actor, version, typed, complete=complete),
        )

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, who=ranks)
    def name_a_trainer(self, rank: int, which: int, who: int) -> None:
        session, actor = self.pick(rank, which, Action.EDIT)
        person = [*self.trainers, self.actors[0].person][who % 3]
        self.attempt(
            actor, Action.EDIT, session.pk, lambda: entry.set_trainers(session.pk, actor, session.version, [person])
        )

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, who=ranks)
    def add_a_trainee(self, rank: int, which: int, who: int) -> None:
        session, actor = self.pick(rank, which, Action.EDIT)
        typed = self.entries[who % len(self.entries)]
        self.attempt(actor, Action.EDIT, session.pk, lambda: entry.add_trainee(session.pk, actor, typed, uuid4()))

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, who=ranks)
    def change_a_trainee(self, rank: int, which: int, who: int) -> None:
        session, actor = self.pick(rank, which, Action.EDIT)
        trainee, typed = session.trainees.first(), self.entries[who % len(self.entries)]
        if trainee is not None:
            self.attempt(
                actor, Action.EDIT, session.pk, lambda: entry.change_trainee(session.pk, trainee.pk, actor, typed)
            )

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks)
    def remove_a_trainee(self, rank: int, which: int) -> None:
        session, actor = self.pick(rank, which, Action.EDIT)
        trainee = session.trainees.last()
        if trainee is not None:
            self.attempt(actor, Action.EDIT, session.pk, lambda: entry.remove_trainee(session.pk, trainee.pk, actor))

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, declared=st.booleans())
    def send(self, rank: int, which: int, declared: bool) -> None:
        session, actor = self.pick(rank, which, Action.SEND)
        declarations = all_declared(session) if declared else []
        self.attempt(
            actor,
            Action.SEND,
            session.pk,
            lambda: exchange.send_to_trainer(session.pk, actor, session.version, declarations),
        )

    @precondition(lambda self: self.sessions)
    @rule(
        rank=ranks,
        which=ranks,
        given=st.lists(st.sampled_from(["success", "failure", ""]), max_size=6),
        final=st.booleans(),
    )
    def give_results(self, rank: int, which: int, given: list[str], final: bool) -> None:
        action = Action.SEND_RESULTS if final else Action.SAVE_RESULTS
        session, actor = self.pick(rank, which, action)
        service = exchange.send_results if final else exchange.save_results
        some = dict(zip(session.trainees.values_list("pk", flat=True), given, strict=False))
        self.attempt(actor, action, session.pk, lambda: service(session.pk, actor, session.version, some))

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, failures=st.integers(0, 2))
    def answer_for_everybody(self, rank: int, which: int, failures: int) -> None:
        session, actor = self.pick(rank, which, Action.SEND_RESULTS)
        ids = session.trainees.values_list("pk", flat=True)
        given = {pk: "failure" if turn < failures else "success" for turn, pk in enumerate(ids)}
        self.attempt(
            actor,
            Action.SEND_RESULTS,
            session.pk,
            lambda: exchange.send_results(session.pk, actor, session.version, given),
        )

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, comment=st.sampled_from(["Un nom à corriger", "", " "]))
    def give_back(self, rank: int, which: int, comment: str) -> None:
        session, actor = self.pick(rank, which, Action.RETURN)
        self.attempt(
            actor,
            Action.RETURN,
            session.pk,
            lambda: exchange.return_with_comment(session.pk, actor, session.version, comment),
        )

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, times=st.integers(1, 2))
    def generate(self, rank: int, which: int, times: int) -> None:
        session, actor = self.pick(rank, which, Action.GENERATE)
        for _ in range(times):
            self.attempt(
                actor,
                Action.GENERATE,
                session.pk,
                lambda: issuing.generate_certificates(session.pk, actor, session.version),
            )

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks)
    def modify(self, rank: int, which: int) -> None:
        session, actor = self.pick(rank, which, Action.MODIFY)
        self.attempt(
            actor, Action.MODIFY, session.pk, lambda: exchange.modify_session(session.pk, actor, session.version)
        )

    @precondition(lambda self: len(self.sessions) > 3)
    @rule(rank=ranks, which=ranks)
    def delete(self, rank: int, which: int) -> None:
        session, actor = self.pick(rank, which, Action.DELETE)
        self.attempt(actor, Action.DELETE, session.pk, lambda: exchange.delete_session(session.pk, actor))

    @precondition(lambda self: self.sessions)
    @rule(rank=ranks, which=ranks, days=st.integers(-1, 20))
    def reopen(self, rank: int, which: int, days: int) -> None:
        session, actor = self.pick(rank, which, Action.REOPEN)
        until = today() + timedelta(days=days)
        self.attempt(
            actor, Action.REOPEN, session.pk, lambda: exchange.reopen_session(session.pk, actor, until, "Retard")
        )

    @rule(days=st.sampled_from([1, 1, 5, 60]))
    def let_time_pass(self, days: int) -> None:
        self.traveller.shift(timedelta(days=days))

    @rule(which=ranks, status=st.sampled_from([*[AccreditationStatus.ACTIVE] * 5, AccreditationStatus.SUSPENDED]))
    def decide_on_an_accreditation(self, which: int, status: AccreditationStatus) -> None:
        Accreditation.objects.filter(pk=self.accreditations[which % 3].pk).update(status=status)


@pytest.mark.django_db
def test_random_actors_break_no_promise() -> None:
    EVENTS.clear()
    run_state_machine_as_test(
        MainJob,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {Action.EDIT, Action.SEND, Action.SEND_RESULTS, Action.GENERATE, "refused"} <= set(EVENTS), EVENTS
