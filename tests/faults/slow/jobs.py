"""Found by procrastinate as the jobs of every package are."""

from __future__ import annotations

import time

from django.core.cache import cache
from procrastinate.contrib.django import app


@app.task(name="tests.last")
def last(key: str, seconds: float) -> None:
    """Idempotent, as all of ours: what it leaves is the same however often it runs."""
    cache.set(f"{key}-begun", 1)
    time.sleep(seconds)
    cache.set(f"{key}-done", 1)
