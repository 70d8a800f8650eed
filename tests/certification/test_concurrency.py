"""Generation under the worst conditions: two at once, many at once, dead in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from forprev.certification.models import Certificate, Trainee, TrainingSession
from forprev.certification.services.entry import add_trainee
from forprev.certification.services.exchange import save_results, send_results
from forprev.certification.services.issuing import generate_certificates
from forprev.core.dates import now
from forprev.core.errors import Conflict
from forprev.core.models import Counter
from forprev.people.models import Person
from tests.certification.common import everything_written, nothing_changes
from tests.concurrency import database_url, together
from tests.factories.certification import (
    acting_trainer,
    answer,
    answered_session,
    draft_session,
    entity_of,
    results,
    send,
    sent_session,
    trainee_entry,
    trainer,
    trainer_of,
)
from tests.factories.organisations import acting_manager

pytestmark = pytest.mark.django_db(transaction=True)


def assert_whole(session: TrainingSession, successes: int) -> None:
    session.refresh_from_db()
    assert session.state == "issued"
    assert session.certificates.count() == successes
    assert session.certificates.values("trainee").distinct().count() == successes


def numbers_of(series: str) -> list[int]:
    made = Certificate.objects.filter(number__startswith=f"{series}/").values_list("number", flat=True)
    return sorted(int(number.rpartition("/")[2]) for number in made)


def test_two_managers_generate_the_same_session_at_once() -> None:
    session = answered_session(trainees=6, failures=1)
    managers = [entity_of(session), *(acting_manager(session.organisation) for _ in range(3))]
    answers = together(*(partial(generate_certificates, session.pk, m, session.version) for m in managers))
    assert [getattr(a, "state", a) for a in answers] == ["issued"] * len(managers)
    assert_whole(session, 5)
    assert Counter.objects.get().last == 5
    states = session.events.order_by("pgh_id").values_list("state", flat=True)
    assert list(states).count("issued") == 1


def test_many_sessions_of_one_series_with_people_in_common() -> None:
    """Eight at once, the same new people in each, entered in another order each time."""
    entries, run_by = [trainee_entry() for _ in range(5)], trainer()
    sessions = []
    for turn in range(8):
        turned = entries[turn % 5 :] + entries[: turn % 5]
        sessions.append(answer(send(draft_session(entries=turned, trainers=[run_by]))))
    actions: list[Callable[[], Any]] = [partial(generate_certificates, s.pk, entity_of(s), s.version) for s in sessions]
    answers = together(*actions)
    assert [getattr(a, "state", a) for a in answers] == ["issued"] * 8
    for session in sessions:
        assert_whole(session, 5)
    identities = list(
        Person.objects.filter(search_last_name__startswith="STAGIAIRE").values_list(
            "search_last_name", "search_first_name", "birth_date"
        )
    )
    assert len(identities) == len(set(identities)) == 5
    (series,) = Counter.objects.values_list("key", flat=True)
    assert numbers_of(series) == list(range(1, 41))


def test_some_of_many_fail_and_their_numbers_are_given_to_others() -> None:
    """Half of the sessions are refused (B42) at the same moment as the others are generated."""
    sessions = [answered_session(trainees=3) for _ in range(8)]
    for session in sessions[::2]:
        assert session.accreditation is not None
        session.accreditation.status = "suspended"
        session.accreditation.save()
    together(*[partial(generate_certificates, s.pk, entity_of(s), s.version) for s in sessions])
    assert {s.pk for s in TrainingSession.objects.filter(state="issued")} == {s.pk for s in sessions[1::2]}
    (series,) = Counter.objects.values_list("key", flat=True)
    assert numbers_of(series) == list(range(1, 13))


def test_the_same_form_of_a_trainee_twice_at_once() -> None:
    session, key, typed = draft_session(trainees=0), uuid.uuid4(), trainee_entry()
    acting = entity_of(session)
    kept = together(*[partial(add_trainee, session.pk, acting, typed, key)] * 4)
    assert [getattr(trainee, "pk", trainee) for trainee in kept] == [Trainee.objects.get().pk] * 4


def test_two_trainers_answer_at_once() -> None:
    session = sent_session(code="Catec-1-M", trainees=2)
    pair = [acting_trainer(t.person) for t in session.trainers.all()]
    given = results(session)
    answers = together(*(partial(send_results, session.pk, acting, session.version, given) for acting in pair))
    assert sorted(type(a).__name__ for a in answers) == ["NotAllowed", "TrainingSession"]
    session.refresh_from_db()
    assert session.state == "entity"


def test_two_pages_of_one_trainer_saved_at_once() -> None:
    session = sent_session(trainees=2)
    acting, (first, second) = trainer_of(session), session.trainees.all()
    answers = together(
        partial(save_results, session.pk, acting, session.version, {first.pk: "success"}),
        partial(save_results, session.pk, acting, session.version, {second.pk: "failure"}),
    )
    assert [isinstance(a, Conflict) for a in answers].count(True) == 1
    assert session.trainees.exclude(result="").count() == 1


class Dead(BaseException):
    """Nothing in the application catches it."""


def test_a_generation_that_dies_leaves_the_session_untouched() -> None:
    session = answered_session(code="SST-2", trainees=4)

    def die_after_certificates(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        done = execute(sql, params, many, context)
        if sql.startswith('INSERT INTO "certification_certificate"'):
            raise Dead
        return done

    with nothing_changes(), connection.execute_wrapper(die_after_certificates), pytest.raises(Dead):
        generate_certificates(session.pk, entity_of(session), session.version)
    generate_certificates(session.pk, entity_of(session), session.version)
    assert_whole(session, 4)


DIES = """
import signal, sys
import django, time_machine
django.setup()
time_machine.travel(sys.argv[3]).start()
from django.db import connection
from forprev.accounts.acting import roles_of
from forprev.certification.services.issuing import generate_certificates
from forprev.people.models import Person

def wait_after_certificates(execute, sql, params, many, context):
    done = execute(sql, params, many, context)
    if sql.startswith('INSERT INTO "certification_certificate"'):
        print("certified", flush=True)
        signal.pause()
    return done

(acting,) = roles_of(Person.objects.get(pk=int(sys.argv[2])))
with connection.execute_wrapper(wait_after_certificates):
    generate_certificates(int(sys.argv[1]), acting)
"""


def test_a_process_killed_between_certificates_and_commit_leaves_the_session_untouched() -> None:
    session = answered_session(code="SST-2", trainees=4)
    acting, before = entity_of(session), everything_written()
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    arguments = [str(session.pk), str(acting.person_id), now().isoformat()]
    with subprocess.Popen([sys.executable, "-c", DIES, *arguments], stdout=subprocess.PIPE, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"certified\n"
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL
    assert everything_written() == before
    session.refresh_from_db()
    generate_certificates(session.pk, acting, session.version)
    assert_whole(session, 4)
    (series,) = Counter.objects.values_list("key", flat=True)
    assert numbers_of(series) == [1, 2, 3, 4]
