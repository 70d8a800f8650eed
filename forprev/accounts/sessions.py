"""Where sessions are kept: the database, asked only for keys that it could have given."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore


class SessionStore(DatabaseStore):
    """A cookie may hold anything, a NUL character among others, which PostgreSQL refuses."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key if session_key and session_key.isascii() and session_key.isalnum() else None)
