"""What ends with the agent's session."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from forprev.support.seeing import services
from forprev.support.seeing.middleware import SEEING
from forprev.support.seeing.models import End


@receiver(user_logged_out)
def end_with_the_session(*, request: HttpRequest, **_: Any) -> None:
    key = request.session.get(SEEING)
    if key is not None:
        services.end(key, End.SESSION)
