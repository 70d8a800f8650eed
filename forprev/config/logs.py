"""Logs: one event a line, JSON in production; no query string, no local variable, no secret."""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]
Processor = Callable[[Any, str, Event], Any]


SECRET_PATH = re.compile(r"(/(?:reinitialisation-mot-de-passe|mon-profil/e-mail|agenda)/)[^/?\s]+")


def without_secrets(logger: object, name: str, event: Event) -> Event:
    """Addresses may hold what people typed, or a token: only the rest of the path is kept."""
    for key in ("request", "path"):
        if isinstance(event.get(key), str):
            event[key] = SECRET_PATH.sub(r"\1***", event[key].partition("?")[0])
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_secrets,
    structlog.processors.format_exc_info,
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
