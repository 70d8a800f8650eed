"""Looking after the job queue itself."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

KEPT_HOURS = 9 * 24
"""What succeeded is looked at by /metrics: once a week at least, each periodic task runs."""
KEPT_HOURS_IF_FAILED = 90 * 24

logger = structlog.get_logger(__name__)


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
