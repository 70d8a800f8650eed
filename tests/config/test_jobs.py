"""Jobs of a worker that was killed."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from forprev.config.jobs import retry_stalled_jobs

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
