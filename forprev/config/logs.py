"""Logs: one event a line, JSON in production; no query string, no local variable, no secret, nobody's data."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]
Processor = Callable[[Any, str, Event], Any]


SECRET_PATHS = (
    "agenda",
    "badges",
    "desabonnement",
    "mon-profil/e-mail",
    "premiere-demande/lien",
    "reinitialisation-mot-de-passe",
    "verification",
)
"""What follows them in an address is worth a password, or leads to a person."""
_SECRET = re.compile(rf"(/(?:{'|'.join(SECRET_PATHS)})/)[^/?\s'\"]+")
_PERSONAL = (
    (re.compile(r"^(DETAIL|CONTEXT|Params): .*$", re.MULTILINE), r"\1: ***"),  # PostgreSQL quotes the row there
    (re.compile(r"[\w.+-]+('[\w.+-]+)*@[\w-]+(\.[\w-]+)+"), "***@***"),
    (re.compile(r"^((?:Job|Starting job|.* job) [\w.]+\[\d+\])\(.*\)", re.DOTALL), r"\1(***)"),  # its arguments
)
"""What the errors of others quote."""


def without_personal_data(logger: object, name: str, event: Event) -> Event:
    """After the traceback has been written out: its last line quotes values."""

    def masked(said: Any) -> Any:
        if not isinstance(said, str):
            return said
        for pattern, mask in _PERSONAL:
            said = pattern.sub(mask, said)
        return said

    return {key: masked(said) for key, said in event.items()}


def without_secrets(logger: object, name: str, event: Event) -> Event:
    """Addresses may hold what people typed, or a token: only the rest of the path is kept, in messages too."""
    for key in ("request", "path"):
        if isinstance(event.get(key), str):
            event[key] = event[key].partition("?")[0]
    return {key: _SECRET.sub(r"\1***", said) if isinstance(said, str) else said for key, said in event.items()}


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_secrets,
    structlog.processors.format_exc_info,
    without_personal_data,
]


def configure(*, readable: bool, level: str) -> dict[str, Any]:
    """Set structlog up and give Django's LOGGING; `readable` for people at a terminal."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = structlog.dev.ConsoleRenderer(colors=False) if readable else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "procrastinate": {"level": "WARNING"},
        },
    }
