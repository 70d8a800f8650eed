"""Of the processes that the faults strike: those of production, and tasks that last."""

from forprev.config.settings import *  # noqa: F403
from forprev.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.slow"]
