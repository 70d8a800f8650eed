"""Looking after the job queue itself."""

from __future__ import annotations

import structlog
from django.db import InterfaceError, OperationalError
from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

KEPT_HOURS = 9 * 24
"""What succeeded is looked at by /metrics: once a week at least, each periodic task runs."""
KEPT_HOURS_IF_FAILED = 90 * 24

MOST_TRIES = 12
"""With what is waited in between: more than an hour and a half."""

logger = structlog.get_logger(__name__)


class WhenDatabaseIsAway(BaseRetryStrategy):
    """A job that the database left in the middle, or kept waiting too long, is done again later; all are idempotent.

    Not those that wait once only (`queueing_lock`), which come back by themselves: the next one may wait already.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        lasting = not isinstance(exception, (OperationalError, InterfaceError))
        if lasting or job.queueing_lock or job.attempts >= MOST_TRIES:
            return None
        return RetryDecision(retry_in={"seconds": min(600, 10 * 2**job.attempts)})


def try_again(app: App) -> None:
    """For settings.PROCRASTINATE_ON_APP_READY: every task of ours, unless it says otherwise."""
    for task in app.tasks.values():
        task.retry_strategy = task.retry_strategy or WhenDatabaseIsAway()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Give the jobs of a worker that was killed to another one; every job of ours is idempotent.

    A stalled job is one whose worker has given no sign of life for 30 s; procrastinate does not retry it by itself. No
    `lock` here: the task itself may stall, and would then hold it for ever.
    """
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:  # its successor waits already, and does the same
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
        logger.warning("stalled_job_taken_up", job_id=job.id, task=job.task_name)


@app.periodic(cron="10 4 * * *")
@app.task(queueing_lock="forget_old_jobs")
async def forget_old_jobs(timestamp: int) -> None:
    """Every night; a missed or a double run does no harm."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_cancelled=True, include_aborted=True)
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS_IF_FAILED, include_failed=True)
