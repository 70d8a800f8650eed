"""Background work of notices."""

from __future__ import annotations

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from forprev.notices import services

LONGEST_WAIT = 3600


class MoreAndMoreSeldom(BaseRetryStrategy):
    """One minute, two, four, up to an hour, for as long as the service says that the message is worth it."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if not isinstance(exception, services.NotDelivered):
            return None
        return RetryDecision(retry_in={"seconds": min(60 * 2 ** min(job.attempts, 10), LONGEST_WAIT)})


@app.task(retry=MoreAndMoreSeldom())
def deliver(mail_id: str) -> None:
    services.deliver(mail_id)
