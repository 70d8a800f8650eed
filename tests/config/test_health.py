"""What load balancers ask, and what people see while the database is away."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import ConnectionHandler
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import DjangoDbBlocker, Settings

from forprev.accounts.access import public
from forprev.config import health
from forprev.config.health import HealthMiddleware

ANY_HOST = {"HTTP_HOST": "10.0.0.7:8000"}


@public
def slow(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")
    return HttpResponse()


urlpatterns = [path("lente", slow)]
handler500 = "forprev.core.views.server_error"


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database where nobody listens."""
    facts = deepcopy(connection.settings_dict) | {"HOST": "127.0.0.1", "PORT": "1", "OPTIONS": {"connect_timeout": 2}}
    handler = ConnectionHandler({"default": facts})
    monkeypatch.setattr(health, "connection", handler["default"])
    yield
    handler.close_all()


def test_alive_needs_nothing(settings: Settings, django_db_blocker: DjangoDbBlocker) -> None:
    settings.SECURE_SSL_REDIRECT = True
    with django_db_blocker.block():
        answer = Client().get("/vivant", **ANY_HOST)
    assert (answer.status_code, answer.content) == (200, b"vivant")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_with_database_migrations_and_documents(settings: Settings, tmp_path: Path) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.MEDIA_ROOT = tmp_path / "media"
    answer = Client().get("/pret", **ANY_HOST)
    assert answer.status_code == 200
    assert answer.json() == {"base": True, "documents": True, "migrations": True}
    assert Client().head("/pret", **ANY_HOST).status_code == 200


@pytest.mark.django_db
def test_not_ready_once_it_is_about_to_stop(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.DRAIN_FILE = tmp_path, str(tmp_path / "drain")
    assert Client().get("/pret", **ANY_HOST).status_code == 200
    (tmp_path / "drain").touch()
    answer = Client().get("/pret", **ANY_HOST)
    assert (answer.status_code, answer.json()) == (503, {"service": False})
    assert Client().get("/vivant", **ANY_HOST).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("away")
def test_not_ready_without_database() -> None:
    answer = Client().get("/pret", **ANY_HOST)
    assert answer.status_code == 503
    assert answer.json() == {"base": False, "documents": True, "migrations": False}
    assert Client().get("/vivant", **ANY_HOST).status_code == 200


@pytest.mark.django_db
def test_not_ready_where_documents_cannot_be_kept(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    answer = Client().get("/pret", **ANY_HOST)
    assert (answer.status_code, answer.json()["documents"]) == (503, False)


@pytest.mark.django_db
def test_a_process_that_had_documents_stays_in_use_without(settings: Settings, tmp_path: Path) -> None:
    """They go away from all processes at once, and most pages need none."""
    settings.MEDIA_ROOT = tmp_path / "media"
    browser = Client()
    assert browser.get("/pret", **ANY_HOST).status_code == 200
    settings.MEDIA_ROOT.rmdir()
    settings.MEDIA_ROOT.touch()
    answer = browser.get("/pret", **ANY_HOST)
    assert (answer.status_code, answer.json()["documents"]) == (200, False)


@pytest.mark.django_db
def test_waits_for_the_migrations_and_then_knows(django_assert_num_queries: object) -> None:
    ready = HealthMiddleware(lambda request: HttpResponse(status=404))
    asked = HttpRequest()
    asked.method, asked.path_info = "GET", "/pret"
    last = MigrationRecorder.Migration.objects.filter(app="support").latest("pk")
    last.delete()
    assert ready(asked).status_code == 503
    last.save(force_insert=True)
    assert ready(asked).status_code == 200
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert ready(asked).status_code == 200


@pytest.mark.django_db
def test_nothing_else_is_answered_to_strangers() -> None:
    assert Client().post("/vivant").status_code == 404
    assert Client().get("/vivant/").status_code == 404


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_page_that_takes_too_long_says_so_and_how_to_go_on() -> None:
    answer = Client(raise_request_exception=False).get("/lente")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert "Forprev est momentanément indisponible" in answer.content.decode()
