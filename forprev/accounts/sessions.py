"""Where sessions are kept: the database, each with its account, so that they can be listed and ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from forprev.accounts.models import Session

STARTED, SEEN, ADDRESS, DEVICE = "started_at", "seen_at", "address", "device"
"""Keys of the session that its row repeats; the times are in seconds since 1970."""

ENDED = "ended"
"""Where the session that follows one that ended keeps the id of its account, until somebody signs in."""


class SessionStore(DatabaseStore):
    """A cookie may hold anything, a NUL character too, which PostgreSQL refuses: only likely keys are asked."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and session_key.isascii() and session_key.isalnum() else None)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        row = super().create_model_instance(data)  # type: ignore[arg-type]
        assert isinstance(row, Session)  # noqa: S101 (for the type checker)
        row.account_id = data.get("_auth_user_id")
        row.started_at, row.seen_at = _moment(data.get(STARTED)), _moment(data.get(SEEN))
        row.address, row.device = data.get(ADDRESS, ""), data.get(DEVICE, "")
        return row


def _moment(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
