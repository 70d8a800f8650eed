"""What load balancers and orchestrators ask: `/vivant`, whether to start a process again, `/pret`, whether to use it.

Both are answered before anything else, to any host name and without TLS: whoever asks speaks to the machine itself.
They say no more than yes or no, since anybody may ask.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

logger = structlog.get_logger(__name__)


class HealthMiddleware:
    """The first one, so that nothing of a request is needed but its path."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.is_migrated = False
        self.had_documents = False

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            if request.path_info == "/vivant":
                return _unkept(HttpResponse("vivant", content_type="text/plain"))
            if request.path_info == "/pret":
                return self._ready()
        return self.get_response(request)

    def _ready(self) -> HttpResponse:
        """200 if the process is to be used, else 503; one that starts before its migrations waits for them.

        It waits for the folder of documents too, but only once: should that go away later, from all processes alike,
        everything that is no document goes on. One that is about to stop says so first, so that load balancers send it
        nothing more: nothing is cut off.
        """
        if settings.DRAIN_FILE and Path(settings.DRAIN_FILE).exists():
            return _unkept(JsonResponse({"service": False}, status=503))
        parts = {"base": _answers(), "documents": _takes_files(settings.MEDIA_ROOT)}
        parts["migrations"] = parts["base"] and self._migrated()
        self.had_documents |= parts["documents"]
        is_ready = parts["migrations"] and self.had_documents
        if not all(parts.values()):
            logger.warning("documents_away" if is_ready else "not_ready", **parts)
        return _unkept(JsonResponse(parts, status=200 if is_ready else 503))

    def _migrated(self) -> bool:
        """Whether the database is at least as far as this code; looked at until it is, and then known."""
        if not self.is_migrated:
            executor = MigrationExecutor(connection)
            self.is_migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.is_migrated


def _answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _takes_files(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
