"""Looking after the job queue itself."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

logger = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=False)
async def retry_stalled_jobs(timestamp: int) -> None:
    """Give the jobs of a worker that was killed to another one; every job of ours is idempotent.

    A stalled job is one whose worker has not given a sign of life for a while; procrastinate does not retry it by itself.
    """
    for job in await app.job_manager.get_stalled_jobs():
        logger.warning("stalled_job_retried", job_id=job.id, task=job.task_name)
        await app.job_manager.retry_job(job)
