"""Jobs of a worker that was killed, or that the database left in the middle."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from forprev.config.jobs import WhenDatabaseIsAway, retry_stalled_jobs

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alive() -> int:
    return worker(seconds_ago=5)


@pytest.fixture
def dead() -> int:
    return worker(seconds_ago=90)


def worker(*, seconds_ago: int) -> int:
    """The number of a worker that last gave a sign of life then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [seconds_ago],
        )
        return cursor.fetchone()[0]


def job(*, doing_by: int | None = None, queueing_lock: str | None = None) -> ProcrastinateJob:
    number = app.configure_task("some.task", queueing_lock=queueing_lock).defer()
    if doing_by:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [doing_by, number]
            )
    return ProcrastinateJob.objects.get(pk=number)


def status(of: ProcrastinateJob) -> str:
    return ProcrastinateJob.objects.get(pk=of.pk).status


def look_after() -> None:
    async_to_sync(retry_stalled_jobs.func)(0)


def test_the_job_of_a_dead_worker_waits_again(dead: int) -> None:
    stalled = job(doing_by=dead)
    look_after()
    assert status(stalled) == "todo"


def test_the_job_of_a_living_worker_is_left_to_it(alive: int) -> None:
    running = job(doing_by=alive)
    look_after()
    assert status(running) == "doing"


def test_a_stalled_job_whose_successor_waits_is_given_up_and_holds_up_no_other(dead: int) -> None:
    """Also two stalled rounds of the same periodic task: one of them waits again, the other is given up."""
    first = job(doing_by=dead, queueing_lock="nightly")
    second = job(doing_by=dead, queueing_lock="nightly")
    other = job(doing_by=dead)
    look_after()
    assert sorted([status(first), status(second)]) == ["failed", "todo"]
    assert status(other) == "todo"


def test_looks_every_minute() -> None:
    periodic = [task for task in app.periodic_registry.periodic_tasks.values() if task.task is retry_stalled_jobs]
    assert [task.cron for task in periodic] == ["* * * * *"]
    assert retry_stalled_jobs.queueing_lock == "retry_stalled_jobs"
    assert retry_stalled_jobs.lock is None


@app.task(name="tests.cut_off")
def cut_off(error: str) -> None:
    raise {"away": OperationalError, "wrong": ValueError}[error](error)


@pytest.mark.parametrize(("error", "after"), [("away", "todo"), ("wrong", "failed")])
def test_a_job_that_the_database_left_is_tried_again(error: str, after: str) -> None:
    cut_off.retry_strategy = WhenDatabaseIsAway()
    number = cut_off.defer(error=error)
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")
    tried = ProcrastinateJob.objects.get(pk=number)
    assert (tried.status, tried.attempts) == (after, 1)
    assert (tried.scheduled_at is not None) == (after == "todo")


def test_not_for_ever_and_not_what_comes_back_by_itself() -> None:
    away, strategy = OperationalError(), WhenDatabaseIsAway()
    assert [waited(strategy, away, attempts) for attempts in (0, 1, 2, 6, 11, 12)] == [10, 20, 40, 600, 600, None]
    assert waited(strategy, away, 0, queueing_lock="nightly") is None
    assert waited(strategy, IntegrityError(), 0) is None


def waited(
    strategy: WhenDatabaseIsAway, error: Exception, attempts: int, queueing_lock: str | None = None
) -> int | None:
    tried = Job(id=1, queue="default", lock=None, queueing_lock=queueing_lock, task_name="some.task", attempts=attempts)
    decision = strategy.get_retry_decision(exception=error, job=tried)
    if decision is None:
        return None
    assert decision.retry_at
    return round((decision.retry_at - datetime.now(UTC)).total_seconds())


def test_every_task_is_tried_again() -> None:
    ours = [task for name, task in app.tasks.items() if name.startswith("forprev.")]
    assert ours
    assert all(task.retry_strategy for task in ours)
