"""Random actors do random things to dossiers; whatever they do, what the rules promise holds (B02, B04, A23, A24)."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from forprev.accounts.acting import Acting, roles_of
from forprev.accounts.models import Role
from forprev.accreditation.committee.services import schedule, unschedule
from forprev.accreditation.decisions import LineDecision, decide
from forprev.accreditation.dossiers import services, thread
from forprev.accreditation.dossiers.common import workflow_of
from forprev.accreditation.dossiers.history import history_of
from forprev.accreditation.dossiers.selectors import applicant, demands_of, visible_to
from forprev.accreditation.dossiers.services import Common, Wish
from forprev.accreditation.models import (
    Accreditation,
    CommitteeMeeting,
    Dossier,
    DossierLine,
    DossierState,
    Opinion,
    Outcome,
    PieceState,
)
from forprev.accreditation.review import services as review
from forprev.accreditation.review.services import Mark
from forprev.accreditation.workflow import CLOSED, SENT_AND_OPEN, WORKFLOWS, Action, Track
from forprev.core.dates import today
from forprev.core.errors import DomainError
from forprev.core.uploads import Document
from forprev.core.workflow import Transition
from forprev.organisations.models import Organisation, Regime
from tests.factories.accounts import AccountFactory
from tests.factories.accreditation import accredit
from tests.factories.catalogue import level
from tests.factories.organisations import OrganisationFactory, acting_manager, acting_national, acting_officer, fund
from tests.factories.people import PersonFactory
from tests.http.world import everything

START = datetime(2026, 3, 16, 9, tzinfo=UTC)
REFUSALS = (DomainError, Dossier.DoesNotExist, CommitteeMeeting.DoesNotExist)
SIRETS = ("73282932000074", "55210055400013")
State = DossierState
ranks = st.integers(0, 997)
NEXT = {
    State.DRAFT: Action.SUBMIT,
    State.SUBMITTED: Action.TAKE,
    State.TO_COMPLETE: Action.COMPLETE,
    State.UNDER_REVIEW: Action.GIVE_OPINION,
    State.OPINION_GIVEN: Action.SCHEDULE,
    State.ADJOURNED: Action.SCHEDULE,
}
FEW = 4
"""Dossiers open at once: more would leave each where it is."""

EVENTS: Tally[str] = Tally()
"""What happened over all examples: proves that the machine went all the way."""


def possible(action: Action) -> Callable[[Dossiers], bool]:
    """Whether somebody may do this to some dossier, and one time in eight if not: then everybody is to be refused."""

    def look(machine: Dossiers) -> bool:
        dossiers = list(Dossier.objects.all())
        may = any(row.action == action for dossier in dossiers for row in machine.rows(dossier))
        return bool(dossiers) and (may or machine.steps % 8 == 0)

    return look


class Dossiers(RuleBasedStateMachine):
    """Two applicants, two entities, one of them outside the general regime; officers, the INRS, the committee."""

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
        here, outside = OrganisationFactory(), OrganisationFactory(regime=Regime.OTHER)
        self.renewable = accredit(here, "SST", 1, ends_on=today() + timedelta(days=40))
        self.candidates = [PersonFactory(), PersonFactory()]
        self.managers = [acting_manager(here), acting_manager(outside)]
        self.actors = [
            *map(applicant, self.candidates),
            *self.managers,
            acting_officer(),
            acting_officer(fund("bretagne")),
            acting_national(Role.NATIONAL_ADMINISTRATOR),
            acting_national(Role.COMMITTEE),
        ]
        for actor in self.actors:
            AccountFactory(person=actor.person)
        self.steps = 0

    # The machine

    def pick(self, rank: int, which: int, action: Action) -> tuple[Dossier, Acting]:
        """A dossier, one on which the action may be done eight times in nine, and an actor, likewise one who may."""
        dossiers = list(Dossier.objects.order_by("pk"))
        fitting = [each for each in dossiers if any(t.action == action for t in self.rows(each))]
        among = fitting if fitting and rank % 9 else dossiers
        dossier = among[rank % len(among)]
        able = [actor for actor in self.actors if self.may(actor, action, dossier)]
        actors = able if able and which % 7 else self.actors
        return dossier, actors[which % len(actors)]

    def rows(self, dossier: Dossier) -> list[Transition]:
        return [each for each in workflow_of(dossier).transitions if dossier.state in each.sources]

    def may(self, actor: Acting, action: Action, dossier: Dossier) -> bool:
        """Who sees it and has the action, from the table."""
        sees = visible_to(actor).filter(pk=dossier.pk).exists()
        table = WORKFLOWS[Track(dossier.track)]
        return sees and any(t.action == action for t in table.available(dossier.state, actor.role))

    def attempt(self, actor: Acting, action: Action, dossier: Dossier | None, act: Callable[[], object]) -> bool:
        """Done only by those who may; refused, it has changed nothing."""
        self.steps += 1
        allowed = dossier is None or self.may(actor, action, dossier)
        before = everything()
        try:
            with transaction.atomic():
                act()
        except REFUSALS:
            assert everything() == before, f"{action} was refused and wrote"
            EVENTS["refused"] += 1
            return False
        assert allowed, f"{actor.role_label} could {action}"
        EVENTS[action] += 1
        return True

    def send_all_pieces(self, pk: int, actor: Acting) -> None:
        for demand in demands_of(Dossier.objects.get(pk=pk)):
            document = Document("piece.pdf", "application/pdf", b"%PDF-1.7 a piece")
            services.attach_piece(pk, actor, self.version(pk), demand.key, document)

    def version(self, pk: int) -> int:
        return Dossier.objects.values_list("version", flat=True).get(pk=pk)

    # Applicants

    @precondition(lambda self: Dossier.objects.exclude(state__in=CLOSED).count() < FEW)
    @rule(
        which=ranks,
        siret=st.sampled_from(SIRETS),
        regime=st.sampled_from(Regime.values),
        number=st.sampled_from([1, 2]),
    )
    def ask_for_the_first_time(self, which: int, siret: str, regime: str, number: int) -> None:
        person = self.candidates[which % 2]
        actor = applicant(person)

        def act() -> None:
            pk = services.start_first_request(person, "Atelier").pk
            common = Common(
                organisation_name="Atelier",
                kind="O",
                regime=regime,
                siret=siret,
                nda="84260012326",
                address="1 rue A",
                postal_code="26000",
                city="Valence",
                signatory_name="A B",
                signatory_title="Gérant",
                activities="Formation",
            )
            services.save_common(pk, actor, self.version(pk), common)
            services.save_lines(pk, actor, self.version(pk), Wish(levels=[level("SST", number).pk]))
            if which % 3:
                self.send_all_pieces(pk, actor)

        self.attempt(actor, Action.CREATE, None, act)

    @precondition(lambda self: Dossier.objects.exclude(state__in=CLOSED).count() < FEW)
    @rule(which=ranks, code=st.sampled_from(["SST", "Catec"]), renew=st.booleans())
    def ask_for_more(self, which: int, code: str, renew: bool) -> None:
        manager = self.managers[which % 2]
        wish = Wish(renewals=[self.renewable.pk]) if renew else Wish(levels=[level(code, 1).pk])
        self.attempt(manager, Action.CREATE, None, lambda: services.start_dossier(manager, uuid4(), wish))

    @precondition(possible(Action.EDIT))
    @rule(rank=ranks, which=ranks)
    def send_the_pieces(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.EDIT)

        demanded = demands_of(dossier)
        if demanded:
            self.attempt(actor, Action.EDIT, dossier, lambda: self.send_all_pieces(dossier.pk, actor))

    @precondition(possible(Action.SUBMIT))
    @rule(rank=ranks, which=ranks)
    def submit(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.SUBMIT)
        self.attempt(actor, Action.SUBMIT, dossier, lambda: services.submit(dossier.pk, actor, dossier.version))

    @precondition(possible(Action.COMPLETE))
    @rule(rank=ranks, which=ranks)
    def complete(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.COMPLETE)
        self.attempt(actor, Action.COMPLETE, dossier, lambda: services.complete(dossier.pk, actor, dossier.version))

    @precondition(possible(Action.WITHDRAW))
    @rule(rank=ranks, which=ranks)
    def withdraw(self, rank: int, which: int) -> None:
        if which % 5:
            return
        dossier, actor = self.pick(rank, which // 5, Action.WITHDRAW)
        self.attempt(actor, Action.WITHDRAW, dossier, lambda: services.withdraw(dossier.pk, actor, dossier.version))

    # Reviewers

    @precondition(possible(Action.TAKE))
    @rule(rank=ranks, which=ranks)
    def take(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.TAKE)
        self.attempt(actor, Action.TAKE, dossier, lambda: review.take(dossier.pk, actor, dossier.version))

    @precondition(possible(Action.EXAMINE))
    @rule(rank=ranks, which=ranks, state=st.sampled_from([*[PieceState.CONFORMING] * 2, PieceState.TO_CORRECT]))
    def examine(self, rank: int, which: int, state: str) -> None:
        dossier, actor = self.pick(rank, which, Action.EXAMINE)
        remark = "Illisible" if state == PieceState.TO_CORRECT else ""
        marks = {piece.pk: Mark(state, remark) for piece in dossier.pieces.all()}
        self.attempt(actor, Action.EXAMINE, dossier, lambda: review.examine(dossier.pk, actor, dossier.version, marks))

    @precondition(possible(Action.ASK_COMPLETION))
    @rule(rank=ranks, which=ranks)
    def ask_completion(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.ASK_COMPLETION)
        self.attempt(
            actor,
            Action.ASK_COMPLETION,
            dossier,
            lambda: review.ask_completion(dossier.pk, actor, dossier.version, "La page 2."),
        )

    @precondition(possible(Action.GIVE_OPINION))
    @rule(rank=ranks, which=ranks, opinion=st.sampled_from(list(Opinion)))
    def give_opinion(self, rank: int, which: int, opinion: Opinion) -> None:
        dossier, actor = self.pick(rank, which, Action.GIVE_OPINION)
        self.attempt(
            actor,
            Action.GIVE_OPINION,
            dossier,
            lambda: review.give_opinion(dossier.pk, actor, dossier.version, opinion, "Vu."),
        )

    @precondition(possible(Action.WRITE))
    @rule(rank=ranks, which=ranks, internal=st.booleans())
    def write(self, rank: int, which: int, internal: bool) -> None:
        if which % 4:
            return
        which //= 4
        action = Action.NOTE if internal else Action.WRITE
        dossier, actor = self.pick(rank, which, action)
        self.attempt(actor, action, dossier, lambda: thread.write(dossier.pk, actor, "Bonjour", internal=internal))

    # The committee

    @precondition(possible(Action.SCHEDULE))
    @rule(rank=ranks, which=ranks)
    def put_on_the_agenda(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.SCHEDULE)
        meeting, _ = CommitteeMeeting.objects.get_or_create(held_on=today() + timedelta(days=10))
        self.attempt(actor, Action.SCHEDULE, dossier, lambda: schedule(meeting.pk, actor, [dossier.pk]))

    @precondition(possible(Action.UNSCHEDULE))
    @rule(rank=ranks, which=ranks)
    def take_off_the_agenda(self, rank: int, which: int) -> None:
        dossier, actor = self.pick(rank, which, Action.UNSCHEDULE)
        if dossier.state == State.AWAITING_DECISION and which % 3 == 0:
            meeting = dossier.meeting_id or 0
            self.attempt(actor, Action.UNSCHEDULE, dossier, lambda: unschedule(meeting, actor, dossier.pk))

    @precondition(possible(Action.SEND_BACK))
    @rule(rank=ranks, which=ranks)
    def send_back(self, rank: int, which: int) -> None:
        if which % 4 == 0:
            dossier, actor = self.pick(rank, which // 4, Action.SEND_BACK)
            self.attempt(
                actor,
                Action.SEND_BACK,
                dossier,
                lambda: review.send_back(dossier.pk, actor, dossier.version, "Revoir."),
            )

    @precondition(possible(Action.ACCEPT))
    @rule(rank=ranks, which=ranks, action=st.sampled_from([*[Action.ACCEPT] * 2, Action.REFUSE, Action.ADJOURN]))
    def decide(self, rank: int, which: int, action: Action) -> None:
        dossier, actor = self.pick(rank, which, action)
        reason = "" if action == Action.ACCEPT else "Parce que."
        lines = {line.pk: LineDecision(Outcome.GRANTED) for line in dossier.lines.all()}
        self.attempt(
            actor,
            action,
            dossier,
            lambda: decide(dossier.pk, actor, dossier.version, action, lines=lines, reason=reason),
        )

    @precondition(lambda self: Dossier.objects.exclude(state__in=CLOSED).exists())
    @rule(rank=ranks, end=st.sampled_from([Action.ACCEPT, Action.ACCEPT, Action.REFUSE, Action.ADJOURN]))
    def go_on(self, rank: int, end: Action) -> None:
        """The next steps of one dossier, up to three, by whom it waits for: so that many see their end."""
        dossiers = list(Dossier.objects.exclude(state__in=CLOSED).order_by("pk"))
        pk = dossiers[rank % len(dossiers)].pk
        for _ in range(1 + rank % 3):
            dossier = Dossier.objects.get(pk=pk)
            if dossier.is_closed:
                return
            step = NEXT.get(dossier.state, end)
            actor = next(actor for actor in self.actors if self.may(actor, step, dossier))
            if step in (Action.SUBMIT, Action.COMPLETE):
                self.attempt(actor, Action.EDIT, dossier, partial(self.send_all_pieces, pk, actor))
            self.do(step, Dossier.objects.get(pk=pk), actor)

    def do(self, step: Action, dossier: Dossier, actor: Acting) -> None:
        pk, version = dossier.pk, dossier.version
        lines = {line.pk: LineDecision(Outcome.GRANTED) for line in dossier.lines.all()}
        meeting, _ = CommitteeMeeting.objects.get_or_create(held_on=today() + timedelta(days=10))
        acts: dict[Action, Callable[[], object]] = {
            Action.SUBMIT: lambda: services.submit(pk, actor, version),
            Action.COMPLETE: lambda: services.complete(pk, actor, version),
            Action.TAKE: lambda: review.take(pk, actor, version),
            Action.GIVE_OPINION: lambda: review.give_opinion(pk, actor, version, Opinion.RESERVED, "Vu."),
            Action.SCHEDULE: lambda: schedule(meeting.pk, actor, [pk]),
            Action.ACCEPT: lambda: decide(pk, actor, version, step, lines=lines),
            Action.REFUSE: lambda: decide(pk, actor, version, step, reason="Parce que."),
            Action.ADJOURN: lambda: decide(pk, actor, version, step, reason="Parce que."),
        }
        self.attempt(actor, step, dossier, acts[step])

    @rule(days=st.sampled_from([1, 1, 7, 30]))
    def let_time_pass(self, days: int) -> None:
        self.traveller.shift(timedelta(days=days))

    # What always holds

    @invariant()
    def a_dossier_moves_by_the_table_alone(self) -> None:
        for dossier in Dossier.objects.all():
            states = list(dossier.events.order_by("pgh_id").values_list("state", flat=True))  # type: ignore[attr-defined]
            moves = set(workflow_of(dossier).moves())
            assert states[0] == State.DRAFT
            assert states[-1] == dossier.state
            assert all(pair in moves for pair in pairwise(states) if pair[0] != pair[1])

    @invariant()
    def numbers_follow_each_other(self) -> None:
        numbers = sorted(Dossier.objects.exclude(number=None).values_list("number", flat=True))
        ranks_of_the_year = [int(number[-5:]) for number in numbers]
        assert ranks_of_the_year == list(range(1, len(numbers) + 1))

    @invariant()
    def one_review_at_a_time_of_the_same_level(self) -> None:
        lines = DossierLine.objects.filter(dossier__state__in=SENT_AND_OPEN)
        of_entities = Tally(lines.exclude(dossier__organisation=None).values_list("dossier__organisation", "level"))
        of_others = Tally(lines.filter(dossier__organisation=None).values_list("dossier__candidate__siret", "level"))
        assert not [key for key, count in (of_entities + of_others).items() if count > 1]

    @invariant()
    def what_was_granted_is_there_and_nothing_else(self) -> None:
        granted = DossierLine.objects.filter(outcome=Outcome.GRANTED)
        assert all(line.accreditation_id for line in granted)
        new = granted.exclude(accreditation=self.renewable).values("accreditation").distinct().count()
        assert Accreditation.objects.count() == 1 + new
        assert not granted.exclude(dossier__state=State.ACCEPTED).exists()

    @invariant()
    def an_applicant_becomes_a_manager_with_the_decision(self) -> None:
        for person in self.candidates:
            accepted = Dossier.objects.filter(applicant=person, candidate__isnull=False, state=State.ACCEPTED)
            assert [role.organisation_id for role in roles_of(person)] == list(
                accepted.order_by("organisation__name", "pk").values_list("organisation", flat=True)
            )
        assert (
            Organisation.objects.count()
            == 2 + Dossier.objects.filter(candidate__isnull=False, state=State.ACCEPTED).count()
        )

    @invariant()
    def the_history_says_who_did_each_move(self) -> None:
        for dossier in Dossier.objects.all():
            events = history_of(dossier, self.actors[-1])
            moves = [event for event in events if event.after]
            assert moves[0].after == dossier.state_label
            assert all(event.actor and event.role and event.action for event in events)


@pytest.mark.django_db
def test_random_actors_break_no_promise() -> None:
    EVENTS.clear()
    run_state_machine_as_test(
        Dossiers,
        settings=settings(
            max_examples=20,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert {Action.SUBMIT, Action.COMPLETE, Action.GIVE_OPINION, Action.ACCEPT, "refused"} <= set(EVENTS), EVENTS
