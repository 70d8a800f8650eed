"""`/metrics`, for Prometheus: what requests take, and what those who look after the service have to know.

It is answered to whoever bears FORPREV_METRICS_TOKEN; without that setting, or that token, there is no such page
(security.md, item 63). Nothing in it is about a person: labels are names of views, of states and of tasks.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare
from procrastinate.contrib.django import app
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from forprev.config import backups

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Gauges = Iterator[GaugeMetricFamily]

LOOK_SECONDS = 60
"""The history of jobs is long: it is looked through once in that time by each process."""

JOBS = """
SELECT status::text, count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1
"""
OLDEST_DUE = """
SELECT coalesce(extract(epoch FROM max(now() - coalesce(job.scheduled_at, event.at))), 0)::float
  FROM procrastinate_jobs job
  LEFT JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
 WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""
WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > now() - interval '30 seconds') FROM procrastinate_workers
"""
STALLED = """
SELECT count(*) FROM procrastinate_jobs job LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
 WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '30 seconds')
"""
SUCCESSES = """
SELECT job.task_name, extract(epoch FROM max(event.at))::float
  FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'succeeded'
 WHERE job.task_name = ANY(%s) GROUP BY 1
"""
MAILS = """
SELECT state, count(*), coalesce(extract(epoch FROM max(now() - trying_since)), 0)::float
  FROM notices_outgoingmail WHERE state IN ('waiting', 'failed') GROUP BY 1
"""
REPLICAS = """
SELECT application_name, coalesce(extract(epoch FROM replay_lag), 0)::float,
       coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::float
  FROM pg_stat_replication WHERE NOT pg_is_in_recovery()
"""


class MetricsMiddleware:
    """Before anything that asks for a host name, TLS or a person: whoever scrapes speaks to the process itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.watch = Watch()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/metrics" and request.method == "GET" and _may_look(request):
            return self._told()
        return self.get_response(request)

    def _told(self) -> HttpResponse:
        registry = CollectorRegistry()
        registry.register(self.watch)
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            MultiProcessCollector(registry)
            content = generate_latest(registry)
        else:
            content = generate_latest(registry) + generate_latest(REGISTRY)
        return HttpResponse(content, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def _may_look(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token, wanted)


class Watch(Collector):
    """Gauges that are read when asked for; the same from every process."""

    def __init__(self) -> None:
        self.successes: dict[str, float] = {}
        self.looked_at = -LOOK_SECONDS * 1.0

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Gauges:
        is_up = True
        try:
            yield from list(self._from_database())
        except DatabaseError:
            is_up = False
        yield GaugeMetricFamily("forprev_database_up", "Whether the database answers.", value=is_up)
        yield from _from_disks()

    def _from_database(self) -> Gauges:
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            counts = dict.fromkeys(("todo", "doing", "failed"), 0.0) | dict(cursor.fetchall())
            yield _labelled("forprev_jobs", "Jobs by state.", "state", counts)
            for name, said, query in (
                ("forprev_jobs_oldest_due_seconds", "How long the oldest job that could begin has waited.", OLDEST_DUE),
                ("forprev_jobs_stalled", "Jobs of workers that give no sign of life.", STALLED),
                ("forprev_workers", "Workers that give signs of life.", WORKERS),
            ):
                cursor.execute(query)
                yield GaugeMetricFamily(name, said, value=cursor.fetchone()[0])
            cursor.execute(MAILS)
            mails = {state: (count, age) for state, count, age in cursor.fetchall()}
            states = {state: float(mails.get(state, (0, 0))[0]) for state in ("waiting", "failed")}
            yield _labelled("forprev_mails", "Mails that wait, and those that were given up.", "state", states)
            oldest = mails.get("waiting", (0, 0))[1]
            yield GaugeMetricFamily("forprev_mails_oldest_waiting_seconds", "Of the mails that wait.", value=oldest)
            cursor.execute(REPLICAS)
            replicas = cursor.fetchall()
            seconds = {name: lag for name, lag, _ in replicas}
            yield _labelled("forprev_replica_lag_seconds", "How far a replica is behind.", "replica", seconds)
            size = {name: behind for name, _, behind in replicas}
            yield _labelled("forprev_replica_lag_bytes", "What a replica has yet to replay.", "replica", size)
            self._look_at_history(cursor)
        said = "When each periodic task last succeeded; 0: not in the history of jobs."
        yield _labelled("forprev_periodic_last_success_timestamp_seconds", said, "task", self.successes)

    def _look_at_history(self, cursor: object) -> None:
        if time.monotonic() - self.looked_at < LOOK_SECONDS:
            return
        names = sorted({each.task.name for each in app.periodic_registry.periodic_tasks.values()})
        cursor.execute(SUCCESSES, [names])  # type: ignore[attr-defined]
        self.successes = dict.fromkeys(names, 0.0) | dict(cursor.fetchall())  # type: ignore[attr-defined]
        self.looked_at = time.monotonic()


def _labelled(name: str, said: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, said, labels=[label])
    for each, value in sorted(values.items()):
        family.add_metric([each], value)
    return family


def _from_disks() -> Gauges:
    with suppress(OSError):  # the folder is away
        free = shutil.disk_usage(settings.MEDIA_ROOT).free
        yield GaugeMetricFamily("forprev_documents_free_bytes", "Room left for documents.", value=free)
    moment = _last_backup(settings.BACKUPS)
    if moment is not None:
        yield GaugeMetricFamily("forprev_backup_last_timestamp_seconds", "Of the last complete backup.", value=moment)


def _last_backup(folder: Path) -> float | None:
    """None where this process sees no backups."""
    try:
        found = backups.backups(folder)
    except OSError:
        return None
    return backups.moment(found[-1].name).timestamp() if found else None
