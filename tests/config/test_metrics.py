"""What Prometheus is told, and who may ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from forprev.config import backups
from forprev.config.jobs import forget_old_jobs
from forprev.notices.models import OutgoingMail
from tests.config.test_health import away  # noqa: F401 (a fixture)
from tests.config.test_jobs import job, worker

TOKEN = "t" * 40
RETRY = "forprev.config.jobs.retry_stalled_jobs"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_job() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


@pytest.fixture(autouse=True)
def token(settings: Settings, tmp_path: Path) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.MEDIA_ROOT = tmp_path
    settings.BACKUPS = tmp_path / "backups"


def asked(token: str = TOKEN, **more: str) -> Client:
    return Client(headers={"authorization": f"Bearer {token}", "host": "10.0.0.7:8000"}, **more)


def told() -> dict[str, float]:
    answer = asked().get("/metrics")
    assert answer.status_code == 200
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def end(of: ProcrastinateJob, *, hours_ago: float = 0, status: str = "succeeded") -> None:
    with connection.cursor() as cursor:
        for each in ("doing", status):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [each, of.pk])
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(hours => %s) WHERE job_id = %s",
            [hours_ago, of.pk],
        )


def test_item63_it_is_not_there_for_others(settings: Settings) -> None:
    nowhere = Client().get("/nulle-part")
    for shown in ("", f"Bearer {'x' * 40}", "Bearer ", f"Basic {TOKEN}"):
        answer = Client(headers={"authorization": shown}).get("/metrics")
        assert (answer.status_code, answer.content) == (nowhere.status_code, nowhere.content)
    settings.METRICS_TOKEN = ""
    for shown in ("Bearer ", f"Bearer {TOKEN}"):
        assert Client(headers={"authorization": shown}).get("/metrics").status_code == nowhere.status_code


def test_jobs_and_workers() -> None:
    quiet = told()
    assert quiet["forprev_database_up"] == 1
    assert quiet['forprev_jobs{state="todo"}'] == quiet['forprev_jobs{state="failed"}'] == 0
    assert quiet["forprev_jobs_oldest_due_seconds"] == 0
    assert quiet["forprev_workers"] == 0

    waiting, failed = job(), job()
    end(failed, status="failed")
    app.configure_task("some.task", schedule_in={"hours": 2}).defer()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_events SET at = now() - interval '5 minutes' WHERE job_id = %s", [waiting.pk]
        )
    worker(seconds_ago=5)
    job(doing_by=worker(seconds_ago=90))
    busy = told()
    assert busy['forprev_jobs{state="todo"}'] == 2
    assert busy['forprev_jobs{state="doing"}'] == busy['forprev_jobs{state="failed"}'] == 1
    assert 300 <= busy["forprev_jobs_oldest_due_seconds"] < 400
    assert busy["forprev_jobs_stalled"] == 1
    assert busy["forprev_workers"] == 1


def test_mails() -> None:
    for number, state in enumerate(("waiting", "waiting", "failed", "sent")):
        OutgoingMail.objects.create(
            recipient="anne@exemple.test",
            message_id=f"<{number}@exemple.test>",
            state=state,
            trying_since=datetime.now(UTC) - timedelta(minutes=10 * number),
        )
    now = told()
    assert now['forprev_mails{state="waiting"}'] == 2
    assert now['forprev_mails{state="failed"}'] == 1
    assert 600 <= now["forprev_mails_oldest_waiting_seconds"] < 700


def test_when_each_periodic_task_last_succeeded() -> None:
    name = f'forprev_periodic_last_success_timestamp_seconds{{task="{RETRY}"}}'
    assert told()[name] == 0
    first = ProcrastinateJob.objects.get(pk=app.configure_task(RETRY).defer())
    end(first, hours_ago=2)
    two_hours_ago = datetime.now(UTC) - timedelta(hours=2)
    fresh = Client(headers={"authorization": f"Bearer {TOKEN}"})  # another process, which has not looked yet
    content = fresh.get("/metrics").content.decode()
    (moment,) = re.findall(rf"^{re.escape(name)} (.*)$", content, re.MULTILINE)
    assert abs(float(moment) - two_hours_ago.timestamp()) < 60
    for each in app.periodic_registry.periodic_tasks.values():
        assert f'{{task="{each.task.name}"}}' in content


def test_room_and_backups(settings: Settings) -> None:
    assert told()["forprev_documents_free_bytes"] > 0
    assert "forprev_backup_last_timestamp_seconds" not in told()
    made = settings.BACKUPS / "2026-11-28T011500Z"
    made.mkdir(parents=True)
    (made / backups.COMPLETE).touch()
    assert told()["forprev_backup_last_timestamp_seconds"] == datetime(2026, 11, 28, 1, 15, tzinfo=UTC).timestamp()


def test_requests_are_measured_by_view_and_never_by_address() -> None:
    Client().get("/connexion")
    content = asked().get("/metrics").content.decode()
    assert 'view="accounts:sign_in"' in content
    assert "/connexion" not in content


@pytest.mark.usefixtures("away")
def test_it_answers_without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    from forprev.config import health, metrics

    monkeypatch.setattr(metrics, "connection", health.connection)
    now = told()
    assert now["forprev_database_up"] == 0
    assert "forprev_workers" not in now


def test_old_jobs_are_forgotten_at_night() -> None:
    kept = [job(), job(), job()]
    end(kept[1], hours_ago=8 * 24)
    end(kept[2], hours_ago=80 * 24, status="failed")
    gone = [job(), job()]
    end(gone[0], hours_ago=10 * 24)
    end(gone[1], hours_ago=91 * 24, status="failed")
    async_to_sync(forget_old_jobs.func)(0)
    assert set(ProcrastinateJob.objects.values_list("pk", flat=True)) == {each.pk for each in kept}
