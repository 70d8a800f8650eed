"""What always holds of the main job, whoever did whatever."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)

from forprev.certification.models import Certificate, SessionTrainer, Trainee, TrainingSession
from forprev.certification.workflow import SESSION_WORKFLOW, Action, State
from forprev.core.models import Counter


def made() -> QuerySet[Certificate]:
    """The certificates of sessions, those from before left out."""
    return Certificate.objects.exclude(session=None)


class Promises(RuleBasedStateMachine):
    """Looked at after every step."""

    @invariant()
    def one_certificate_a_success_and_none_without_the_trainer_s_results(self) -> None:
        successes: dict[int, list[int]] = {}
        waiting = set()
        for session_id, trainee_id, result in Trainee.objects.values_list("session_id", "pk", "result"):
            if result == "success":
                successes.setdefault(session_id, []).append(trainee_id)
            elif not result:
                waiting.add(session_id)
        certified: dict[int, list[int]] = {}
        for session_id, trainee_id in made().values_list("session_id", "trainee_id"):
            certified.setdefault(session_id, []).append(trainee_id)
        issued = dict(TrainingSession.objects.filter(state=State.ISSUED).values_list("pk", "results_by_id"))
        assert {pk: sorted(ids) for pk, ids in certified.items()} == {
            pk: sorted(successes[pk]) for pk in issued if pk in successes
        }
        assert not waiting & set(issued)
        assert set(issued.items()) <= set(SessionTrainer.objects.values_list("session_id", "person_id"))

    @invariant()
    def each_holder_is_one_person(self) -> None:
        holders = made().values_list("session_id", "person_id", "trainee__person_id", "holder_number", "person__number")
        assert all(person == of_trainee and number == own for _, person, of_trainee, number, own in holders)
        assert len(holders) == len({holder[:2] for holder in holders})

    @invariant()
    def history_is_complete(self) -> None:
        moves = set(SESSION_WORKFLOW.moves())
        told: dict[int, list[tuple[str, int, int, dict[str, Any]]]] = {}
        events = TrainingSession.pgh_event_model.objects.order_by("pgh_id")  # type: ignore[attr-defined]
        fields = ("pgh_obj_id", "state", "version", "last_actor_id", "pgh_context__metadata")
        for pk, *event in events.values_list(*fields):
            told.setdefault(pk, []).append(tuple(event))
        now = {session.pk: (session.state, session.version) for session in TrainingSession.objects.all()}
        assert told.keys() == now.keys()
        for pk, events_of_one in told.items():
            states = [event[0] for event in events_of_one]
            assert (states[0], states[-1]) == (State.DRAFT, now[pk][0])
            assert {pair for pair in pairwise(states) if pair[0] != pair[1]} <= moves
            assert [event[1] for event in events_of_one] == list(range(1, now[pk][1] + 1))
            assert all(context["actor_id"] == actor_id for _, _, actor_id, context in events_of_one)
            if now[pk][0] == State.ISSUED:
                actions = [context["action"] for *_, context in events_of_one if context["action"] != Action.REOPEN]
                assert actions[-2:] == [Action.SEND_RESULTS, Action.GENERATE]

    @invariant()
    def numbers_follow_each_other(self) -> None:
        series: dict[str, list[int]] = {}
        for number in made().values_list("number", flat=True):
            key, _, serial = number.rpartition("/")
            series.setdefault(key, []).append(int(serial))
        for given in series.values():
            assert sorted(given) == list(range(1, len(given) + 1))
        assert dict(Counter.objects.values_list("key", "last")) == {key: len(given) for key, given in series.items()}
